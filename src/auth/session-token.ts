import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { readSessionToken, type SessionToken } from '../domain/session-token.ts'
import { EmployeeStatus } from '../domain/user.ts'
import { perPortal } from '../store/per-portal.ts'
import type { Portal } from '../store/portal.ts'
import { expiredCookie, readCookie } from '../wire/cookies.ts'
import { cookiePath } from '../wire/root.ts'
import { SESSION_COOKIE, type SessionCredential } from './credentials.ts'
import { type AuthGuard, accept, refuse, type Verdict } from './guard.ts'
import { remembering } from './remembering.ts'

/**
 * How many decrypted tokens a portal remembers, and how many characters of them: decrypting one takes longer than all
 * the rest of a request.
 */
const REMEMBERED = { max: 10_000, maxSize: 4_000_000, sizeCalculation: (_: unknown, token: string) => token.length + 1 }

const SOCKET_COOKIE = 'socketio.sid'

/** The user of a session is asked for at every request. */
const findUser = remembering((id, { store }: Portal) => store.users.find(id))

/** The guard of session tokens: what a sign-in gives, sent as the cookie `asc_auth_key` or as `Authorization`. */
export function sessionTokenGuard(): AuthGuard {
  const decrypted = perPortal(() => new LRUCache<string, { token: SessionToken | null }>(REMEMBERED))
  return {
    name: SESSION_COOKIE,
    securityScheme: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Use Cookie authentication' },
    documentedScopes: ['read', 'write'],
    authenticate(request) {
      const { sessionTokens } = request.credentials
      if (sessionTokens.length === 0) return null
      return sessionTokens.map((credential) => judge(credential, request, decrypted(request.portal)))
    },
  }
}

function judge(
  credential: SessionCredential,
  request: FastifyRequest,
  decrypted: LRUCache<string, { token: SessionToken | null }>,
): Verdict {
  const { portal } = request
  let read = decrypted.get(credential.token)
  if (read === undefined) {
    read = { token: readSessionToken(credential.token, portal.machineKey) }
    decrypted.set(credential.token, read)
  }
  const verdict = judgeToken(read.token, portal)
  if (!('refused' in verdict) || !credential.fromCookie) return verdict
  return { ...verdict, headers: { 'set-cookie': takenCookies(request) } }
}

/** Checks a session token, however it was sent. */
export function sessionVerdict(text: string, portal: Portal): Verdict {
  return judgeToken(readSessionToken(text, portal.machineKey), portal)
}

function judgeToken(token: SessionToken | null, portal: Portal): Verdict {
  if (token === null) return refuse("is no token, or not one of this portal's machine key")
  if (token.tenantId !== portal.tenantId) return refuse(`of tenant ${token.tenantId}, this one is ${portal.tenantId}`)
  if (token.expires !== null && token.expires < portal.clock.now()) {
    return refuse(`expired at ${new Date(token.expires).toISOString()}`)
  }
  const user = findUser(token.userId, portal)
  if (user === undefined) return refuse(`of ${token.userId}, who doesn't exist`)
  if (user.status !== EmployeeStatus.Active) return refuse(`of ${token.userId}, who is not active`)
  if (token.tenantIndex !== portal.tokenIndex || token.userIndex !== user.tokenIndex)
    return refuse('its session was ended')
  if (token.loginEventId !== 0 && !portal.store.loginEvents.isActive(token.loginEventId)) return refuse('signed out')
  if (user.sid !== null && !portal.settings.ldap) return refuse("of an LDAP user, and the portal's plan has no LDAP")
  return accept(user)
}

/** The headers that take a request's cookies of a session away. */
export function takenCookies(request: FastifyRequest): string[] {
  return [SESSION_COOKIE, SOCKET_COOKIE]
    .filter((name) => readCookie(request.headers.cookie, name) !== undefined)
    .map((name) => expiredCookie(name, cookiePath(request)))
}
