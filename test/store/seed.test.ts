import t from 'tap'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import { defaultFixture } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { apiKey, people, testPortal } from '../helper.ts'

/** The table of the shipped portal's people: e-mail, password, type, status. */
const shipped: Record<keyof typeof people, [email: string, password: string | null, type: number, status: number]> = {
  owner: ['owner@example.com', 'owner-password', 3, 1],
  admin: ['admin@example.com', 'admin-password', 3, 1],
  roomAdmin: ['room-admin@example.com', 'room-admin-password', 1, 1],
  winfield: ['winfield.wyman@example.com', 'winfield-password', 4, 1],
  guest: ['guest@example.com', 'guest-password', 2, 1],
  otherGuest: ['other-guest@example.com', 'other-guest-password', 2, 1],
  pending: ['pending@example.com', null, 4, 4],
  terminated: ['terminated@example.com', 'terminated-password', 4, 2],
  nameless: ['nameless@example.com', null, 4, 1],
}

t.test('the shipped portal has the people it is known for', async (t) => {
  const { store, ownerId, fixture } = testPortal(t)

  t.equal(ownerId, people.owner)
  t.equal(store.users.count(), 6)
  t.equal(fixture.users.length, Object.keys(shipped).length)
  for (const [name, [email, password, type, status]] of Object.entries(shipped)) {
    const id = people[name as keyof typeof people]
    t.match(store.users.find(id), { id, type, status }, name)
    t.strictSame(store.users.findPassword(email), { id, seedPassword: password, passwordHash: null }, email)
    t.match(JSON.parse(store.users.find(id)?.info ?? ''), {
      email,
      status,
      activationStatus: name === 'pending' ? 2 : 1,
      userName: name === 'nameless' ? '' : email.split('@')[0],
    })
  }
})

t.test('their API keys are theirs', async (t) => {
  const { apiKeys } = testPortal(t).store
  const everything = { permissions: [], active: true, expiresAt: null, lastUsed: null }
  const keys: Record<string, object> = {
    1: { userId: people.owner, ...everything },
    2: { userId: people.admin, ...everything },
    3: { userId: people.roomAdmin, ...everything },
    4: { userId: people.winfield, ...everything },
    5: { userId: people.guest, ...everything },
    9: { userId: people.terminated, ...everything },
    a: { userId: people.owner, ...everything, permissions: ['*:read'] },
    b: { userId: people.owner, ...everything, permissions: ['accounts:read'] },
    c: { userId: people.owner, ...everything, expiresAt: Date.UTC(2026, 1, 1) },
    d: { userId: people.owner, ...everything, active: false },
  }
  for (const digit of '0123456789abcdef') {
    const { userId, permissions, active, expiresAt, lastUsed } = apiKeys.find(apiKeyHash(apiKey(digit))) ?? {}
    const found = userId && { userId, permissions, active, expiresAt, lastUsed }
    t.strictSame(found, keys[digit], `sk- and 64 times ${digit}`)
  }
  t.equal(apiKeys.find(apiKey('1')), undefined, 'the key itself is nowhere')
})

t.test('who invited the guests is known', async (t) => {
  const { users } = testPortal(t).store

  t.ok(users.hasInvited(people.roomAdmin, people.guest))
  t.ok(users.hasInvited(people.owner, people.otherGuest))
  t.notOk(users.hasInvited(people.roomAdmin, people.otherGuest))
})

t.test('every optional member is set on Winfield', async (t) => {
  const info = JSON.parse(testPortal(t).store.users.find(people.winfield)?.info ?? '')

  t.equal(Object.keys(info).length, 31)
  t.strictSame(info, {
    id: people.winfield,
    firstName: 'Winfield',
    lastName: 'Wyman',
    userName: 'winfield.wyman',
    birthDate: '2008-04-10T02:30:00Z',
    sex: true,
    status: 1,
    activationStatus: 1,
    terminatedDate: '2031-12-31T23:59:59Z',
    title: 'Wooden mouse designer',
    workFromDate: '2026-01-19T08:00:00Z',
    email: 'winfield.wyman@example.com',
    contacts: 'skype|winfield.wyman|mail|wyman@example.org|',
    contactsList: ['skype', 'winfield.wyman', 'mail', 'wyman@example.org'],
    location: 'Prague',
    notes: 'Every optional member is set on Winfield.',
    removed: false,
    lastModified: '2026-03-02T10:30:00.25Z',
    tenantId: 1,
    isActive: true,
    cultureName: 'en-US',
    mobilePhone: '+12025550142',
    mobilePhoneActivationStatus: 0,
    sid: 'S-1-5-21-1004336348-1177238915-682003330-512',
    ldapQouta: 0,
    ssoNameId: 'winfield.wyman@sso.example.com',
    ssoSessionId: '_6c3a4f8b9c2d',
    createDate: '2026-01-19T08:00:00Z',
    createdBy: people.admin,
    spam: false,
    checkActivation: false,
  })
})

t.test('a pending person is as the server makes one (facts §9 D16)', async (t) => {
  t.strictSame(JSON.parse(testPortal(t).store.users.find(people.pending)?.info ?? ''), {
    id: people.pending,
    firstName: '',
    lastName: '',
    userName: 'pending',
    status: 4,
    activationStatus: 2,
    email: 'pending@example.com',
    removed: false,
    lastModified: '2026-01-15T09:00:00Z',
    tenantId: 1,
    isActive: false,
    mobilePhoneActivationStatus: 0,
    ldapQouta: 0,
    createDate: '2026-01-15T09:00:00Z',
    createdBy: people.owner,
    checkActivation: true,
  })
})

const OWNER = people.owner.toUpperCase()
const GUEST = people.guest.toUpperCase()

/** The members of one person of a portal of two, the owner and a guest that they have invited. */
function seeded(t: Parameters<typeof testPortal>[0], change: Partial<Fixture['users'][number]>) {
  const fixture: Fixture = {
    alias: 'localhost',
    owner: OWNER,
    users: [
      { id: GUEST, email: 'guest@example.com', type: 'Guest', invitedBy: OWNER, ...change },
      { id: OWNER, email: 'owner@example.com', type: 'DocSpaceAdmin' },
    ],
  }
  const { store } = testPortal(t, { fixture })
  const infoOf = (id: string) => JSON.parse(store.users.find(id)?.info ?? '')
  return { store, owner: infoOf(people.owner), guest: infoOf(people.guest) }
}

t.test('ids are kept in lower case, and the order of people is ignored', async (t) => {
  const { store, guest } = seeded(t, {})

  t.equal(guest.id, people.guest)
  t.equal(guest.createdBy, people.owner)
  t.ok(store.users.hasInvited(people.owner, people.guest))
})

t.test('what a fixture leaves out is filled in', async (t) => {
  const { owner, guest } = seeded(t, { createDate: '2026-02-03T04:05:06Z' })

  t.match(guest, {
    userName: 'guest',
    createDate: '2026-02-03T04:05:06Z',
    workFromDate: '2026-02-03T04:05:06Z',
    lastModified: '2026-02-03T04:05:06Z',
    createdBy: people.owner,
  })
  t.match(owner, { createDate: '2026-01-15T09:00:00Z', workFromDate: '2026-01-15T09:00:00Z' })
  t.notOk('createdBy' in owner, 'nobody has created the owner')
})

t.test('what a fixture says counts', async (t) => {
  const { guest } = seeded(t, {
    status: 'pending',
    activationStatus: 4,
    userName: '',
    createdBy: GUEST,
    workFromDate: '2026-02-01T00:00:00Z',
    lastModified: '2026-02-02T00:00:00Z',
  })

  t.match(guest, {
    status: 4,
    activationStatus: 4,
    userName: '',
    createdBy: people.guest,
    workFromDate: '2026-02-01T00:00:00Z',
    lastModified: '2026-02-02T00:00:00Z',
  })
})

t.test('null is nothing where there would be something', async (t) => {
  const { guest } = seeded(t, { workFromDate: null, createdBy: null })
  t.notOk('workFromDate' in guest || 'createdBy' in guest)
  t.equal(guest.createDate, '2026-01-15T09:00:00Z')
})

t.test('dates are kept in UTC', async (t) => {
  const { guest } = seeded(t, {
    birthDate: '1990-04-10T00:30:00+02:00',
    terminatedDate: '2026-03-01T00:00:00.500-01:00',
    createDate: '2026-02-03T04:05:06.000Z',
  })

  t.match(guest, {
    birthDate: '1990-04-09T22:30:00Z',
    terminatedDate: '2026-03-01T01:00:00.5Z',
    createDate: '2026-02-03T04:05:06Z',
    workFromDate: '2026-02-03T04:05:06Z',
  })
})

t.test('credentials and who invited are no part of what is shown', async (t) => {
  const { guest } = seeded(t, {
    password: 'secret',
    apiKeys: [{ key: apiKey('7'), expiresAt: '2026-06-30T12:00:00+02:00' }],
  })

  t.strictSame(
    ['password', 'apiKeys', 'invitedBy', 'type'].filter((name) => name in guest),
    [],
  )
  t.notMatch(JSON.stringify(guest), /secret|sk-/)
})

t.test('OAuth2 clients say what they are, and have the rest by default', async (t) => {
  const fixture: Fixture = {
    ...defaultFixture,
    oauth2Clients: [
      {
        clientId: people.guest.toUpperCase(),
        clientSecret: 's',
        name: 'n',
        redirectUris: ['http://localhost/'],
        scopes: ['openid'],
      },
      {
        clientId: people.admin,
        clientSecret: 's',
        name: 'n',
        redirectUris: ['http://localhost/'],
        scopes: ['openid'],
        isPublic: false,
        enabled: false,
        createdBy: people.winfield.toUpperCase(),
      },
    ],
  }
  const { oauth2Clients } = testPortal(t, { fixture }).store

  t.strictSame(oauth2Clients.find(people.guest), {
    clientId: people.guest,
    clientSecret: 's',
    name: 'n',
    description: '',
    logo: '',
    websiteUrl: '',
    termsUrl: '',
    policyUrl: '',
    redirectUris: ['http://localhost/'],
    allowedOrigins: [],
    logoutRedirectUris: [],
    allowPkce: false,
    isPublic: true,
    enabled: true,
    scopes: ['openid'],
    createdBy: people.owner,
    createdAt: Date.UTC(2026, 0, 15, 9),
    modifiedBy: people.owner,
    modifiedAt: Date.UTC(2026, 0, 15, 9),
  })
  t.match(oauth2Clients.find(people.admin), {
    isPublic: false,
    enabled: false,
    createdBy: people.winfield,
    modifiedBy: people.winfield,
  })
})
