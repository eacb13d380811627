import { apiKeyHash } from '../domain/api-key.ts'
import { parseGuid } from '../domain/guid.ts'
import { randomGuid } from '../domain/random-guid.ts'
import type { User } from '../domain/user.ts'
import type { FixtureUser } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'
import { changedUser, type PersonChanges, seedApiKeys, seedSecondFactor, toUser } from '../store/seed.ts'
import type { StoredUser } from '../store/users.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { findPerson, roles, typeOf } from './people.ts'

/** What somebody has besides themselves. What is left out stays; `null` takes it away. */
export type CredentialChanges = {
  [Member in 'password' | 'apiKeys' | 'tfa' | 'invitedBy']?: FixtureUser[Member] | null | undefined
}

/**
 * Adds somebody. Whoever was removed comes back without what they had.
 *
 * @param given members as a fixture has them. The id and the e-mail are made up unless given, and the type is `User`
 * @throws MockRefusal where the id, the e-mail or an API key is somebody's, or nobody is whoever invited them
 */
export function createPerson(portal: Portal, given: Partial<FixtureUser>): StoredUser {
  const { users } = portal.store
  const user = toUser(completePerson(portal, given), portal.ownerId)
  if (users.find(user.id)) throw new MockRefusal(409, `/id: somebody has the id ${user.id}`)
  requireFreeEmail(portal, user)
  requireCredentials(portal, user.id, given)
  const { password = null, apiKeys = null, tfa = null, invitedBy = null } = given
  return portal.store.transaction(() => {
    const isBack = !users.put(user)
    if (isBack) users.endSessions(user.id)
    setCredentials(portal, user.id, { password, apiKeys, tfa, invitedBy })
    return users.find(user.id) as StoredUser
  })
}

/**
 * Changes somebody.
 *
 * @param changes members as a fixture has them; `null` takes one away
 * @throws MockRefusal where the e-mail or an API key is somebody else's, or nobody is whoever invited them
 */
export function changePerson(
  portal: Portal,
  { id, info, type }: StoredUser,
  { password, apiKeys, tfa, invitedBy, ...members }: PersonChanges & CredentialChanges,
): StoredUser {
  const { users } = portal.store
  const user = changedUser({ ...(JSON.parse(info) as User), type }, members)
  requireFreeEmail(portal, user)
  requireCredentials(portal, id, { apiKeys, invitedBy })
  return portal.store.transaction(() => {
    users.update(user)
    setCredentials(portal, id, { password, apiKeys, tfa, invitedBy })
    return users.find(id) as StoredUser
  })
}

/** @throws MockRefusal where it is the owner */
export function removePerson(portal: Portal, { id }: StoredUser): void {
  if (id === portal.ownerId) throw new MockRefusal(409, "a portal can't be without its owner")
  portal.store.users.remove(id)
}

/**
 * Sees to it that somebody is as described: whoever is meant is changed, or made.
 *
 * @param reference id, e-mail, or first and last name; nothing: whoever the members name
 * @param given members as a fixture has them
 * @throws MockRefusal
 */
export function describedPerson(portal: Portal, reference: string, given: Partial<FixtureUser>): StoredUser {
  const named = { ...namedBy(reference), ...given }
  const known = findPerson(portal, reference || (named.id ?? named.email ?? ''))
  if (known === undefined) return createPerson(portal, named)
  if (named.id !== undefined && parseGuid(named.id) !== known.id) {
    throw new MockRefusal(409, `/id is not that of ${reference}, which is ${known.id}`)
  }
  return changePerson(portal, known, named)
}

/**
 * Somebody of a role who is active, made where there is nobody.
 *
 * @throws MockRefusal where there is no such role
 */
export function personOfRole(portal: Portal, role: string): StoredUser {
  const known = findPerson(portal, role)
  if (known !== undefined) return known
  const type = typeOf(role)
  if (type === undefined) {
    throw new MockRefusal(400, `nobody can be a ${role}: owner, ${[...roles.keys()].join(', ')}`)
  }
  return createPerson(portal, { type })
}

/** What a person is called by: an id, an e-mail, or a name. */
function namedBy(reference: string): Partial<FixtureUser> {
  const id = parseGuid(reference)
  if (id !== null) return { id }
  if (reference.includes('@')) return { email: reference }
  const [firstName, ...lastName] = reference.split(' ').filter((word) => word !== '')
  return firstName === undefined ? {} : { firstName, lastName: lastName.join(' ') }
}

function completePerson(portal: Portal, given: Partial<FixtureUser>): FixtureUser {
  const { id = randomGuid(portal.randomBytes), type = 'User', email = freeEmail(portal, { ...given, type }) } = given
  return { ...given, id, type, email }
}

/** An e-mail that nobody has: by the name, or else by the type. */
function freeEmail({ store }: Portal, { firstName, lastName, type }: Partial<FixtureUser>): string {
  const words = [firstName, lastName].map((word) => word?.toLowerCase().replace(/[^a-z0-9]+/g, '')).filter(Boolean)
  const name = words.join('.') || type?.toLowerCase()
  let email = `${name}@example.com`
  for (let n = 1; store.users.findPassword(email) !== undefined; n++) email = `${name}${n}@example.com`
  return email
}

function requireFreeEmail({ store }: Portal, { id, email }: User): void {
  const other = store.users.findByEmail(email)
  if (other === undefined || other.id === id) return
  throw new MockRefusal(409, `/email: ${email} is the e-mail of somebody else, whose id is ${other.id}`)
}

function requireCredentials({ store }: Portal, id: string, { apiKeys, invitedBy }: CredentialChanges): void {
  const inviterId = invitedBy?.toLowerCase()
  if (inviterId !== undefined && inviterId !== id && store.users.find(inviterId) === undefined) {
    throw new MockRefusal(400, `/invitedBy: nobody has the id ${inviterId}`)
  }
  const keys = (apiKeys ?? []).map(({ key }) => key)
  for (const [i, key] of keys.entries()) {
    if (keys.indexOf(key) !== i) throw new MockRefusal(400, `/apiKeys/${i}/key repeats another`)
    const owner = store.apiKeys.find(apiKeyHash(key))?.userId
    if (owner !== undefined && owner !== id) throw new MockRefusal(409, `/apiKeys/${i}/key is one of ${owner}'s`)
  }
}

function setCredentials({ store }: Portal, id: string, { password, apiKeys, tfa, invitedBy }: CredentialChanges): void {
  const { users, secondFactors } = store
  if (password !== undefined) users.setPassword(id, password)
  if (apiKeys !== undefined) {
    store.apiKeys.removeOf(id)
    seedApiKeys(store, { id, apiKeys: apiKeys ?? [] })
  }
  if (tfa === null) secondFactors.remove(id)
  else if (tfa !== undefined) seedSecondFactor(store, { id, tfa })
  if (invitedBy !== undefined) users.removeInviters(id)
  if (invitedBy != null) users.addInvitedGuest(invitedBy.toLowerCase(), id)
}
