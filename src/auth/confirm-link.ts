import { type ConfirmType, checkConfirmLinkKey, readLinkEmail } from '../domain/confirm-link.ts'
import type { KeyValidity } from '../domain/confirmation-key.ts'
import { parseGuid } from '../domain/guid.ts'
import { EmployeeStatus, type UserInfo } from '../domain/user.ts'
import type { Portal } from '../store/portal.ts'
import type { Query } from '../wire/query.ts'

/** What an e-mail's link turned out to be, and the address that it names. */
export interface ConfirmVerdict {
  validity: KeyValidity
  email: string
}

/**
 * Checks the link of an e-mail. That to another password is only for whoever is named by it, has the address still, and
 * isn't terminated.
 *
 * @param query of the long link
 */
export function checkConfirmLink(type: ConfirmType, query: Query, portal: Portal): ConfirmVerdict {
  const { clock, machineKey, store } = portal
  const encrypted = query.first('encemail')
  const email = encrypted === undefined ? (query.first('email') ?? '') : (readLinkEmail(encrypted, machineKey) ?? '')
  const userId = parseGuid(query.first('uid') ?? '')
  if (userId === null) return { validity: 'invalid', email }
  const isChange = type === 'PasswordChange'
  if (isChange && !mayChangePassword(portal, userId, email)) return { validity: 'invalid', email }
  const askedAt = isChange ? (store.auditEvents.latest('UserSentPasswordChangeInstructions', userId) ?? null) : null
  const key = query.first('key') ?? ''
  return { validity: checkConfirmLinkKey(key, { type, email, askedAt }, portal, clock.now()), email }
}

function mayChangePassword({ store }: Portal, userId: string, email: string): boolean {
  const user = store.users.find(userId)
  if (user === undefined) return false
  const info: UserInfo = JSON.parse(user.info)
  return info.status !== EmployeeStatus.Terminated && info.email.toLowerCase() === email.toLowerCase()
}
