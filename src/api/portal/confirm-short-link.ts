import { CONFIRM_INTERVAL, type ConfirmType, createConfirmLink } from '../../domain/confirm-link.ts'
import { LOST_USER } from '../../domain/permissions.ts'
import { createShortLinkKey } from '../../domain/short-link.ts'
import type { UserInfo } from '../../domain/user.ts'
import type { Portal } from '../../store/portal.ts'

/**
 * Makes the short link to a confirm page that an e-mail carries, and puts on record what the server does.
 *
 * @param root scheme, host and port of the portal, without a slash at the end
 * @param user who gets the e-mail; `undefined` where there is nobody, for whom the server makes a link all the same
 */
export function confirmShortLink(portal: Portal, root: string, type: ConfirmType, user: UserInfo | undefined): string {
  const { clock, randomBytes, store } = portal
  const { id, email } = user ?? { id: LOST_USER, email: '' }
  const now = clock.now()
  const askedAt = type === 'PasswordChange' ? now : null
  if (askedAt !== null) store.auditEvents.insert('UserSentPasswordChangeInstructions', id, askedAt)
  const link = createConfirmLink({ type, email, askedAt }, id, portal, root, now)
  const key = store.shortLinks.shorten(link, () => createShortLinkKey(randomBytes), now + CONFIRM_INTERVAL)
  return `${root}/s/${key}`
}
