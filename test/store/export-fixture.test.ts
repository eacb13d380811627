import fc from 'fast-check'
import t, { type Test } from 'tap'
import { exportFixture } from '../../src/store/export-fixture.ts'
import { checkFixture, type Fixture, type FixtureUser } from '../../src/store/fixture.ts'
import { generatedUserId } from '../../src/store/generate-users.ts'
import type { StoredOAuth2Client } from '../../src/store/oauth2-clients.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { Portals } from '../../src/store/portals.ts'
import { oauth2Clients, people, testPortal } from '../helper.ts'
import { holds } from '../properties.ts'

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })

const date = fc
  .date({ min: new Date('0000-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().replace('Z', '+02:00')))

const apiKey = fc.record(
  {
    key: hex(64).map((digits) => `sk-${digits}`),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((name) => [...name].length <= 30),
    permissions: fc.array(fc.constantFrom('*', '*:read', 'accounts:read'), { maxLength: 2 }),
    active: fc.boolean(),
    expiresAt: date,
  },
  { requiredKeys: ['key'] },
)

const tfa = fc.oneof(
  fc.record({ type: fc.constant('app'), secret: fc.constant('JBSWY3DPEHPK3PXP') }, { requiredKeys: ['type'] }),
  fc.record(
    { type: fc.constant('sms'), code: fc.constant('654321'), activated: fc.boolean() },
    { requiredKeys: ['type'] },
  ),
)

/** Somebody, the nth of a fixture: their id and e-mail are nobody else's. */
const person = (n: number) =>
  fc.record(
    {
      id: hex(8).map((digits) => `${digits}-0000-4000-9000-${String(n).padStart(12, '0')}`),
      email: fc.constantFrom(`somebody${n}@example.com`, `Some.Body${n}@Example.COM`),
      type: fc.constantFrom('DocSpaceAdmin', 'RoomAdmin', 'User', 'Guest'),
      status: fc.constantFrom('active', 'terminated', 'pending'),
      activationStatus: fc.constantFrom(0, 1, 2, 4),
      password: fc.string({ minLength: 1 }),
      apiKeys: fc.array(apiKey, { maxLength: 3 }),
      tfa,
      invitedBy: fc.constant(people.owner),
      userName: fc.string(),
      firstName: fc.string({ unit: 'grapheme' }),
      lastName: fc.string({ unit: 'binary' }),
      birthDate: date,
      sex: fc.boolean(),
      terminatedDate: date,
      title: fc.string(),
      workFromDate: fc.option(date),
      contacts: fc.constantFrom('', '|', 'skype|ada|'),
      location: fc.string(),
      lastModified: date,
      cultureName: fc.constantFrom('de', 'fr'),
      sid: fc.string(),
      createDate: date,
      createdBy: fc.option(fc.uuid()),
      spam: fc.boolean(),
    },
    { requiredKeys: ['id', 'email', 'type'] },
  )

const settings = fc.record(
  {
    tenantStatus: fc.constantFrom('active', 'suspended'),
    paid: fc.boolean(),
    culture: fc.constantFrom('de', 'fr-FR'),
    ipRestrictions: fc.record({ enabled: fc.boolean(), addresses: fc.array(fc.ipV4(), { maxLength: 2 }) }),
    mappedDomain: fc.constantFrom(null, 'docs.example.com'),
    rateLimits: fc.constantFrom(null, {}, { perMinute: 5 }),
  },
  { requiredKeys: [] },
)

const url = fc.webUrl({ withQueryParameters: true })

/** An OAuth2 client, the nth of a fixture. */
const oauth2Client = (n: number) =>
  fc.record(
    {
      clientId: hex(8).map((digits) => `${digits}-0000-4000-9000-${String(n).padStart(12, '0')}`),
      clientSecret: fc.string({ minLength: 1 }),
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      description: fc.string(),
      logo: fc.constantFrom('', 'data:image/png;base64,iVBOR'),
      websiteUrl: fc.constantFrom('example.com', 'https://example.com/#top'),
      termsUrl: url,
      policyUrl: url,
      redirectUris: fc.array(url, { minLength: 1, maxLength: 3 }),
      allowedOrigins: fc.array(url, { maxLength: 2 }),
      logoutRedirectUris: fc.array(url, { maxLength: 2 }),
      allowPkce: fc.boolean(),
      isPublic: fc.boolean(),
      enabled: fc.boolean(),
      scopes: fc.subarray(['accounts:read', 'openid', 'read', '*:write'], { minLength: 1 }),
      createdBy: fc.constant(people.owner),
    },
    { requiredKeys: ['clientId', 'clientSecret', 'name', 'redirectUris', 'scopes'] },
  )

const fixture = fc.nat({ max: 5 }).chain((count) =>
  fc.record(
    {
      alias: fc.constant('acme'),
      tenantId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      machineKey: fc.string({ minLength: 1 }),
      owner: fc.constant(people.owner),
      settings,
      users: fc.tuple(
        person(0).map((owner) => ({ ...owner, id: people.owner })),
        ...Array.from({ length: count }, (_, n) => person(n + 1)),
      ),
      oauth2Clients: fc
        .nat({ max: 2 })
        .chain((some) => fc.tuple(...Array.from({ length: some }, (_, n) => oauth2Client(n)))),
      generatedUsers: fc.nat({ max: 3 }),
    },
    { requiredKeys: ['alias', 'owner', 'users'] },
  ),
) as unknown as fc.Arbitrary<Fixture>

t.test(
  'what is exported is a fixture that makes the same portal',
  holds(
    fc.asyncProperty(fixture, async (fixture) => {
      const portal = openPortal({ fixture: await checkFixture(fixture, 'made up') })
      const exported = exportFixture(portal)
      const again = openPortal({ fixture: await checkFixture(structuredClone(exported), 'exported') })
      try {
        return isSame(exported, exportFixture(again)) && isSame(tables(portal), tables(again))
      } finally {
        portal.close()
        again.close()
      }
    }),
    100,
  ),
)

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What somebody sees of a portal, apart from the order in which people and keys came. */
function tables({ store, settings }: ReturnType<typeof openPortal>) {
  const users = store.users.list({}, { limit: -1, offset: 0 }).toSorted((a, b) => a.id.localeCompare(b.id))
  const clients = store.oauth2Clients.list({ createdBy: null, after: null, limit: -1 })
  const tfa = store.secondFactors.listOf(users.map(({ id }) => id))
  return { settings, users, clients, keys: store.apiKeys.listKnown(), tfa }
}

const [owner] = [{ id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin' } satisfies FixtureUser]

/** An OAuth2 client of the shipped fixture, which its owner has made. */
function shippedClient(t: Test): StoredOAuth2Client {
  const { clientId } = oauth2Clients.confidential
  return testPortal(t).store.oauth2Clients.find(clientId) as StoredOAuth2Client
}

t.test('people who were made up are a number as long as they are as they were', async (t) => {
  const fixture: Fixture = { alias: 'a', owner: people.owner, users: [owner], generatedUsers: 5 }
  const counts = (change: (portal: ReturnType<typeof openPortal>) => void) => {
    const portal = testPortal(t, { fixture })
    change(portal)
    const { users, generatedUsers } = exportFixture(portal)
    return [users.length, generatedUsers]
  }
  t.strictSame(
    counts(() => {}),
    [1, 5],
  )
  t.strictSame(
    counts(({ store }) => store.users.remove(generatedUserId(4))),
    [2, 3],
    'the fifth is said by name',
  )
  t.strictSame(
    counts(({ store }) => store.users.setPassword(generatedUserId(1), 'a')),
    [6, undefined],
  )
  t.strictSame(
    counts(({ store }) => store.users.addInvitedGuest(people.owner, generatedUserId(5))),
    [2, 4],
  )
  t.strictSame(
    counts(({ store }) => store.users.addInvitedGuest(generatedUserId(5), people.owner)),
    [2, 4],
    'whom somebody names is said by name',
  )
  t.strictSame(
    counts(({ store }) => store.oauth2Clients.insert({ ...shippedClient(t), createdBy: generatedUserId(3) })),
    [4, 2],
  )
})

t.test(
  'the export of a portal made on demand differs from that of the first in alias and tenant id only',
  async (t) => {
    const first = testPortal(t, { generatedUsers: 3 })
    const portals = new Portals({ portals: [first], onDemand: true, limit: 1 })
    t.teardown(() => portals.close())
    const made = exportFixture(portals.create('w1'))
    t.equal(made.alias, 'w1')
    t.equal(made.generatedUsers, 3)
    t.equal(JSON.stringify({ ...made, alias: 'localhost', tenantId: 1 }), JSON.stringify(exportFixture(first)))
  },
)

t.test('whoever was removed is not in it, nor named as an inviter', async (t) => {
  const portal = testPortal(t)
  portal.store.users.remove(people.roomAdmin)
  const exported = exportFixture(portal)
  t.equal(exported.users.length, 8)
  t.notOk('invitedBy' in (exported.users.find(({ id }) => id === people.guest) ?? {}))
  await checkFixture(exported, 'exported')
})

t.test('an OAuth2 client of whoever was removed is the owner’s', async (t) => {
  const portal = testPortal(t)
  const { store } = portal
  const theirs = { ...shippedClient(t), clientId: people.roomAdmin, createdBy: people.roomAdmin }
  store.oauth2Clients.insert(theirs)
  const exportedMaker = () => exportFixture(portal).oauth2Clients?.find(({ clientId }) => clientId === theirs.clientId)
  t.equal(exportedMaker()?.createdBy, people.roomAdmin)
  store.users.remove(people.roomAdmin)
  t.match(exportedMaker(), { clientId: theirs.clientId, createdBy: undefined })
  const again = testPortal(t, { fixture: await checkFixture(exportFixture(portal), 'exported') })
  t.equal(again.store.oauth2Clients.find(theirs.clientId)?.createdBy, people.owner)
})
