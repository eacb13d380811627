import type { FastifyRequest } from 'fastify'
import { type LinkClaim, readCommonInvitationKey } from '../domain/common-invitation-link.ts'
import { keyMadeAt } from '../domain/confirmation-key.ts'
import { EmployeeType } from '../domain/employee-type.ts'
import { INVITATION_INTERVAL } from '../domain/invitation-link.ts'
import { momentText } from '../domain/utc-date.ts'
import type { Portal } from '../store/portal.ts'
import { typeName } from './caller.ts'
import type { Confirmation } from './confirm.ts'
import { checkInvitation, type InvitationVerdict } from './invitation.ts'

/** How many portals are searched for the one whose link it is. */
const MAX_PORTALS = 20

/**
 * Why an invitation doesn't hold, as exactly as can be told.
 *
 * @param verdict what {@link checkInvitation} says of it
 */
export function invitationMistake(
  invitation: Confirmation,
  verdict: Exclude<InvitationVerdict, 'ok'>,
  request: FastifyRequest,
): string {
  const { portal } = request
  const claim = readCommonInvitationKey(invitation.key, portal.machineKey)
  if (verdict === 'usedUp') return `the link is used up: ${usesOf(claim, portal)}`
  if (verdict === 'expired') return `the link expired at ${expiryOf(invitation, claim, portal)}`
  if (invitation.key === '') return 'there is no key'
  const mistake = claim === null ? mistakeInKey(invitation, request) : mistakeInClaim(invitation, claim, portal)
  if (mistake !== null) return mistake
  if (invitation.employeeType === EmployeeType.DocSpaceAdmin && invitation.inviterId !== portal.ownerId) {
    return `only the owner's links are for a DocSpaceAdmin, and the inviter is ${personOf(invitation.inviterId, portal)}`
  }
  return `the link was not issued by ${personOf(invitation.inviterId, portal)} for this purpose, or was altered`
}

function usesOf(claim: LinkClaim | null, { store }: Portal): string {
  const { currentUseCount, maxUseCount } = store.invitationLinks.find(claim?.linkId ?? '') ?? {}
  return `${currentUseCount} of ${maxUseCount} have joined by it`
}

function expiryOf({ key }: Confirmation, claim: LinkClaim | null, { store }: Portal): string {
  const kept = claim === null ? null : store.invitationLinks.find(claim.linkId)?.expiresAt
  const expiresAt = kept ?? (keyMadeAt(key) ?? 0) + INVITATION_INTERVAL
  return momentText(expiresAt)
}

/** What is wrong with a link that the portal keeps: its key says what it is. */
function mistakeInClaim({ inviterId, employeeType }: Confirmation, claim: LinkClaim, portal: Portal): string | null {
  if (claim.alias !== portal.alias) return `the link is of the portal ${claim.alias}`
  if (claim.employeeType !== employeeType) return otherRole(claim.employeeType, employeeType)
  if (portal.store.invitationLinks.find(claim.linkId) === undefined) return 'the link was deleted'
  if (claim.inviterId === inviterId) return null
  return `the link is by ${personOf(claim.inviterId, portal)}, not by ${personOf(inviterId, portal)}`
}

/** What is wrong with a link whose key is a hash. It does not reveal its contents, so candidates are tried. */
function mistakeInKey(
  { key, inviterId, employeeType }: Confirmation,
  { portal, server }: FastifyRequest,
): string | null {
  const isFor = (type: number, other: Portal) =>
    checkInvitation(key, { employeeType: type, inviterId, alias: other.alias }, other).verdict !== 'invalid'
  const type = Object.values(EmployeeType).find((one) => one !== employeeType && isFor(one, portal))
  if (type !== undefined) return otherRole(type, employeeType)
  const other = server.portals
    .list()
    .slice(0, MAX_PORTALS)
    .find((one) => isFor(employeeType, one))
  return other === undefined || other.alias === portal.alias ? null : `the link is of the portal ${other.alias}`
}

/** A link is for one role, and another was asked for. */
export function otherRole(ofLink: number, asked: number): string {
  const told = asked === EmployeeType.All ? 'no role is given' : `the role given is ${typeName(asked)}`
  return `the link is for the role ${typeName(ofLink)}, and ${told}`
}

function personOf(id: string, { store }: Portal): string {
  return store.users.find(id)?.email ?? `${id}, who doesn't exist`
}
