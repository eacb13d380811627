import { apiKeyHash } from '../domain/api-key.ts'
import { apiKeyScopes, FULL_ACCESS, hasScope } from '../domain/scopes.ts'
import { EmployeeStatus } from '../domain/user.ts'
import type { StoredApiKey } from '../store/api-keys.ts'
import type { FixtureUser } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'

/** Somebody whose credentials are known because the fixture gave them. */
export interface KnownPerson {
  id: string
  email: string
  /** What to call them: their role, and what is special about their account. */
  role: string
  isActive: boolean
  password: string | undefined
  apiKeys: readonly { key: string; name: string }[]
  /** One of the keys that holds and is good for everything. */
  fullAccessKey: string | undefined
}

/**
 * The people that a portal was made with, in the order of the fixture, and of their credentials those that the portal
 * still knows: one that lives in a file may have been made with another fixture.
 */
export function knownPeople(portal: Portal): KnownPerson[] {
  return portal.fixture.users.flatMap((user) => {
    const stored = portal.store.users.find(user.id.toLowerCase())
    return stored === undefined ? [] : toKnownPerson(user, stored, portal)
  })
}

function toKnownPerson(user: FixtureUser, { id, status }: StoredUser, portal: Portal): KnownPerson {
  const { store, clock, ownerId } = portal
  const apiKeys = (user.apiKeys ?? []).map(({ key, name = 'seeded' }) => ({ key, name }))
  const known = apiKeys.flatMap(({ key, name }) => {
    const stored = store.apiKeys.find(apiKeyHash(key))
    return stored === undefined ? [] : { key, name, isFullAccess: isFullAccess(stored, clock.now()) }
  })
  return {
    id,
    email: user.email,
    role: roleOf(user, id === ownerId, status),
    isActive: status === EmployeeStatus.Active,
    password: store.users.findPassword(user.email)?.seedPassword === user.password ? user.password : undefined,
    apiKeys: known,
    fullAccessKey: known.find((apiKey) => apiKey.isFullAccess)?.key,
  }
}

function isFullAccess({ active, expiresAt, permissions }: StoredApiKey, now: number): boolean {
  return active && (expiresAt === null || expiresAt > now) && hasScope(apiKeyScopes(permissions), [FULL_ACCESS])
}

function roleOf({ type }: FixtureUser, isOwner: boolean, status: number): string {
  const role = isOwner ? 'owner' : type
  if (status === EmployeeStatus.Active) return role
  return `${role}, ${status === EmployeeStatus.Pending ? 'pending' : 'terminated'}`
}
