import type { EmployeeType } from '../domain/employee-type.ts'
import { EmployeeType as Type } from '../domain/employee-type.ts'
import type { UserInfo } from '../domain/user.ts'
import { apiDateTime } from './api-date-time.ts'

/** Somebody as the people service shows them. */
export interface Employee {
  info: UserInfo
  type: EmployeeType
  isOwner: boolean
  /** What links begin with. */
  root: string
}

/** What only some callers see of somebody. */
export interface EmployeeDetails {
  theme?: 'Base' | 'Dark' | 'System'
  loginEventId?: number
  hasPersonalFolder?: boolean
  usedSpace?: number
  createdBy?: object
  tfaAppEnabled?: boolean
}

/** The members that are shown of everybody, wherever a person is mentioned. */
export function employee({ info, type, root }: Employee) {
  const list = type === Type.Guest ? 'guests' : 'people'
  const photo = (size: number) =>
    `/static/images/default_user_photo_size_${size}-${size}.png?hash=${dateHash(info.lastModified)}`
  return {
    id: info.id,
    displayName: encodeHtml(`${info.firstName} ${info.lastName}`.trim()),
    avatar: photo(82),
    avatarOriginal: photo(200),
    avatarMax: photo(200),
    avatarMedium: photo(48),
    avatarSmall: photo(32),
    profileUrl: `${root}/accounts/${list}/filter?search=${encodeURIComponent(info.email)}`,
    hasAvatar: false,
    isAnonim: false,
  }
}

/** A whole profile, its members in the order of the real server. Members that are `undefined` are left out. */
export function employeeFull(person: Employee, details: EmployeeDetails) {
  const { info, type, isOwner } = person
  return {
    firstName: info.firstName,
    lastName: info.lastName,
    userName: info.userName,
    email: info.email,
    contacts: contactsOf(info),
    status: info.status,
    activationStatus: info.activationStatus,
    terminated: info.terminatedDate && apiDateTime(Date.parse(info.terminatedDate)),
    department: '',
    location: info.location,
    notes: info.notes,
    isAdmin: !isOwner && type === Type.DocSpaceAdmin,
    isRoomAdmin: !isOwner && type === Type.RoomAdmin,
    isLDAP: info.sid !== undefined,
    isOwner,
    isVisitor: type === Type.Guest,
    isCollaborator: type === Type.User,
    cultureName: info.cultureName,
    mobilePhone: info.mobilePhone,
    mobilePhoneActivationStatus: info.mobilePhoneActivationStatus,
    isSSO: info.ssoNameId !== undefined,
    theme: details.theme,
    usedSpace: details.usedSpace,
    loginEventId: details.loginEventId,
    createdBy: details.createdBy,
    registrationDate: apiDateTime(Date.parse(info.createDate)),
    hasPersonalFolder: details.hasPersonalFolder,
    tfaAppEnabled: details.tfaAppEnabled,
    ...employee(person),
  }
}

function contactsOf({ contactsList = [] }: UserInfo): { type: string; value: string }[] | undefined {
  const pairs = contactsList.flatMap((type, i) => (i % 2 === 0 ? [{ type, value: contactsList[i + 1] ?? '' }] : []))
  return pairs.length === 0 ? undefined : pairs
}

const TICKS_1970 = 621_355_968_000_000_000n

/** The hash that .NET makes of a moment, without its sign. */
function dateHash(moment: string): number {
  const ticks = BigInt(Date.parse(moment)) * 10_000n + TICKS_1970
  return Math.abs(Number(BigInt.asIntN(32, ticks)) ^ Number(BigInt.asIntN(32, ticks >> 32n)))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function encodeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
