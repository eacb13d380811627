import { EmployeeType, type EmployeeTypeName } from '../domain/employee-type.ts'
import { EmployeeStatus, type UserInfo, userInfo } from '../domain/user.ts'
import { utcDate } from '../domain/utc-date.ts'
import type { KnownApiKey } from './api-keys.ts'
import type { Fixture, FixtureOAuth2Client, FixtureUser } from './fixture.ts'
import { generatedUser, generatedUserId } from './generate-users.ts'
import type { StoredOAuth2Client } from './oauth2-clients.ts'
import type { Portal } from './portal.ts'
import type { SecondFactor } from './second-factors.ts'
import { statuses } from './seed.ts'
import type { KnownUser } from './users.ts'

const everybody = { limit: -1, offset: 0 }
const allClients = { createdBy: null, after: null, limit: -1 }

/** Every member of something, so that none is forgotten. */
type Every<Thing> = { [Member in keyof Thing]-?: Thing[Member] | undefined }

/**
 * A portal as it is now, as the fixture that makes one like it. Of passwords and API keys those are in it whose text is
 * known: what clients have chosen is kept as a hash, and can't be told. OAuth2 clients have their secrets.
 */
export function exportFixture(portal: Portal): Fixture {
  const { alias, tenantId, machineKey, ownerId, settings, store } = portal
  const known = knownOf(portal)
  const users = store.users.list({}, everybody)
  const clients = clientsOf(portal)
  const named = new Set([...known.inviters.values(), ...clients.map(({ createdBy }) => createdBy)])
  const generated = countGenerated(users, portal, { ...known, named })
  const others = generated === 0 ? users : users.filter(({ id }) => !isGenerated(id, generated))
  const ids = new Set(users.map(({ id }) => id))
  const members: Every<Omit<Fixture, '$schema'>> = {
    alias,
    tenantId,
    machineKey,
    owner: ownerId,
    settings: settings as NonNullable<Fixture['settings']>,
    users: others.map((user) => fixtureUser(user, known)),
    oauth2Clients: clients.map((client) => fixtureClient(client, ids)),
    generatedUsers: generated > 0 ? generated : undefined,
  }
  return withoutUndefined(members) as Fixture
}

/** People of a portal as a fixture says them, with the passwords and API keys whose text is known. */
export function exportUsers(portal: Portal, users: readonly KnownUser[]): FixtureUser[] {
  const known = knownOf(portal)
  return users.map((user) => fixtureUser(user, known))
}

/** What is known of people besides themselves, by their ids. */
interface Known {
  ownerId: string
  apiKeys: ReadonlyMap<string, KnownApiKey[]>
  secondFactors: ReadonlyMap<string, SecondFactor>
  inviters: ReadonlyMap<string, string>
}

function knownOf({ ownerId, store }: Portal): Known {
  return {
    ownerId,
    apiKeys: Map.groupBy(store.apiKeys.listKnown(), (key) => key.userId),
    secondFactors: new Map(store.secondFactors.list().map((factor) => [factor.userId, factor])),
    inviters: new Map(store.users.invitations().map(({ inviterId, guestId }) => [guestId, inviterId])),
  }
}

function fixtureUser(user: KnownUser, { ownerId, apiKeys, secondFactors, inviters }: Known): FixtureUser {
  const info: UserInfo = JSON.parse(user.info)
  const members: Every<FixtureUser> = {
    id: user.id,
    email: info.email,
    type: typeName(user.type),
    status: statusName(user.status),
    activationStatus: info.activationStatus as NonNullable<FixtureUser['activationStatus']>,
    password: user.seedPassword ?? undefined,
    apiKeys: apiKeys.get(user.id)?.map(fixtureKey),
    tfa: fixtureFactor(secondFactors.get(user.id)),
    invitedBy: inviters.get(user.id),
    userName: info.userName,
    firstName: info.firstName,
    lastName: info.lastName,
    birthDate: info.birthDate,
    sex: info.sex,
    terminatedDate: info.terminatedDate,
    title: info.title,
    // where a fixture says nothing, people get one
    workFromDate: info.workFromDate ?? (user.status === EmployeeStatus.Pending ? undefined : null),
    contacts: info.contacts,
    location: info.location,
    notes: info.notes,
    lastModified: info.lastModified,
    cultureName: info.cultureName,
    mobilePhone: info.mobilePhone,
    sid: info.sid,
    ssoNameId: info.ssoNameId,
    ssoSessionId: info.ssoSessionId,
    createDate: info.createDate,
    createdBy: info.createdBy ?? (user.id === ownerId ? undefined : null),
    spam: info.spam,
  }
  return withoutUndefined(members) as FixtureUser
}

/** In an order that loading them again doesn't change: all of a fixture are made at the same time. */
function clientsOf({ store }: Portal): StoredOAuth2Client[] {
  return store.oauth2Clients.list(allClients).toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
}

/** @param ids who is in the fixture: a client whose maker was removed becomes the owner's */
function fixtureClient(client: StoredOAuth2Client, ids: ReadonlySet<string>): FixtureOAuth2Client {
  const members: Every<FixtureOAuth2Client> = {
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    name: client.name,
    description: client.description,
    logo: client.logo,
    // an empty text is no address
    websiteUrl: client.websiteUrl || undefined,
    termsUrl: client.termsUrl || undefined,
    policyUrl: client.policyUrl || undefined,
    redirectUris: [...client.redirectUris],
    allowedOrigins: [...client.allowedOrigins],
    logoutRedirectUris: [...client.logoutRedirectUris],
    allowPkce: client.allowPkce,
    isPublic: client.isPublic,
    enabled: client.enabled,
    scopes: [...client.scopes] as FixtureOAuth2Client['scopes'],
    createdBy: ids.has(client.createdBy) ? client.createdBy : undefined,
  }
  return withoutUndefined(members) as FixtureOAuth2Client
}

function withoutUndefined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function fixtureKey({ key, name, permissions, active, expiresAt }: KnownApiKey) {
  return {
    key,
    name,
    permissions: [...permissions],
    active,
    ...(expiresAt !== null && { expiresAt: utcDate(expiresAt) }),
  }
}

function fixtureFactor(factor: SecondFactor | undefined): FixtureUser['tfa'] {
  if (factor === undefined) return undefined
  const { type, secret, activated } = factor
  return { type, ...(type === 'app' ? { secret } : { code: secret }), activated }
}

/** The name of a role, as a fixture says it. */
export function typeName(type: number): FixtureUser['type'] {
  const named = (Object.entries(EmployeeType) as [EmployeeTypeName, number][]).find(([, value]) => value === type)
  return named?.[0] as FixtureUser['type']
}

/** What a fixture says of somebody's account. */
export function statusName(status: number): NonNullable<FixtureUser['status']> {
  const named = Object.entries(statuses).find(([, value]) => value === status)
  return named?.[0] as NonNullable<FixtureUser['status']>
}

/**
 * How many of the people that a fixture may ask for by their number are there, and are as they were made up.
 *
 * @param known.named ids of those whom others name: they have to be said by name
 */
function countGenerated(
  users: readonly KnownUser[],
  { tenantId, ownerId }: Portal,
  known: Known & { named: ReadonlySet<string> },
): number {
  const byId = new Map(users.map((user) => [user.id, user]))
  let count = 0
  for (;;) {
    const id = generatedUserId(count + 1)
    const user = byId.get(id)
    const isPlain = user?.seedPassword === null && !known.apiKeys.has(id) && !known.secondFactors.has(id)
    if (user === undefined || !isPlain || known.inviters.has(id) || known.named.has(id)) return count
    if (user.info !== JSON.stringify(userInfo(generatedUser(count + 1, ownerId), tenantId))) return count
    if (user.type !== EmployeeType.User) return count
    count += 1
  }
}

function isGenerated(id: string, count: number): boolean {
  return id >= generatedUserId(1) && id <= generatedUserId(count)
}
