import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { readSessionToken, type SessionToken } from '../domain/session-token.ts'
import { EmployeeStatus } from '../domain/user.ts'
import { momentText } from '../domain/utc-date.ts'
import type { LoginEvent } from '../store/login-events.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'
import { expiredCookie, readCookie } from '../wire/cookies.ts'
import { cookiePath } from '../wire/root.ts'
import { authorizationMistake } from './authorization-mistake.ts'
import { whyInactive } from './caller.ts'
import { SESSION_COOKIE, type SessionCredential } from './credentials.ts'
import { type AuthGuard, accept, refuse, refuseKnown, type Verdict } from './guard.ts'
import { remembering } from './remembering.ts'

/**
 * How many decrypted tokens all portals together remember, and how many characters of them: decrypting one takes longer
 * than all the rest of a request.
 */
const REMEMBERED = { max: 10_000, maxSize: 4_000_000, sizeCalculation: (_: unknown, key: string) => key.length }

const SOCKET_COOKIE = 'socketio.sid'

const NO_TOKEN = "no session token, or not one of this portal's machine key; sign in again"

/** The user of a session is asked for at every request. */
const findUser = remembering((id, { store }: Portal) => store.users.find(id))

/** The guard of session tokens: what a sign-in gives, sent as the cookie `asc_auth_key` or as `Authorization`. */
export function sessionTokenGuard(): AuthGuard {
  const decrypted = new LRUCache<string, { token: SessionToken | null }>(REMEMBERED)
  return {
    name: SESSION_COOKIE,
    securityScheme: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Use Cookie authentication' },
    documentedScopes: ['read', 'write'],
    authenticate(request) {
      const { sessionTokens } = request.credentials
      if (sessionTokens.length === 0) return null
      return sessionTokens.map((credential) => judge(credential, request, decrypted))
    },
  }
}

function judge(
  credential: SessionCredential,
  request: FastifyRequest,
  decrypted: LRUCache<string, { token: SessionToken | null }>,
): Verdict {
  const { portal } = request
  const key = `${credential.token} ${portal.machineKey}`
  let read = decrypted.get(key)
  if (read === undefined) {
    read = { token: readSessionToken(credential.token, portal.machineKey) }
    decrypted.set(key, read)
  }
  const verdict = read.token === null ? refuse(whyUnreadable(credential, request)) : judgeToken(read.token, portal)
  if (!('refused' in verdict) || !credential.fromCookie) return verdict
  return { ...verdict, headers: { 'set-cookie': takenCookies(request) } }
}

/** Checks a session token, however it was sent. */
export function sessionVerdict(text: string, portal: Portal): Verdict {
  const token = readSessionToken(text, portal.machineKey)
  return token === null ? refuse(NO_TOKEN) : judgeToken(token, portal)
}

/** Any credential that no other guard recognises is treated as a session token, so most of these are something else. */
function whyUnreadable({ token, fromCookie }: SessionCredential, { headers, portal }: FastifyRequest): string {
  const { authorization = '' } = headers
  const isHeader = !fromCookie && !authorization.includes(',') && authorization.includes(token)
  const mistake = authorizationMistake(isHeader ? authorization : token, portal.machineKey)
  return mistake ?? NO_TOKEN
}

function judgeToken(token: SessionToken, portal: Portal): Verdict {
  if (token.tenantId !== portal.tenantId) {
    return refuse(`of another portal: its tenant is ${token.tenantId}, this one is ${portal.tenantId}`)
  }
  const user = findUser(token.userId, portal)
  const refusal = whyRefused(token, user, portal)
  if (refusal !== null) return user === undefined ? refuse(refusal) : refuseKnown(refusal)
  return accept(user as StoredUser)
}

function whyRefused(token: SessionToken, user: StoredUser | undefined, portal: Portal): string | null {
  const { expires, tenantIndex, userIndex, loginEventId } = token
  if (expires !== null && expires < portal.clock.now()) {
    return `expired at ${momentText(expires)}${user === undefined ? '' : `, of ${user.email}`}`
  }
  if (user === undefined) return `of ${token.userId}, who doesn't exist`
  if (user.status !== EmployeeStatus.Active) return whyInactive(user)
  if (tenantIndex !== portal.tokenIndex || userIndex !== user.tokenIndex) {
    return `the sessions of ${tenantIndex === portal.tokenIndex ? user.email : 'all users'} were ended; sign in again`
  }
  if (loginEventId !== 0) {
    const event = loginEventOf(token, portal)
    if (event === undefined) return `${user.email} signed in before ${ENDED}; sign in again`
    if (!event.active) return `${user.email} has signed out`
  }
  if (user.sid !== null && !portal.settings.ldap)
    return `of the LDAP user ${user.email}, and the portal's plan has no LDAP`
  return null
}

const ENDED = 'the portal was reset, restored or recreated, or newer sign-ins have evicted this one'

/**
 * The sign-in that issued a token. Another portal of the same name may have a sign-in with the same id, but not with
 * the same user and expiry.
 */
export function loginEventOf(token: SessionToken, { store }: Portal): LoginEvent | undefined {
  const event = store.loginEvents.find(token.loginEventId)
  return event?.userId === token.userId && event.expiresAt === token.expires ? event : undefined
}

/** The headers that take a request's cookies of a session away. */
export function takenCookies(request: FastifyRequest): string[] {
  return [SESSION_COOKIE, SOCKET_COOKIE]
    .filter((name) => readCookie(request.headers.cookie, name) !== undefined)
    .map((name) => expiredCookie(name, cookiePath(request)))
}
