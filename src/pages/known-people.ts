import type { FixtureUser } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'

/** Somebody whose credentials are known because the fixture gave them. */
export interface KnownPerson {
  id: string
  email: string
  /** What to call them: their role, and what is special about their account. */
  role: string
  isActive: boolean
  password: string | undefined
  apiKeys: readonly { key: string; name: string }[]
}

/** The people that a portal was made with, in the order of the fixture. */
export function knownPeople({ fixture, ownerId, store }: Portal): KnownPerson[] {
  return fixture.users
    .filter(({ id }) => store.users.find(id.toLowerCase()) !== undefined)
    .map((user) => ({
      id: user.id.toLowerCase(),
      email: user.email,
      role: roleOf(user, ownerId),
      isActive: (user.status ?? 'active') === 'active',
      password: user.password,
      apiKeys: (user.apiKeys ?? []).map(({ key, name = 'seeded' }) => ({ key, name })),
    }))
}

function roleOf({ id, type, status = 'active' }: FixtureUser, ownerId: string): string {
  const role = id.toLowerCase() === ownerId ? 'owner' : type
  return status === 'active' ? role : `${role}, ${status}`
}
