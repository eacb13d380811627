import { EmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import type { FixturePerson } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'
import { MockRefusal } from '../wire/refusals.ts'

/** The words for what somebody can be, in the forms in which people write them. */
export const roles: ReadonlyMap<string, FixturePerson['type']> = new Map([
  ['docspaceadmin', 'DocSpaceAdmin'],
  ['administrator', 'DocSpaceAdmin'],
  ['admin', 'DocSpaceAdmin'],
  ['roomadmin', 'RoomAdmin'],
  ['user', 'User'],
  ['guest', 'Guest'],
])

/** What somebody may be called by where an operation asks for them. */
export const WHO =
  'The id, e-mail, first and last name, or role of somebody: `owner`, or the first active one of a type.'

/** Somebody by id, by e-mail, by first and last name, or by role: the owner, or the first active one of a type. */
export function findPerson(portal: Portal, reference: string): StoredUser | undefined {
  const { users } = portal.store
  if (/^owner$/i.test(reference)) return users.find(portal.ownerId)
  const type = typeOf(reference)
  if (type !== undefined) return users.earliestOfType(EmployeeType[type]).find(({ id }) => id !== portal.ownerId)
  const id = parseGuid(reference)
  return id === null ? users.findByName(reference) : users.find(id)
}

/**
 * Somebody by any of what they may be called by.
 *
 * @param member where they are named in a body, such as `/user`; unless given, it is what the request is about
 * @throws MockRefusal where nobody is meant
 */
export function personOf(portal: Portal, reference: string, member?: string): StoredUser {
  const person = findPerson(portal, reference)
  if (person !== undefined) return person
  const reason = `the portal has nobody who is ${reference}`
  throw member === undefined ? new MockRefusal(404, reason) : new MockRefusal(400, `${member}: ${reason}`)
}

/** The type that a role's name stands for. */
export function typeOf(role: string): FixturePerson['type'] | undefined {
  return roles.get(role.toLowerCase().replace(/[\s-]/g, ''))
}
