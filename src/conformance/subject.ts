import { type ProfileName, profiles } from '../domain/profile.ts'
import type { Fixture, FixtureUser } from '../store/fixture.ts'
import { DEFAULT_MACHINE_KEY } from '../store/portal.ts'
import type { Person } from './case.ts'

/** What is known of somebody on the portal that is verified. Whatever is missing costs the cases that want it. */
export interface KnownPerson {
  id?: string
  email?: string
  password?: string
  /** An API key that may do everything. */
  apiKey?: string
  /** Other API keys, by what they are: `read` and `accounts` have scopes, `expired` and `revoked` don't hold. */
  otherKeys?: Partial<Record<'read' | 'accounts' | 'expired' | 'revoked', string>>
  sessionToken?: string
}

/** The portal that is verified, as far as it is known. */
export interface Subject {
  /** What the client's requests begin with: scheme, host, port, and a path where the portal stands below one. */
  url: URL
  /** What the portal's own links begin with. */
  root: string
  people: Partial<Record<Person, KnownPerson>>
  /** What tokens and keys can be made with. */
  issuer?: { tenantId: number; machineKey: string }
  /** Whether its people are those of the shipped fixture, so that every member of an answer is known. */
  shipped: boolean
}

/** Where the portal is, and what it has to speak. */
interface Target {
  url: URL
  profile: ProfileName
}

/** The path that a portal stands below, without a slash at the end. */
export function basePath({ pathname }: URL): string {
  return pathname.replace(/\/$/, '')
}

/** What is known of a portal that was made from a fixture. */
export function subjectOfFixture({ url, profile }: Target, fixture: Fixture, shipped: boolean): Subject {
  const { alias, tenantId = 1, machineKey = DEFAULT_MACHINE_KEY } = fixture
  const found = Object.entries(peopleOf(fixture)).filter(([, user]) => user !== undefined)
  return {
    url,
    root: rootOf({ url, profile }, alias),
    people: Object.fromEntries(found.map(([person, user]) => [person, known(user as FixtureUser)])),
    issuer: { tenantId, machineKey },
    shipped,
  }
}

/** What is known of a portal of which some people's credentials are. */
export function subjectOfPeople({ url, profile }: Target, people: Subject['people']): Subject {
  return { url, root: rootOf({ url, profile }, 'localhost'), people: { ...people }, shipped: false }
}

/** The first of a fixture's people that fits each part. */
function peopleOf({ owner, users }: Fixture): Record<Person, FixtureUser | undefined> {
  const ownerId = owner.toLowerCase()
  const others = users.filter(({ id }) => id.toLowerCase() !== ownerId)
  const active = others.filter(({ status = 'active' }) => status === 'active')
  const roomAdmin = active.find(({ type }) => type === 'RoomAdmin')
  const guests = active.filter(({ type }) => type === 'Guest')
  const guest = guests.find(({ invitedBy }) => invitedBy === roomAdmin?.id) ?? guests[0]
  return {
    owner: users.find(({ id }) => id.toLowerCase() === ownerId),
    admin: active.find(({ type }) => type === 'DocSpaceAdmin'),
    roomAdmin,
    user: active.find(({ type }) => type === 'User'),
    guest,
    otherGuest: guests.find((other) => other !== guest),
    pending: others.find(({ status }) => status === 'pending'),
    terminated: others.find(({ status }) => status === 'terminated'),
  }
}

function known({ id, email, password, apiKeys = [] }: FixtureUser): KnownPerson {
  const holds = apiKeys.filter(({ active = true, expiresAt }) => active && expiresAt === undefined)
  const withScopes = (scope: string) => holds.find(({ permissions }) => permissions?.join() === scope)?.key
  const apiKey = holds.find(({ permissions = [] }) => permissions.length === 0)?.key
  const otherKeys = {
    read: withScopes('*:read'),
    accounts: withScopes('accounts:read'),
    expired: apiKeys.find(({ expiresAt }) => expiresAt !== undefined && Date.parse(expiresAt) < Date.now())?.key,
    revoked: apiKeys.find(({ active }) => active === false)?.key,
  }
  return withoutUndefined({ id: id.toLowerCase(), email, password, apiKey, otherKeys: withoutUndefined(otherKeys) })
}

function withoutUndefined<Type extends object>(object: Type): { [Key in keyof Type]: NonNullable<Type[Key]> } {
  const present = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [Key in keyof Type]: NonNullable<Type[Key]> }
}

/**
 * What the portal's links begin with: the address that requests go to or, in the profile `server`, the portal's domain
 * instead of a loopback address.
 */
function rootOf({ url, profile }: Target, alias: string): string {
  const { protocol, hostname, port, origin } = url
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  const path = basePath(url)
  if (!isLoopback || path !== '' || !profiles[profile].loopbackBecomesDomain) return origin + path
  return `${protocol}//${alias === 'localhost' ? alias : `${alias}.localhost`}${port && `:${port}`}`
}
