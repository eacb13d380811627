import { apiKeyHash } from '../domain/api-key.ts'
import { EmployeeType } from '../domain/employee-type.ts'
import { parseGuid } from '../domain/guid.ts'
import type { Scope } from '../domain/scopes.ts'
import type { User, UserInfo } from '../domain/user.ts'
import type { FixturePerson } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'
import { changedUser, toUser } from '../store/seed.ts'
import type { StoredUser } from '../store/users.ts'
import { StateError, type StateValues } from './state.ts'

/** The words for what somebody can be, in the forms in which people write them. */
const roles: ReadonlyMap<string, FixturePerson['type']> = new Map([
  ['docspaceadmin', 'DocSpaceAdmin'],
  ['administrator', 'DocSpaceAdmin'],
  ['admin', 'DocSpaceAdmin'],
  ['roomadmin', 'RoomAdmin'],
  ['user', 'User'],
  ['guest', 'Guest'],
])

/** Somebody by id, by e-mail, by first and last name, or by role: the owner, or the first active one of a type. */
export function findPerson(portal: Portal, reference: string): StoredUser | undefined {
  const { users } = portal.store
  if (/^owner$/i.test(reference)) return users.find(portal.ownerId)
  const type = typeOf(reference)
  if (type !== undefined) return users.earliestOfType(EmployeeType[type]).find(({ id }) => id !== portal.ownerId)
  const id = parseGuid(reference)
  return id === null ? users.findByName(reference) : users.find(id)
}

/** @throws StateError where nobody is meant */
export function personOf(portal: Portal, reference: unknown): StoredUser {
  const person = findPerson(portal, String(reference ?? 'owner'))
  if (person === undefined) throw new StateError(`the portal has nobody who is ${reference}`)
  return person
}

/** Somebody of a role who is active, made where there is nobody. */
export function personOfRole(portal: Portal, role: string): StoredUser {
  const known = findPerson(portal, role)
  if (known !== undefined) return known
  const type = typeOf(role)
  if (type === undefined) {
    throw new StateError(`nobody can be a ${role}: owner, ${[...roles.keys()].join(', ')}`)
  }
  return putPerson(portal, newPerson(portal, { type, email: `${type.toLowerCase()}@example.com` }))
}

/** The type that a role has, in whichever form it is written; the owner has none of their own. */
export function typeOf(role: string): FixturePerson['type'] | undefined {
  return roles.get(role.toLowerCase().replace(/[\s-]/g, ''))
}

/**
 * Sees to it that somebody is as described: whoever is meant is changed, or made.
 *
 * @param reference id, e-mail, or first and last name; nothing: whoever the members name
 * @param given members as a fixture has them
 */
export function describedPerson(portal: Portal, reference: string, given: Partial<FixturePerson>): StoredUser {
  const named = { ...namedBy(reference), ...given }
  const known = findPerson(portal, reference || (named.id ?? named.email ?? ''))
  if (known === undefined) return putPerson(portal, newPerson(portal, named))
  if (named.id !== undefined && parseGuid(named.id) !== known.id) {
    throw new StateError(`params: /id is not that of ${reference}, which is ${known.id}`)
  }
  const user: User = { ...JSON.parse(known.info), type: known.type }
  return putPerson(portal, changedUser(user, named))
}

/** What a person is called by: an id, an e-mail, or a name. */
function namedBy(reference: string): Partial<FixturePerson> {
  const id = parseGuid(reference)
  if (id !== null) return { id }
  if (reference.includes('@')) return { email: reference }
  const [firstName, ...lastName] = reference.split(' ').filter((word) => word !== '')
  return firstName === undefined ? {} : { firstName, lastName: lastName.join(' ') }
}

function newPerson(portal: Portal, given: Partial<FixturePerson>): User {
  const id = given.id ?? parseGuid(randomHex(portal, 16)) ?? ''
  const name = [given.firstName, given.lastName]
    .filter(Boolean)
    .join('.')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '')
  return toUser({ type: 'User', ...given, id, email: given.email ?? `${name || id}@example.com` }, portal.ownerId)
}

function putPerson(portal: Portal, user: User): StoredUser {
  const { users } = portal.store
  const other = users.findByName(user.email)
  if (other !== undefined && other.id !== user.id) {
    throw new StateError(`${user.email} is the e-mail of somebody else, whose id is ${other.id}`)
  }
  users.put(user)
  return users.find(user.id) as StoredUser
}

/** So many random bytes, as hexadecimal digits. */
export function randomHex(portal: Portal, bytes: number): string {
  return Buffer.from(portal.randomBytes(bytes)).toString('hex')
}

/** Gives somebody an API key, whosever it was. */
export function giveApiKey(portal: Portal, person: StoredUser, key: string, permissions: readonly Scope[]): void {
  portal.store.apiKeys.put({
    hash: apiKeyHash(key),
    postfix: key.slice(-4),
    userId: person.id,
    name: 'provider state',
    permissions,
    active: true,
    createdAt: portal.clock.now(),
    expiresAt: null,
  })
}

/** What a consumer can know of somebody. */
export function valuesOf({ id, info }: StoredUser): StateValues {
  const { email, firstName, lastName, userName }: UserInfo = JSON.parse(info)
  return { userId: id, email, firstName, lastName, userName }
}
