import { isExpired, readCommonInvitationKey } from '../domain/common-invitation-link.ts'
import type { KeyValidity } from '../domain/confirmation-key.ts'
import { checkInvitationKey, type Invitation } from '../domain/invitation-link.ts'
import type { Portal } from '../store/portal.ts'

/** What an invitation turned out to be. */
export type InvitationVerdict = KeyValidity | 'usedUp'

/**
 * Checks the key of an invitation of either kind: the one that everybody gets anew, and the one that the portal keeps
 * for a role.
 *
 * @returns the verdict, and the id of the link where the portal keeps it
 */
export function checkInvitation(
  key: string,
  invitation: Invitation,
  portal: Portal,
): { verdict: InvitationVerdict; linkId: string | null } {
  const { clock, machineKey, store } = portal
  const now = clock.now()
  const claim = readCommonInvitationKey(key, machineKey)
  if (claim === null) return { verdict: checkInvitationKey(key, invitation, portal, now), linkId: null }
  const link = store.invitationLinks.find(claim.linkId)
  const { employeeType, inviterId, alias } = invitation
  const isTheirs = claim.employeeType === employeeType && claim.inviterId === inviterId && claim.alias === alias
  if (link === undefined || !isTheirs || link.employeeType !== employeeType) return { verdict: 'invalid', linkId: null }
  const isUsedUp = link.maxUseCount !== null && link.currentUseCount >= link.maxUseCount
  return { verdict: isExpired(link, now) ? 'expired' : isUsedUp ? 'usedUp' : 'ok', linkId: link.id }
}
