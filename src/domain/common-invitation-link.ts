import { EmployeeType } from './employee-type.ts'
import { createSignature, readSignature } from './signature.ts'

/** An invitation link that the portal keeps for everybody who may invite to its role. */
export interface InvitationLink {
  /** Lower-case dashed GUID. */
  id: string
  employeeType: EmployeeType
  /** Milliseconds since 1970, UTC; `null`: never. */
  expiresAt: number | null
  /** How many may join by it; `null`: any number. */
  maxUseCount: number | null
  currentUseCount: number
}

/** The roles that there can be such a link for. */
export const LINK_TYPES: readonly EmployeeType[] = [
  EmployeeType.DocSpaceAdmin,
  EmployeeType.RoomAdmin,
  EmployeeType.User,
]

/** What the signature in such a link says: the role's number, the link, whose it is and of which portal. */
export interface LinkClaim {
  employeeType: EmployeeType
  linkId: string
  inviterId: string
  alias: string
}

/**
 * The long form of a link, in which somebody's name stands: it is the same whenever they ask for it.
 *
 * @param root scheme, host and port of the portal, without a slash at the end
 */
export function commonInvitationUrl(claim: LinkClaim, machineKey: string, root: string): string {
  const { employeeType, linkId, inviterId, alias } = claim
  const key = createSignature([employeeType, linkId, inviterId, alias].join('.'), machineKey)
  return `${root}/confirm/LinkInvite?type=LinkInvite&key=${key}&uid=${inviterId}&emplType=${employeeType}`
}

/** @returns what the key of a link says, or `null` where nobody with the machine key has signed it */
export function readCommonInvitationKey(key: string, machineKey: string): LinkClaim | null {
  const text = readSignature(key, machineKey)
  const [employeeType = '', linkId = '', inviterId = '', alias = '', ...rest] = text?.split('.') ?? []
  if (text === null || alias === '' || rest.length > 0) return null
  return { employeeType: Number(employeeType), linkId, inviterId, alias }
}

/** Whether a link has come to its end. */
export function isExpired({ expiresAt }: InvitationLink, now: number): boolean {
  return expiresAt !== null && expiresAt < now
}
