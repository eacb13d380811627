import { type Caller, inWords, typeName } from '../auth/caller.ts'
import { EmployeeType } from '../domain/employee-type.ts'

/** Why a user may not invite to a role. */
export function whyNotInvited(inviter: Pick<Caller, 'email' | 'isOwner' | 'type'>, type: EmployeeType): string {
  return `${inWords(inviter)} may not invite to the role ${typeName(type)}: ${whoMay(type)} may`
}

function whoMay(type: EmployeeType): string {
  if (type === EmployeeType.DocSpaceAdmin) return 'only the owner'
  const isForAll = type === EmployeeType.User || type === EmployeeType.Guest
  return isForAll ? 'the owner, DocSpaceAdmins and RoomAdmins' : 'the owner and DocSpaceAdmins'
}
