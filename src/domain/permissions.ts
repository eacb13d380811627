import { EmployeeType } from './employee-type.ts'

/** What the rules need to know of somebody. */
export interface Member {
  id: string
  type: EmployeeType
  isOwner: boolean
}

/** The account that the server has built in for people who don't exist. Nobody finds it; it counts as a guest. */
export const LOST_USER = '4a515a15-d4d6-4b8e-828e-e0586f18f3a3'
/** The others that are built in. Nobody finds them; the first counts as a guest, the others as admins. */
const OUTSIDE_USER = 'e78f4c20-2f3b-4a9d-ad13-5f298bd5a3ba'

/** The owner and the DocSpace admins. */
export function isAdmin(member: Member): boolean {
  return member.isOwner || member.type === EmployeeType.DocSpaceAdmin
}

/** Who may see and change the portal's settings, the number of its users among them. */
export const mayEditPortalSettings = isAdmin

/**
 * Whether somebody may invite people to a role. A combination of roles other than `DocSpaceAdmin` is a role that only
 * an admin may invite to.
 */
export function mayInvite(inviter: Member, employeeType: EmployeeType): boolean {
  if (employeeType === EmployeeType.DocSpaceAdmin) return inviter.isOwner
  if (isAdmin(inviter)) return true
  const roomAdminMayInvite = employeeType === EmployeeType.User || employeeType === EmployeeType.Guest
  return inviter.type === EmployeeType.RoomAdmin && roomAdminMayInvite
}

/**
 * Whether somebody may look at somebody else. Room admins see everybody but the guests that others invited.
 *
 * @param target whose id was asked for, and the role where there is such a user
 * @param invited whether the viewer has invited the target
 */
export function mayView(
  viewer: Member,
  target: { id: string; type: EmployeeType | undefined },
  invited: () => boolean,
): boolean {
  if (viewer.id === target.id || isAdmin(viewer)) return true
  if (viewer.type !== EmployeeType.RoomAdmin) return false
  const isGuest = target.type === EmployeeType.Guest || target.id === LOST_USER || target.id === OUTSIDE_USER
  return !isGuest || invited()
}
