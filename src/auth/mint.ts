import { apiKeyHash, createApiKey } from '../domain/api-key.ts'
import { congratulationsSubject, createConfirmationKey } from '../domain/confirmation-key.ts'
import { CONGRATULATIONS_INTERVAL } from '../domain/congratulations.ts'
import type { EmployeeType } from '../domain/employee-type.ts'
import { createInvitationLink, INVITATION_INTERVAL } from '../domain/invitation-link.ts'
import type { Scope } from '../domain/scopes.ts'
import { createSessionToken, SESSION_LIFETIME } from '../domain/session-token.ts'
import type { KnownApiKey, StoredApiKey } from '../store/api-keys.ts'
import type { Portal } from '../store/portal.ts'

/**
 * Makes a session token for somebody, as a sign-in would.
 *
 * @param options.expiresIn in seconds; DocSpace's own tokens are valid for a year. Negative: already expired
 * @param options.loginEventId the sign-in that it belongs to, which expires at the same time; 0: none
 * @throws TypeError where there is nobody with this id
 */
export function mintSessionToken(
  portal: Portal,
  userId: string,
  { expiresIn = SESSION_LIFETIME / 1000, loginEventId = 0 }: { expiresIn?: number; loginEventId?: number } = {},
): string {
  return sessionToken(portal, userId, { expires: portal.clock.now() + expiresIn * 1000, loginEventId })
}

function sessionToken(
  portal: Portal,
  userId: string,
  { expires, loginEventId }: { expires: number; loginEventId: number },
): string {
  const user = portal.store.users.find(userId)
  if (user === undefined) throw new TypeError(`mintSessionToken: nobody has the id ${userId}`)
  const { tenantId, tokenIndex: tenantIndex, machineKey } = portal
  const { tokenIndex: userIndex } = user
  return createSessionToken({ tenantId, userId, tenantIndex, expires, userIndex, loginEventId }, machineKey)
}

/**
 * Signs a user in: stores the sign-in and creates its session token, which a logout ends.
 *
 * @param options.expiresIn in seconds; DocSpace's own tokens are valid for a year. Negative: already expired
 */
export function signIn(
  portal: Portal,
  userId: string,
  { expiresIn = SESSION_LIFETIME / 1000 }: { expiresIn?: number } = {},
): string {
  const { clock, store } = portal
  const now = clock.now()
  const loginEventId = store.loginEvents.insert(userId, now, Math.trunc(now + expiresIn * 1000))
  return sessionToken(portal, userId, { expires: now + expiresIn * 1000, loginEventId })
}

/** What an API key is made with. Everything has a default. */
export interface ApiKeyOptions {
  /** `sk-` and 64 lower-case hex digits; a new one unless given. */
  key?: string
  name?: string
  /** None, or `*`: everything. */
  permissions?: readonly Scope[]
  /** `false`: revoked. */
  active?: boolean
  /** Seconds; negative: it has expired. Never unless given. */
  expiresIn?: number
}

/**
 * Gives somebody an API key, whosever it was. The portal keeps its text, unlike that of a key which a client has made.
 *
 * @throws TypeError where there is nobody with this id
 */
export function mintApiKey(portal: Portal, userId: string, options: ApiKeyOptions = {}): KnownApiKey {
  const { key = createApiKey(portal.randomBytes), name = 'minted', permissions = [], active = true } = options
  const { store, clock } = portal
  if (store.users.find(userId) === undefined) throw new TypeError(`mintApiKey: nobody has the id ${userId}`)
  const now = clock.now()
  const expiresAt = options.expiresIn === undefined ? null : Math.round(now + options.expiresIn * 1000)
  const hash = apiKeyHash(key)
  store.apiKeys.put({ hash, key, userId, name, postfix: key.slice(-4), permissions, active, createdAt: now, expiresAt })
  return { ...(store.apiKeys.find(hash) as StoredApiKey), key }
}

/**
 * Makes the key that `sendcongratulations` wants for somebody.
 *
 * @param options.expiresIn seconds; it holds for an hour unless given. Negative: it has expired
 */
export function mintConfirmationKey(portal: Portal, userId: string, options: { expiresIn?: number } = {}): string {
  const begins = beginning(portal, CONGRATULATIONS_INTERVAL, options.expiresIn)
  return createConfirmationKey(congratulationsSubject(userId), portal, begins)
}

/** What an invitation is made with. */
export interface InvitationOptions {
  /** Id of whoever invites. */
  inviterId: string
  /** The role that the invited will have. */
  employeeType: EmployeeType
  /** Scheme, host and port of the portal as its clients see it, without a slash at the end. */
  root: string
  /** Seconds; it holds for seven days unless given. Negative: it has expired. */
  expiresIn?: number
}

/** Makes the long form of an invitation link. Its query is what the header `confirm` of `POST people` takes. */
export function mintInvitationLink(portal: Portal, options: InvitationOptions): string {
  const { inviterId, employeeType, root, expiresIn } = options
  const begins = beginning(portal, INVITATION_INTERVAL, expiresIn)
  return createInvitationLink({ inviterId, employeeType, alias: portal.alias }, portal, root, begins)
}

/** When a key was made that holds for so many seconds from now, in ms: it says when, and not until when it holds. */
function beginning({ clock }: Portal, interval: number, expiresIn = interval / 1000): number {
  return clock.now() - interval + expiresIn * 1000
}
