import { EmployeeType } from '../domain/employee-type.ts'
import type { Member } from '../domain/permissions.ts'
import type { Scope } from '../domain/scopes.ts'
import { EmployeeStatus } from '../domain/user.ts'
import type { StoredUser } from '../store/users.ts'

/** Who is calling, proven by a guard. */
export interface Caller extends Member {
  /** As it was at the request. */
  email: string
  /** The language they have chosen, if any. */
  culture: string | null
  scopes: readonly Scope[]
  /** The API key that they have sent, by its id; `null`: they have proven themselves by something else. */
  apiKeyId: string | null
  /** The name of the guard that says so. */
  guard: string
  /** Which one of the credentials that the guard has looked at it was, counted from 0. */
  credential: number
}

/** The role of a user: `Owner`, or the name of the type. */
export function roleOf({ isOwner, type }: Pick<Member, 'isOwner' | 'type'>): string {
  return isOwner ? 'Owner' : typeName(type)
}

/** The name of an employee type, or its number where it is a combination without a name. */
export function typeName(type: EmployeeType): string {
  return Object.entries(EmployeeType).find(([, number]) => number === type)?.[0] ?? String(type)
}

/** A user in reasons: `owner@example.com (Owner)`. */
export function inWords(user: Pick<Caller, 'email' | 'isOwner' | 'type'>): string {
  return `${user.email} (${roleOf(user)})`
}

/** Why a user whose account does not work is refused. */
export function whyInactive({ email, status }: Pick<StoredUser, 'email' | 'status'>): string {
  return `${email} is not active: the account is ${status === EmployeeStatus.Pending ? 'pending' : 'terminated'}`
}
