import { congratulationsSubject, createConfirmationKey } from '../domain/confirmation-key.ts'
import { createSessionToken } from '../domain/session-token.ts'
import type { Portal } from '../store/portal.ts'

const YEAR = 365 * 24 * 60 * 60

/**
 * Makes a session token for somebody, as a sign-in would.
 *
 * @param options.expiresIn seconds; DocSpace's own tokens hold a year. Negative: one that has expired
 * @param options.loginEventId the sign-in that it belongs to; 0: none
 * @throws TypeError where there is nobody with this id
 */
export function mintSessionToken(
  portal: Portal,
  userId: string,
  { expiresIn = YEAR, loginEventId = 0 }: { expiresIn?: number; loginEventId?: number } = {},
): string {
  const user = portal.store.users.find(userId)
  if (user === undefined) throw new TypeError(`mintSessionToken: nobody has the id ${userId}`)
  const token = {
    tenantId: portal.tenantId,
    userId,
    tenantIndex: portal.tokenIndex,
    expires: portal.clock.now() + expiresIn * 1000,
    userIndex: user.tokenIndex,
    loginEventId,
  }
  return createSessionToken(token, portal.machineKey)
}

/** Makes the key that `sendcongratulations` wants for somebody. It holds for an hour. */
export function mintConfirmationKey(portal: Portal, userId: string): string {
  return createConfirmationKey(congratulationsSubject(userId), portal, portal.clock.now())
}
