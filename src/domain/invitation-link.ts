import { checkConfirmationKey, createConfirmationKey, type KeyIssuer, type KeyValidity } from './confirmation-key.ts'
import type { EmployeeType } from './employee-type.ts'

/** How long an invitation link holds, in ms: DocSpace's default of seven days. */
export const INVITATION_INTERVAL = 7 * 24 * 60 * 60 * 1000

/** Who invites whom where: what an invitation link is made of. */
export interface Invitation {
  /** The role that the invited will have. */
  employeeType: EmployeeType
  /** Id of whoever asked for the link. */
  inviterId: string
  /** The portal's alias. */
  alias: string
}

/**
 * Makes the long form of an invitation link, the one that the short link leads to.
 *
 * @param root scheme, host and port of the portal, without a slash at the end
 * @param now milliseconds since 1970, UTC
 */
export function createInvitationLink(invitation: Invitation, issuer: KeyIssuer, root: string, now: number): string {
  const key = createConfirmationKey(invitationSubject(invitation), issuer, now)
  const { employeeType, inviterId } = invitation
  return `${root}/confirm/LinkInvite?type=LinkInvite&key=${key}&uid=${inviterId}&emplType=${employeeType}`
}

/** Checks the key of an invitation link. */
export function checkInvitationKey(key: string, invitation: Invitation, issuer: KeyIssuer, now: number): KeyValidity {
  return checkConfirmationKey(key, invitationSubject(invitation), issuer, now, INVITATION_INTERVAL)
}

function invitationSubject({ employeeType, inviterId, alias }: Invitation): string {
  return `LinkInvite${employeeType}${inviterId}${alias}`
}
