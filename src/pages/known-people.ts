import { apiKeyScopes, FULL_ACCESS, hasScope } from '../domain/scopes.ts'
import type { FixtureUser } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'

type FixtureApiKey = NonNullable<FixtureUser['apiKeys']>[number]

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

/** The people that a portal was made with, in the order of the fixture. */
export function knownPeople({ fixture, ownerId, store, clock }: Portal): KnownPerson[] {
  return fixture.users
    .filter(({ id }) => store.users.find(id.toLowerCase()) !== undefined)
    .map((user) => ({
      id: user.id.toLowerCase(),
      email: user.email,
      role: roleOf(user, ownerId),
      isActive: (user.status ?? 'active') === 'active',
      password: user.password,
      apiKeys: (user.apiKeys ?? []).map(({ key, name = 'seeded' }) => ({ key, name })),
      fullAccessKey: user.apiKeys?.find((apiKey) => isFullAccess(apiKey, clock.now()))?.key,
    }))
}

function isFullAccess({ active = true, expiresAt, permissions = [] }: FixtureApiKey, now: number): boolean {
  const holds = active && (expiresAt === undefined || Date.parse(expiresAt) > now)
  return holds && hasScope(apiKeyScopes(permissions), [FULL_ACCESS])
}

function roleOf({ id, type, status = 'active' }: FixtureUser, ownerId: string): string {
  const role = id.toLowerCase() === ownerId ? 'owner' : type
  return status === 'active' ? role : `${role}, ${status}`
}
