import { apiKeyHash } from '../domain/api-key.ts'
import { EmployeeType } from '../domain/employee-type.ts'
import { EmployeeActivationStatus, EmployeeStatus, type User, userInfoDates } from '../domain/user.ts'
import { utcDate } from '../domain/utc-date.ts'
import type { Fixture, FixtureOAuth2Client, FixturePerson, FixtureUser } from './fixture.ts'
import type { Store } from './store.ts'

/** When people were created of whom nothing else is said. */
export const CREATED = '2026-01-15T09:00:00Z'

/** What a second factor is of which a fixture says no more: the secret of an app, the code of an SMS. */
const DEFAULT_SECRET = 'JBSWY3DPEHPK3PXP'
const DEFAULT_CODE = '123456'

/** The numbers of what a fixture says of somebody's account. */
export const statuses = {
  active: EmployeeStatus.Active,
  terminated: EmployeeStatus.Terminated,
  pending: EmployeeStatus.Pending,
}

/**
 * Fills a new portal with the users of a fixture, their credentials, who invited whom, and its OAuth2 clients.
 *
 * @yields after each user and each client
 */
export function* seed(store: Store, fixture: Fixture): Generator<void, void> {
  for (const user of fixture.users) {
    const password = user.password === undefined ? {} : { seedPassword: user.password }
    store.users.insert(toUser(user, fixture.owner), password)
    seedApiKeys(store, user)
    seedSecondFactor(store, user)
    yield
  }
  for (const { id, invitedBy } of fixture.users) {
    if (invitedBy === undefined) continue
    store.users.addInvitedGuest(invitedBy.toLowerCase(), id.toLowerCase())
    yield
  }
  for (const client of fixture.oauth2Clients ?? []) {
    seedOAuth2Client(store, client, fixture.owner)
    yield
  }
}

/** Gives somebody the API keys that a fixture says they have. Throws where one is somebody's. */
export function seedApiKeys(store: Store, user: Pick<FixtureUser, 'apiKeys'> & { id: string }): void {
  for (const { key, name = 'seeded', permissions = [], active = true, expiresAt } of user.apiKeys ?? []) {
    store.apiKeys.insert({
      key,
      hash: apiKeyHash(key),
      postfix: key.slice(-4),
      userId: user.id.toLowerCase(),
      name,
      permissions,
      active,
      createdAt: Date.parse(CREATED),
      expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
    })
  }
}

/** Has somebody asked for the second factor that a fixture says they have. */
export function seedSecondFactor(store: Store, { id, tfa }: Pick<FixtureUser, 'tfa'> & { id: string }): void {
  if (tfa === undefined) return
  const { type, secret = DEFAULT_SECRET, code = DEFAULT_CODE, activated = true } = tfa
  store.secondFactors.put({ userId: id.toLowerCase(), type, secret: type === 'app' ? secret : code, activated })
}

function seedOAuth2Client(store: Store, client: FixtureOAuth2Client, owner: string): void {
  const createdBy = (client.createdBy ?? owner).toLowerCase()
  const createdAt = Date.parse(CREATED)
  store.oauth2Clients.insert({
    description: '',
    logo: '',
    websiteUrl: '',
    termsUrl: '',
    policyUrl: '',
    allowedOrigins: [],
    logoutRedirectUris: [],
    allowPkce: false,
    isPublic: true,
    enabled: true,
    ...client,
    clientId: client.clientId.toLowerCase(),
    createdBy,
    createdAt,
    modifiedBy: createdBy,
    modifiedAt: createdAt,
  })
}

/**
 * Somebody of a fixture with everything that it leaves out.
 *
 * @param owner id of the portal's owner
 */
export function toUser(person: FixtureUser, owner: string): User {
  const { password: _, apiKeys: __, tfa: ___, invitedBy, workFromDate, createdBy, ...given } = person
  const isOwner = person.id.toLowerCase() === owner.toLowerCase()
  const pending = person.status === 'pending'
  const createDate = person.createDate ?? CREATED
  const user: User = {
    firstName: '',
    lastName: '',
    userName: person.email.slice(0, person.email.indexOf('@')),
    ...given,
    id: person.id.toLowerCase(),
    type: EmployeeType[person.type],
    status: statuses[person.status ?? 'active'],
    activationStatus:
      person.activationStatus ?? (pending ? EmployeeActivationStatus.Pending : EmployeeActivationStatus.Activated),
    createDate,
    lastModified: person.lastModified ?? createDate,
  }
  const workedFrom = workFromDate === undefined && !pending ? createDate : workFromDate
  if (workedFrom != null) user.workFromDate = workedFrom
  const creator = createdBy === undefined && !isOwner ? (invitedBy ?? owner) : createdBy
  if (creator != null) user.createdBy = creator
  return withUtcDates(user)
}

/** What is to be said of somebody: members of a fixture's user, where `null` takes one away. */
export type PersonChanges = { [Member in keyof FixturePerson]?: FixturePerson[Member] | null }

/** Somebody with some members changed to what a fixture would say of them. The id stays. */
export function changedUser(user: User, { type, status, ...given }: PersonChanges): User {
  const changed = {
    ...user,
    ...given,
    id: user.id,
    type: type == null ? user.type : EmployeeType[type],
    status: status == null ? user.status : statuses[status],
  }
  return withUtcDates(Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null)) as never)
}

function withUtcDates(user: User): User {
  for (const member of userInfoDates) {
    const date = user[member]
    if (date !== undefined) user[member] = utcDate(date)
  }
  if (user.createdBy !== undefined) user.createdBy = user.createdBy.toLowerCase()
  return user
}
