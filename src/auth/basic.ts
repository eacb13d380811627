import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { decodeBase64 } from '../domain/base64.ts'
import { DomainError } from '../domain/errors.ts'
import { clientPasswordHash, passwordSalt, storedPasswordHash } from '../domain/password.ts'
import { sameSecret } from '../domain/same-secret.ts'
import { perPortal } from '../store/per-portal.ts'
import type { Portal } from '../store/portal.ts'
import { type Accepted, type AuthGuard, accept, isAccepted, refuse, type Verdict } from './guard.ts'
import { remembering } from './remembering.ts'

/** How many passwords' hashes a portal remembers, right ones and wrong ones: each costs some 30 ms to make. */
const REMEMBERED = 1_000

/** Hashes a password as the portal's clients do. */
type PasswordHasher = (password: string) => Promise<string>

/** The guard of HTTP Basic: e-mail and password. */
export function basicGuard(): AuthGuard {
  const hasherOf = perPortal(rememberingHasher)
  const memoryOf = remembering((): { accepted?: Accepted } => ({}))
  return {
    name: 'Basic',
    securityScheme: { type: 'http', scheme: 'basic', description: 'Enter your username and password' },
    authenticate(request) {
      const { portal, credentials } = request
      const [payload] = credentials.basic
      if (payload === undefined) return null
      const memory = memoryOf(payload, portal)
      return memory.accepted ?? judgeAll(request, hasherOf(portal), memory)
    },
  }
}

/** @param memory where the first login is kept once it was right: it is until something is written */
async function judgeAll(
  { portal, profile, credentials }: FastifyRequest,
  hash: PasswordHasher,
  memory: { accepted?: Accepted },
): Promise<Verdict[]> {
  const judged = credentials.basic.map(async (payload) => {
    const login = readLogin(payload)
    if (!(login instanceof DomainError)) return judge(login, portal, hash)
    if (profile.malformedCredentialsFail) throw login
    return refuse(login.message)
  })
  const headers = { 'www-authenticate': 'Basic' }
  const verdicts = (await Promise.all(judged)).map((verdict): Verdict => ({ ...verdict, headers }))
  const [first] = verdicts
  if (first !== undefined && isAccepted(first)) memory.accepted = first
  return verdicts
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

async function judge({ email, password }: Login, portal: Portal, hash: PasswordHasher): Promise<Verdict> {
  const { users } = portal.store
  const known = users.findPassword(email)
  if (known === undefined) return refuse(`nobody has the e-mail ${email}`)
  const clientHash = await hash(password)
  let { passwordHash } = known
  if (passwordHash === null && known.seedPassword !== null) {
    passwordHash = storedPasswordHash(await hash(known.seedPassword), known.id, portal.machineKey)
    users.setPasswordHash(known.id, passwordHash)
  }
  if (passwordHash === null) return refuse(`${email} has no password`)
  if (
    password.trim() === '' ||
    !sameSecret(storedPasswordHash(clientHash, known.id, portal.machineKey), passwordHash)
  ) {
    return refuse(`wrong password for ${email}`)
  }
  const user = users.find(known.id)
  return user === undefined ? refuse(`${email} was removed`) : accept(user)
}

function rememberingHasher({ machineKey }: Portal): PasswordHasher {
  const hashes = new LRUCache<string, Promise<string>>({ max: REMEMBERED })
  let salt: Promise<string> | undefined
  return async (password) => {
    const key = createHash('sha256').update(password).digest('base64')
    const known = hashes.get(key)
    if (known !== undefined) return known
    // the promise is what is remembered, so that a burst of equal sign-ins hashes once
    salt ??= passwordSalt(machineKey)
    const made = salt.then((text) => clientPasswordHash(password, text))
    hashes.set(key, made)
    return made
  }
}
