import { EmployeeType, type EmployeeTypeName } from '../domain/employee-type.ts'
import { EmployeeStatus, type UserInfo, userInfo } from '../domain/user.ts'
import { utcDate } from '../domain/utc-date.ts'
import { inTurns } from '../util/turns.ts'
import type { KnownApiKey } from './api-keys.ts'
import type { Fixture, FixtureOAuth2Client, FixtureUser } from './fixture.ts'
import { generatedUser, generatedUserId } from './generate-users.ts'
import type { StoredOAuth2Client } from './oauth2-clients.ts'
import type { Portal } from './portal.ts'
import type { SecondFactor } from './second-factors.ts'
import { statuses } from './seed.ts'
import type { Store } from './store.ts'
import type { KnownUser } from './users.ts'

/** Every member of something, so that none is forgotten. */
type Every<Thing> = { [Member in keyof Thing]-?: Thing[Member] | undefined }

/**
 * A portal as it is now, as the fixture that makes one like it. Of passwords and API keys those are in it whose text is
 * known: what clients have chosen is kept as a hash, and can't be told. OAuth2 clients have their secrets.
 */
export function exportFixture(portal: Portal): Fixture {
  const generated = last(countGenerated(portal))
  const members: Every<Omit<Fixture, '$schema'>> = {
    ...headOf(portal),
    users: [...fixtureUsers(portal, generated)],
    oauth2Clients: [...fixtureClients(portal)],
    generatedUsers: generated > 0 ? generated : undefined,
  }
  return withoutUndefined(members) as Fixture
}

/**
 * The JSON text of {@link exportFixture}, in chunks. The event loop runs in between, so the portal must not change
 * meanwhile.
 */
export async function* exportFixtureText(portal: Portal): AsyncGenerator<string> {
  let generated = 0
  for await (const count of inTurns(countGenerated(portal))) generated = count
  yield JSON.stringify(headOf(portal), null, 2).replace(/\n}$/, '')
  yield* listText('users', inTurns(fixtureUsers(portal, generated)))
  yield* listText('oauth2Clients', inTurns(fixtureClients(portal)))
  yield `${generated > 0 ? `,\n  "generatedUsers": ${generated}` : ''}\n}\n`
}

/** A list in a fixture, indented as by `JSON.stringify`. */
async function* listText(name: string, items: AsyncIterable<object>): AsyncGenerator<string> {
  let isEmpty = true
  for await (const item of items) {
    const text = JSON.stringify(item, null, 2).replaceAll('\n', '\n    ')
    yield `${isEmpty ? `,\n  "${name}": [` : ','}\n    ${text}`
    isEmpty = false
  }
  yield isEmpty ? `,\n  "${name}": []` : '\n  ]'
}

function headOf({ alias, tenantId, machineKey, ownerId, settings }: Portal) {
  return { alias, tenantId, machineKey, owner: ownerId, settings: settings as NonNullable<Fixture['settings']> }
}

function last<Value>(values: Generator<Value>): Value {
  let found: Value | undefined
  for (const value of values) found = value
  return found as Value
}

function* fixtureUsers(portal: Portal, generated: number): Generator<FixtureUser> {
  for (const users of portal.store.users.pages()) {
    yield* exportUsers(
      portal,
      users.filter(({ id }) => !isGenerated(id, generated)),
    )
  }
}

function* fixtureClients({ store }: Portal): Generator<FixtureOAuth2Client> {
  // ordered by id, since all clients of a loaded fixture have the same creation time
  for (const clients of store.oauth2Clients.pages()) yield* clients.map((client) => fixtureClient(client, store))
}

/** Users of a portal in the form of a fixture, with the passwords and API keys whose text is known. */
export function exportUsers(portal: Portal, users: readonly KnownUser[]): FixtureUser[] {
  if (users.length === 0) return []
  const known = knownOf(portal, users)
  return users.map((user) => fixtureUser(user, known))
}

/** Further data of users, by their ids. */
interface Known {
  ownerId: string
  apiKeys: ReadonlyMap<string, KnownApiKey[]>
  secondFactors: ReadonlyMap<string, SecondFactor>
  inviters: ReadonlyMap<string, string>
}

function knownOf({ ownerId, store }: Portal, users: readonly KnownUser[]): Known {
  const ids = users.map(({ id }) => id)
  return {
    ownerId,
    apiKeys: Map.groupBy(store.apiKeys.listKnownOf(ids), (key) => key.userId),
    secondFactors: new Map(store.secondFactors.listOf(ids).map((factor) => [factor.userId, factor])),
    inviters: new Map(store.users.invitationsOf(ids).map(({ inviterId, guestId }) => [guestId, inviterId])),
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

function fixtureClient(client: StoredOAuth2Client, { users }: Store): FixtureOAuth2Client {
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
    // a client whose creator was removed becomes the owner's
    createdBy: users.find(client.createdBy) && client.createdBy,
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

/** How many users are compared at a time. */
const COMPARED = 100

/**
 * Counts the unchanged generated users, which a fixture can give as a number. Users that others refer to have to be
 * listed.
 *
 * @yields the count so far; the last value is the result
 */
function* countGenerated(portal: Portal): Generator<number> {
  const { store, ownerId, tenantId } = portal
  yield 0
  for (let count = 0; ; ) {
    const users = Array.from({ length: COMPARED }, (_, i) => store.users.findKnown(generatedUserId(count + 1 + i)))
    const known = knownOf(
      portal,
      users.filter((user) => user !== undefined),
    )
    for (const user of users) {
      const isPlain =
        user !== undefined &&
        user.seedPassword === null &&
        user.type === EmployeeType.User &&
        ![known.apiKeys, known.secondFactors, known.inviters].some((map) => map.has(user.id)) &&
        user.info === JSON.stringify(userInfo(generatedUser(count + 1, ownerId), tenantId)) &&
        !store.users.isInviter(user.id) &&
        !store.oauth2Clients.hasMade(user.id)
      if (!isPlain) return
      count += 1
      yield count
    }
  }
}

function isGenerated(id: string, count: number): boolean {
  return id >= generatedUserId(1) && id <= generatedUserId(count)
}
