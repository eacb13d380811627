import type { FastifyRequest } from 'fastify'
import { API_KEY_PREFIX } from '../domain/api-key.ts'
import { decodeBase64 } from '../domain/base64.ts'
import { isEmailLike } from '../domain/email-like.ts'
import { DomainError } from '../domain/errors.ts'
import { parseGuid } from '../domain/guid.ts'
import type { Portal } from '../store/portal.ts'
import { authorizationMistake } from './authorization-mistake.ts'
import { type Accepted, type AuthGuard, accept, isAccepted, refuse, refuseKnown, type Verdict } from './guard.ts'
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
    const reason = authorizationMistake(`Basic ${payload}`, portal.machineKey) ?? login.message
    if (profile.malformedCredentialsFail) throw new DomainError(login.code, reason)
    return refuse(reason)
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
  if (bytes === null) {
    const advice = payload.includes(':') ? ': e-mail and password have to be encoded' : ''
    return new DomainError('basicNotBase64', `what follows 'Basic ' is not Base64${advice}`)
  }
  const text = bytes.toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) {
    return new DomainError('basicWithoutPassword', "what follows 'Basic ' has no colon in it: send e-mail:password")
  }
  return { email: text.slice(0, colon), password: text.slice(colon + 1) }
}

async function judge({ email, password }: Login, portal: Portal): Promise<Verdict> {
  const { users } = portal.store
  const known = users.findPassword(email)
  if (known === undefined) return refuse(whyUnknown({ email, password }, portal))
  if (known.passwordHash === null && known.seedPassword === null) return refuseKnown(`${email} has no password`)
  if (!(await isPassword(password, known, portal))) return refuseKnown(`wrong password for ${email}`)
  const user = users.find(known.id)
  return user === undefined ? refuse(`${email} was removed`) : accept(user)
}

function whyUnknown({ email, password }: Login, { store: { users } }: Portal): string {
  const mistaken = [email, password].find((text) => text.startsWith(API_KEY_PREFIX))
  // the login is not to be told: it is the key
  if (mistaken !== undefined) return `an API key in a login; send Bearer ${API_KEY_PREFIX}…`
  if (email === '') return 'the login has no e-mail'
  const named = parseGuid(email) ?? (users.hasUserName(email) ? email : null)
  if (named === null && !isEmailLike(email)) return 'the text in front of the colon is no e-mail'
  const reason = `no user has the e-mail ${email}`
  return named === null ? reason : `${reason}; Basic takes the e-mail, not the id or the user name`
}
