import type { FastifyRequest } from 'fastify'
import { decodeBase64 } from '../domain/base64.ts'
import { DomainError } from '../domain/errors.ts'
import type { Portal } from '../store/portal.ts'
import { type Accepted, type AuthGuard, accept, isAccepted, refuse, type Verdict } from './guard.ts'
import { isPassword } from './passwords.ts'
import { remembering } from './remembering.ts'

/** The guard of HTTP Basic: e-mail and password. */
export function basicGuard(): AuthGuard {
  const memoryOf = remembering((): { accepted?: Accepted } => ({}))
  return {
    name: 'Basic',
    securityScheme: { type: 'http', scheme: 'basic', description: 'Enter your username and password' },
    authenticate(request) {
      const { portal, credentials } = request
      const [payload] = credentials.basic
      if (payload === undefined) return null
      const memory = memoryOf(payload, portal)
      return memory.accepted ?? judgeAll(request, memory)
    },
  }
}

/** @param memory where the first login is kept once it was right: it is until something is written */
async function judgeAll(
  { portal, profile, credentials }: FastifyRequest,
  memory: { accepted?: Accepted },
): Promise<Verdict[]> {
  const judged = credentials.basic.map(async (payload) => {
    const login = readLogin(payload)
    if (!(login instanceof DomainError)) return judge(login, portal)
    if (profile.malformedCredentialsFail) throw login
    return refuse(login.message)
  })
  const headers = { 'www-authenticate': 'Basic' }
  const verdicts = (await Promise.all(judged)).map((verdict): Verdict => ({ ...verdict, headers }))
  const [first] = verdicts
  if (first !== undefined && isAccepted(first)) memory.accepted = first
  return verdicts
}

/** Whether what stands behind `Basic ` is an e-mail and a password at all. */
export function isLogin(payload: string): boolean {
  return !(readLogin(payload) instanceof DomainError)
}

interface Login {
  email: string
  password: string
}

function readLogin(payload: string): Login | DomainError {
  const bytes = decodeBase64(payload)
  if (bytes === null) return new DomainError('basicNotBase64', "what follows 'Basic ' is not Base64")
  const text = bytes.toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) return new DomainError('basicWithoutPassword', "what follows 'Basic ' has no colon in it")
  return { email: text.slice(0, colon), password: text.slice(colon + 1) }
}

async function judge({ email, password }: Login, portal: Portal): Promise<Verdict> {
  const known = portal.store.users.findPassword(email)
  if (known === undefined) return refuse(`nobody has the e-mail ${email}`)
  if (known.passwordHash === null && known.seedPassword === null) return refuse(`${email} has no password`)
  if (!(await isPassword(password, known, portal))) return refuse(`wrong password for ${email}`)
  const user = portal.store.users.find(known.id)
  return user === undefined ? refuse(`${email} was removed`) : accept(user)
}
