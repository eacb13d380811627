import type { FastifyRequest } from 'fastify'
import { typeName } from '../../auth/caller.ts'
import { commonInvitationUrl, type InvitationLink, isExpired, LINK_TYPES } from '../../domain/common-invitation-link.ts'
import { type EmployeeType, employeeTypeName } from '../../domain/employee-type.ts'
import { DomainError } from '../../domain/errors.ts'
import { mayInvite } from '../../domain/permissions.ts'
import { createShortLinkKey } from '../../domain/short-link.ts'
import { momentText } from '../../domain/utc-date.ts'
import { apiDateTime } from '../../wire/api-date-time.ts'
import { toJson } from '../../wire/json.ts'
import { portalRoot } from '../../wire/root.ts'
import { callerOf } from '../caller.ts'
import { whyNotInvited } from '../may-invite.ts'

/** Why no user may invite others. */
export const INVITATIONS_OFF = 'the portal has invitations turned off: allowInvitingMembers is false'

/** @throws DomainError where the portal has invitations turned off */
export function requireInvitations({ portal }: FastifyRequest): void {
  if (!portal.settings.allowInvitingMembers) throw new DomainError('accessDenied', INVITATIONS_OFF)
}

/** @throws DomainError where there can be no link for a role */
export function requireLinkType(type: EmployeeType): void {
  if (LINK_TYPES.includes(type)) return
  throw new DomainError(
    'argument',
    `there is no link for the role ${typeName(type)}: there are some for DocSpaceAdmin, RoomAdmin and User`,
    'EmployeeType',
  )
}

/** @throws DomainError where a link would end before it begins */
export function requireFuture(expiration: number | null, { portal }: FastifyRequest): void {
  if (expiration === null || expiration >= portal.clock.now()) return
  throw new DomainError('argument', `the expiration ${momentText(expiration)} has passed`, 'Expiration')
}

/** @throws DomainError where the caller may not invite to a role */
export function requireInviter(request: FastifyRequest, type: EmployeeType): void {
  const caller = callerOf(request)
  if (!mayInvite(caller, type)) throw new DomainError('accessDenied', whyNotInvited(caller, type))
}

/** @throws DomainError where no link has the id */
export function linkOf({ portal }: FastifyRequest, id: string): InvitationLink {
  const link = portal.store.invitationLinks.find(id)
  if (link === undefined) throw new DomainError('recordNotFound', `no invitation link has the id ${id}`)
  return link
}

/** A link as its caller sees it: the URL names them. */
export function invitationLinkResponse(request: FastifyRequest, link: InvitationLink): string {
  const { portal } = request
  const { alias, clock, machineKey, store } = portal
  const { id, employeeType, expiresAt, maxUseCount, currentUseCount } = link
  const root = portalRoot(request)
  const claim = { employeeType, linkId: id, inviterId: callerOf(request).id, alias }
  const newKey = () => createShortLinkKey(portal.randomBytes)
  const key = store.shortLinks.shorten(commonInvitationUrl(claim, machineKey, root), newKey, expiresAt)
  return toJson({
    id,
    employeeType: request.profile.roleNames ? employeeTypeName(employeeType) : employeeType,
    expiration: expiresAt === null ? undefined : apiDateTime(expiresAt),
    isExpired: isExpired(link, clock.now()),
    maxUseCount: maxUseCount ?? undefined,
    currentUseCount,
    url: `${root}/s/${key}`,
  })
}
