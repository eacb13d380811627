import t from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { checkFixture } from '../../src/store/fixture.ts'

const OWNER = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'
const KEY = `sk-${'0123456789abcdef'.repeat(4)}`

const owner = { id: OWNER, email: 'owner@example.com', type: 'DocSpaceAdmin' }
const portal = { alias: 'localhost', owner: OWNER, users: [owner] }
const withUser = (change: object) => ({ ...portal, users: [{ ...owner, ...change }] })
const withKey = (change: object) => withUser({ apiKeys: [{ key: KEY, ...change }] })
const client = {
  clientId: OWNER,
  clientSecret: 's',
  name: 'n',
  redirectUris: ['http://localhost:3000/callback'],
  scopes: ['openid'],
}
const withClient = (change: object) => ({ ...portal, oauth2Clients: [{ ...client, ...change }] })
const withSettings = (settings: unknown) => ({ ...portal, settings })
const without = (name: string, value: object) =>
  Object.fromEntries(Object.entries(value).filter(([member]) => member !== name))

t.test('takes what fits', async (t) => {
  const fixtures: Record<string, object> = {
    'the shipped portal': defaultFixture,
    'no more than it must say': portal,
    'a schema of its own': { $schema: './portal.schema.json', ...portal },
    'ids in upper case': { ...portal, owner: OWNER.toUpperCase(), users: [{ ...owner, id: OWNER.toUpperCase() }] },
    'the greatest numbers': { ...portal, tenantId: 2147483647, generatedUsers: 10_000_000 },
    'an alias of one letter': { ...portal, alias: 'a' },
    'an alias of 63': { ...portal, alias: 'a'.repeat(63) },
    'a user name of nothing': withUser({ userName: '' }),
    'a date with an offset and a fraction': withUser({ birthDate: '1990-04-10T02:30:00.1234567+02:00' }),
    'a date with one digit of a fraction': withUser({ birthDate: '1990-04-10T02:30:00.5Z' }),
    'nobody who created somebody, and no first day': withUser({ createdBy: null, workFromDate: null }),
    'a key with everything': withKey({
      name: 'x'.repeat(30),
      permissions: ['*'],
      active: false,
      expiresAt: '2027-01-01T00:00:00Z',
    }),
    'a client that says no more than it must': withClient({}),
    'a client with everything': withClient({
      clientId: OWNER.toUpperCase(),
      description: '',
      logo: 'data:image/png;base64,iVBOR',
      websiteUrl: 'https://example.com',
      termsUrl: 'https://example.com/terms',
      policyUrl: 'example.com/policy?x=1',
      redirectUris: ['http://[::1]:3000/', 'HTTPS://example.com/callback?x=1#y'],
      allowedOrigins: ['http://localhost:3000', 'https://example.com/'],
      logoutRedirectUris: ['http://localhost:3000', 'www.example.com:8080'],
      allowPkce: true,
      isPublic: false,
      enabled: false,
      scopes: ['accounts:read', 'read', '*:write'],
      createdBy: OWNER,
    }),
    'all settings': withSettings({
      tenantStatus: 'encryption',
      paid: false,
      allowInvitingMembers: false,
      culture: 'fr',
      ipRestrictions: { enabled: true, addresses: ['203.0.113.0/24'] },
      ldap: false,
      rateLimits: { perMinute: 1 },
      edition: 'saas',
      mappedDomain: 'docs.example.com',
    }),
    'no domain': withSettings({ mappedDomain: null }),
  }
  for (const [name, fixture] of Object.entries(fixtures)) t.equal(await checkFixture(fixture, 'x'), fixture, name)
})

const portalName = '/alias takes 1 to 63 letters, digits and hyphens, no hyphen first or last, letters in lower case'

t.test('says what doesn’t fit, where in which file', async (t) => {
  const cases: [fixture: unknown, message: string][] = [
    [null, '/ must be object'],
    ['text', '/ must be object'],
    [[], '/ must be object'],
    [{}, "/ must have required property 'alias'"],
    [without('owner', portal), "/ must have required property 'owner'"],
    [without('users', portal), "/ must have required property 'users'"],
    [{ ...portal, user: [] }, '/ must NOT have additional properties: user'],
    [{ ...portal, alias: 'Localhost' }, portalName],
    [{ ...portal, alias: '' }, portalName],
    [{ ...portal, alias: '../x' }, portalName],
    [{ ...portal, alias: 'x-' }, portalName],
    [{ ...portal, alias: 'a'.repeat(64) }, portalName],
    [{ ...portal, tenantId: 0 }, '/tenantId must be >= 1'],
    [{ ...portal, tenantId: 2147483648 }, '/tenantId must be <= 2147483647'],
    [{ ...portal, tenantId: 1.5 }, '/tenantId must be integer'],
    [{ ...portal, tenantId: '1' }, '/tenantId must be integer'],
    [{ ...portal, machineKey: '' }, '/machineKey must NOT have fewer than 1 characters'],
    [{ ...portal, owner: 'me' }, '/owner must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"'],
    [{ ...portal, generatedUsers: -1 }, '/generatedUsers must be >= 0'],
    [{ ...portal, generatedUsers: 10_000_001 }, '/generatedUsers must be <= 10000000'],
    [{ ...portal, users: [] }, '/users must NOT have fewer than 1 items'],
    [{ ...portal, users: {} }, '/users must be array'],
    [{ ...portal, users: ['owner'] }, '/users/0 must be object'],
    [{ ...portal, users: [owner, without('id', owner)] }, "/users/1 must have required property 'id'"],
    [{ ...portal, users: [without('email', owner)] }, "/users/0 must have required property 'email'"],
    [{ ...portal, users: [without('type', owner)] }, "/users/0 must have required property 'type'"],
    [withUser({ emial: 'x' }), '/users/0 must NOT have additional properties: emial'],
    [
      withUser({ id: '66faa6e4f13311eab12600ffeec8b4ef' }),
      '/users/0/id must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"',
    ],
    [withUser({ email: 'owner' }), '/users/0/email must match pattern "^[^@\\s]+@[^@\\s]+$"'],
    [withUser({ email: 'o wner@example.com' }), '/users/0/email must match pattern "^[^@\\s]+@[^@\\s]+$"'],
    [
      withUser({ type: 'Owner' }),
      '/users/0/type must be equal to one of the allowed values: DocSpaceAdmin, RoomAdmin, User, Guest',
    ],
    [
      withUser({ type: 3 }),
      '/users/0/type must be equal to one of the allowed values: DocSpaceAdmin, RoomAdmin, User, Guest',
    ],
    [
      withUser({ status: 'Active' }),
      '/users/0/status must be equal to one of the allowed values: active, terminated, pending',
    ],
    [
      withUser({ activationStatus: 3 }),
      '/users/0/activationStatus must be equal to one of the allowed values: 0, 1, 2, 4',
    ],
    [withUser({ password: '' }), '/users/0/password must NOT have fewer than 1 characters'],
    [withUser({ sex: 'male' }), '/users/0/sex must be boolean'],
    [withUser({ spam: null }), '/users/0/spam must be boolean'],
    [withUser({ title: 1 }), '/users/0/title must be string'],
    [withUser({ apiKeys: {} }), '/users/0/apiKeys must be array'],
    [withUser({ apiKeys: [{}] }), "/users/0/apiKeys/0 must have required property 'key'"],
    [withKey({ key: 'sk-1' }), '/users/0/apiKeys/0/key must match pattern "^sk-[0-9a-f]{64}$"'],
    [withKey({ key: KEY.toUpperCase() }), '/users/0/apiKeys/0/key must match pattern "^sk-[0-9a-f]{64}$"'],
    [withKey({ name: '' }), '/users/0/apiKeys/0/name must NOT have fewer than 1 characters'],
    [withKey({ name: 'x'.repeat(31) }), '/users/0/apiKeys/0/name must NOT have more than 30 characters'],
    [withKey({ permissions: '*' }), '/users/0/apiKeys/0/permissions must be array'],
    [withKey({ permissions: [''] }), '/users/0/apiKeys/0/permissions/0 must NOT have fewer than 1 characters'],
    [withKey({ active: 'no' }), '/users/0/apiKeys/0/active must be boolean'],
    [withKey({ revoked: true }), '/users/0/apiKeys/0 must NOT have additional properties: revoked'],
    [
      { ...portal, oauth2Clients: [without('clientSecret', client)] },
      "/oauth2Clients/0 must have required property 'clientSecret'",
    ],
    [
      withClient({ clientId: 'mine' }),
      '/oauth2Clients/0/clientId must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"',
    ],
    [withClient({ clientSecret: '' }), '/oauth2Clients/0/clientSecret must NOT have fewer than 1 characters'],
    [withClient({ redirectUris: [] }), '/oauth2Clients/0/redirectUris must NOT have fewer than 1 items'],
    [
      withClient({ redirectUris: ['localhost:3000'] }),
      '/oauth2Clients/0/redirectUris/0 must match pattern "^[hH][tT][tT][pP][sS]?://\\S+$"',
    ],
    [
      withClient({ allowedOrigins: ['http://localhost:3000', '*'] }),
      '/oauth2Clients/0/allowedOrigins/1 must match pattern "^[hH][tT][tT][pP][sS]?://\\S+$"',
    ],
    [
      withClient({ websiteUrl: 'localhost' }),
      '/oauth2Clients/0/websiteUrl must match pattern "^([hH][tT][tT][pP][sS]?://\\S+|[\\w-]+(\\.[\\w-]+)+\\S*)$"',
    ],
    [
      withClient({ scopes: ['everything'] }),
      '/oauth2Clients/0/scopes/0 must be equal to one of the allowed values: accounts:read, accounts:write, accounts.self:read, accounts.self:write, files:read, files:write, rooms:read, rooms:write, openid, read, write, *:read, *:write',
    ],
    [withClient({ scopes: [] }), '/oauth2Clients/0/scopes must NOT have fewer than 1 items'],
    [withClient({ redirectUri: 'x' }), '/oauth2Clients/0 must NOT have additional properties: redirectUri'],
    [withSettings([]), '/settings must be object'],
    [withSettings({ payed: true }), '/settings must NOT have additional properties: payed'],
    [withSettings({ paid: 'yes' }), '/settings/paid must be boolean'],
    [
      withSettings({ tenantStatus: 'Suspended' }),
      '/settings/tenantStatus must be equal to one of the allowed values: active, suspended, removePending, transfering, restoring, encryption',
    ],
    [
      withSettings({ edition: 'community' }),
      '/settings/edition must be equal to one of the allowed values: opensource, enterprise, saas',
    ],
    [withSettings({ ipRestrictions: true }), '/settings/ipRestrictions must be object'],
    [
      withSettings({ ipRestrictions: { enabled: true } }),
      "/settings/ipRestrictions must have required property 'addresses'",
    ],
    [
      withSettings({ ipRestrictions: { enabled: true, addresses: [1] } }),
      '/settings/ipRestrictions/addresses/0 must be string',
    ],
    [withSettings({ mappedDomain: 1 }), '/settings/mappedDomain must be string,null'],
  ]
  for (const [fixture, message] of cases) {
    await t.rejects(
      checkFixture(fixture, 'my/portal.json'),
      { name: 'FixtureError', message: `my/portal.json: ${message}` },
      message,
    )
  }
})

t.test('a date is a moment that there is, with its offset', async (t) => {
  const members = ['birthDate', 'terminatedDate', 'workFromDate', 'lastModified', 'createDate']
  for (const member of members) {
    await t.rejects(
      checkFixture(withUser({ [member]: '2026-01-15' }), 'x'),
      { message: new RegExp(`^x: /users/0/${member} must match pattern`) },
      member,
    )
  }
  const cases: [date: string, reason: RegExp][] = [
    ['2026-01-15T09:00:00', /must match pattern/],
    ['2026-01-15 09:00:00Z', /must match pattern/],
    ['2026-01-15T09:00Z', /must match pattern/],
    ['2026-01-15T09:00:00.12345678Z', /must match pattern/],
    ['soon', /must match (pattern|format)/],
    ['0', /must match (pattern|format)/],
    ['2026-13-15T09:00:00Z', /must match format "date-time"/],
    ['2026-01-32T09:00:00Z', /must match format "date-time"/],
    ['2026-02-30T09:00:00Z', /must match format "date-time"/],
    ['2026-01-15T25:00:00Z', /must match format "date-time"/],
    ['2026-01-15T09:00:00+99:99', /must match format "date-time"/],
    ['0000-01-01T00:00:00+01:00', /must match format "date-time"/],
    ['9999-12-31T23:59:59-01:00', /must match format "date-time"/],
  ]
  for (const [date, reason] of cases) {
    await t.rejects(checkFixture(withUser({ createDate: date }), 'x'), { message: reason }, date)
    await t.rejects(
      checkFixture(withKey({ expiresAt: date }), 'x'),
      { message: new RegExp(`^x: /users/0/apiKeys/0/expiresAt ${reason.source}`) },
      `a key that ends ${date}`,
    )
  }
})
