import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { providerStates } from '../../src/control/states.ts'
import { apiKeyHash as hashOf } from '../../src/domain/api-key.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

const URL_PATH = '/__mock/provider-states'

/** What is asked for, and what it has to give. */
const given: [state: string, params: object | undefined, holds: (subject: Subject) => unknown][] = [
  [
    'a user Ada Lovelace exists',
    undefined,
    async ({ t, values, get }) => {
      t.match(values, { firstName: 'Ada', lastName: 'Lovelace', email: 'ada.lovelace@example.com' })
      const { response } = (await get(`users/${values.userId}`)).json()
      t.match(response, { firstName: 'Ada', lastName: 'Lovelace', status: 1, isActive: true, createdBy: people.owner })
    },
  ],
  [
    'a user with the id 0f0e0d0c-0b0a-4909-8807-060504030201 exists',
    { firstName: 'Ada', type: 'RoomAdmin', status: 'terminated', birthDate: '1815-12-10T00:00:00+01:00' },
    async ({ t, get }) => {
      const { response } = (await get('users/0f0e0d0c-0b0a-4909-8807-060504030201')).json()
      t.match(response, { firstName: 'Ada', status: 2, birthDate: '1815-12-09T23:00:00Z' })
    },
  ],
  [
    'a user ada@example.com exists',
    { cultureName: 'de' },
    ({ t, values, portal }) => {
      t.equal(values.email, 'ada@example.com')
      t.equal(portal.store.users.find(String(values.userId))?.culture, 'de')
    },
  ],
  [
    'a user Winfield Wyman exists',
    { title: 'Retired' },
    async ({ t, values, get }) => {
      t.equal(values.userId, people.winfield)
      const { response } = (await get(`users/${people.winfield}`)).json()
      t.match(response, { title: 'Retired', location: 'Prague', contactsList: ['skype'] }, 'the rest stays')
    },
  ],
  [
    'a user exists',
    { id: people.guest.toUpperCase(), lastName: 'New' },
    async ({ t, get }) => t.equal((await get(`users/${people.guest}`)).json().response.lastName, 'New'),
  ],
  [
    `a user ${people.guest} does not exist`,
    undefined,
    async ({ t, get }) => t.equal((await get(`users/${people.guest}`)).statusCode, 404),
  ],
  ['a user nobody@example.com does not exist', undefined, ({ t, portal }) => t.equal(portal.store.users.count(), 6)],
  ['the portal has 1 user', undefined, async ({ t, get }) => t.equal((await get('userscount')).json().response, 1)],
  ['The portal has 3 users', undefined, async ({ t, get }) => t.equal((await get('userscount')).json().response, 3)],
  ['the portal has 500 users', {}, async ({ t, get }) => t.equal((await get('userscount')).json().response, 500)],
  [
    'invitations are disabled',
    undefined,
    async ({ t, get }) => t.equal((await get('users/invite/User')).statusCode, 403),
  ],
  [
    'invitations are enabled',
    undefined,
    async ({ t, get }) => t.equal((await get('users/invite/User')).statusCode, 200),
  ],
  ['the portal is suspended', undefined, async ({ t, get }) => t.equal((await get('userscount')).statusCode, 404)],
  ['the portal is being restored', undefined, async ({ t, get }) => t.equal((await get('userscount')).statusCode, 403)],
  ['the portal is unpaid', undefined, async ({ t, get }) => t.equal((await get('userscount')).statusCode, 402)],
  ['the portal is active', undefined, async ({ t, get }) => t.equal((await get('userscount')).statusCode, 200)],
  [
    'the settings are',
    { culture: 'de', ipRestrictions: { enabled: true, addresses: ['198.51.100.0/24'] } },
    ({ t, portal }) => t.match(portal.settings, { culture: 'de', ipRestrictions: { enabled: true } }),
  ],
  ...(
    [
      ['the owner', people.owner, 200],
      ['an administrator', people.admin, 200],
      ['a DocSpaceAdmin', people.admin, 200],
      ['a room admin', people.roomAdmin, 403],
      ['a user', people.winfield, 403],
      ['a guest', people.guest, 403],
    ] as const
  ).map(([role, userId, status]): (typeof given)[number] => [
    `the caller is ${role}`,
    undefined,
    async ({ t, values, count }) => {
      t.equal(values.userId, userId)
      t.equal((await count(String(values.authorization))).statusCode, status)
      t.equal((await count(String(values.sessionToken))).statusCode, status)
      t.equal((await count(`Bearer ${values.apiKey}`)).statusCode, status)
    },
  ]),
  [
    'the caller is a DocSpace admin',
    { apiKey: apiKey('e'), permissions: ['accounts:read'] },
    async ({ t, values, count }) => {
      t.equal(values.apiKey, apiKey('e'))
      t.equal((await count(`Bearer ${apiKey('e')}`)).statusCode, 403, 'as little as the permissions allow')
    },
  ],
  [
    'the caller is an administrator',
    { apiKey: apiKey('1') },
    async ({ t }) => t.pass("the owner's key is the administrator's now"),
  ],
  ['the caller is anonymous', undefined, ({ t, values }) => t.same(values, {})],
  [
    'a session token',
    { user: 'admin@example.com' },
    async ({ t, values, count }) => t.equal((await count(String(values.sessionToken))).statusCode, 200),
  ],
  [
    'a session token',
    { expiresIn: -1 },
    async ({ t, values, count }) => t.equal((await count(String(values.sessionToken))).statusCode, 401),
  ],
  [
    'an access token',
    { user: people.admin, scopes: ['*:read'], algorithm: 'RS256' },
    async ({ t, values, count }) => t.equal((await count(`Bearer ${values.accessToken}`)).statusCode, 200),
  ],
  [
    'an access token',
    { scopes: ['*:read'], claims: { sub: null } },
    async ({ t, values, count }) => t.equal((await count(`Bearer ${values.accessToken}`)).statusCode, 401),
  ],
  [
    'an access token',
    { scopes: ['*:read'], expiresIn: -600 },
    async ({ t, values, count }) => t.equal((await count(`Bearer ${values.accessToken}`)).statusCode, 401),
  ],
  [
    'a confirmation key',
    { user: 'guest' },
    async ({ t, values, app }) => {
      const query = new URLSearchParams({ Userid: String(values.userId), Key: String(values.confirmationKey) })
      const answer = await app.inject({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?${query}` })
      t.equal(answer.statusCode, 200)
    },
  ],
]

interface Subject {
  t: Test
  app: FastifyInstance
  portal: PortalSlot
  values: Record<string, string | number>
  /** As the owner. */
  get: (path: string) => Promise<LightMyRequestResponse>
  count: (authorization: string) => Promise<LightMyRequestResponse>
}

for (const [i, [state, params, holds]] of given.entries()) {
  t.test(`${i + 1}: ${state} ${JSON.stringify(params ?? {})}`, async (t) => {
    const { app, portal } = await testServer(t)
    const before = stateOf(portal)
    const answer = await change(app, { state, params, action: 'setup' })
    t.equal(answer.statusCode, 200, answer.body)
    await holds({
      t,
      app,
      portal,
      values: answer.json(),
      get: (path) => app.inject(asKey('1', path)),
      count: (authorization) => app.inject({ url: '/api/2.0/portal/userscount', headers: { authorization } }),
    })
    t.equal((await change(app, { state, params, action: 'setup' })).statusCode, 200, 'a second time')
    t.same((await change(app, { state, action: 'teardown' })).json(), {})
    t.same(stateOf(portal), before, 'undone')
    t.same((await change(app, { state, action: 'teardown' })).json(), {}, 'nothing to undo')
  })
}

t.test('every state has a test', async (t) => {
  for (const { name, pattern } of providerStates)
    t.ok(
      given.some(([state]) => pattern.test(state)),
      name,
    )
})

t.test('several states are undone together, by a teardown or by a state without a name', async (t) => {
  for (const undo of [
    { state: 'anything', action: 'teardown' },
    { state: '' },
    { state: '', params: {}, action: 'setup' },
  ]) {
    const { app, portal } = await testServer(t)
    const before = stateOf(portal)
    for (const state of ['the portal has 3 users', 'the portal is unpaid', 'a user Ada Lovelace exists']) {
      t.equal((await change(app, { state })).statusCode, 200)
    }
    await change(app, undo)
    t.same(stateOf(portal), before)
  }
})

t.test('a user who was removed is there again', async (t) => {
  const { app } = await testServer(t)
  await change(app, { state: `a user ${people.guest} does not exist` })
  await change(app, { state: `a user ${people.guest} exists`, params: { email: 'back@example.com' } })
  t.equal((await app.inject(asKey('1', `users/${people.guest}`))).json().response.email, 'back@example.com')
})

t.test('nobody of a role is left: somebody is made', async (t) => {
  const owner = { id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin' } as const
  const { app } = await testServer(t, {
    portal: testPortal(t, { fixture: { alias: 'a', owner: people.owner, users: [owner] } }),
  })
  const { authorization } = (await change(app, { state: 'the caller is a guest' })).json()
  const headers = { authorization }
  t.equal((await app.inject({ url: '/api/2.0/portal/userscount', headers })).statusCode, 403)
})

const refused: [body: unknown, message: RegExp][] = [
  [{}, /^\/state must be a text/],
  [null, /^\/state must be/],
  [[], /^\/state must be/],
  [{ state: 5 }, /^\/state must be/],
  [{ state: 'the portal is suspened' }, /did you mean 'the portal is suspended'\?/],
  [{ state: 'the portal has many users' }, /did you mean 'the portal has <n> users'\?/],
  [{ state: 'it rains' }, /^there is no state 'it rains'; GET lists all$/],
  [{ state: 'the portal has 0 users' }, /at least one user/],
  [{ state: 'the portal has 100007 users' }, /has 6 users, and at most 100000/],
  [{ state: 'the caller is a constructor' }, /nobody can be a constructor/],
  [{ state: 'a session token', params: { user: 'toString' } }, /nobody who is toString/],
  [{ state: 'a session token', params: { expiresIn: 1e300 } }, /\/expiresIn must be <= 1000000000/],
  [{ state: 'the portal is unpaid', action: 'both' }, /^\/action must be setup or teardown/],
  [{ state: 'the portal is unpaid', params: [] }, /^\/params must be an object/],
  [{ state: 'the portal is unpaid', params: { a: 1 } }, /^\/params: this state has none/],
  [{ state: 'the settings are', params: { paid: 'no' } }, /^\/params: \/paid must be boolean/],
  [{ state: 'the settings are', params: { pait: true } }, /additional properties: pait/],
  [{ state: 'a user exists', params: { emial: 'a@b' } }, /additional properties: emial/],
  [{ state: 'a user exists', params: { password: 'a' } }, /additional properties: password/],
  [{ state: 'a user exists', params: { id: 'abc' } }, /\/id must match pattern/],
  [{ state: 'a user Ada exists', params: { email: 'OWNER@example.com' } }, /owner@example.com|somebody else/i],
  [{ state: `a user ${people.guest} exists`, params: { id: people.owner } }, /\/id is not that of/],
  [{ state: 'a user owner@example.com does not exist' }, /without its owner/],
  [{ state: 'the caller is a pope' }, /nobody can be a pope/],
  [{ state: 'the caller is a user', params: { apiKey: 'abc' } }, /\/apiKey must match/],
  [{ state: 'a session token', params: { user: 'nobody@example.com' } }, /nobody who is nobody@example\.com/],
  [{ state: 'an access token', params: { algorithm: 'none' } }, /\/algorithm must be equal/],
]

for (const [body, message] of refused) {
  t.test(`refused: ${JSON.stringify(body)}`, async (t) => {
    const { app, portal } = await testServer(t)
    const before = stateOf(portal)
    const answer = await change(app, body)
    t.equal(answer.statusCode, 400)
    t.match(answer.json(), { error: message })
    t.same(Object.keys(answer.json()), ['error'])
    t.same(stateOf(portal), before, 'nothing has changed')
  })
}

t.test('what is no JSON', async (t) => {
  const { app } = await testServer(t)
  const post = (payload: string, type: string) =>
    app.inject({ method: 'POST', url: URL_PATH, payload, headers: { 'content-type': type } })
  t.equal((await post('{', 'application/json')).statusCode, 400)
  t.equal((await post('', 'application/json')).statusCode, 400)
  t.equal((await post('{"state":"the portal is unpaid"}', 'application/x-www-form-urlencoded')).statusCode, 200)
  t.notOk('access-control-allow-origin' in (await post('{}', 'application/json')).headers)
})

t.test('pages of other hosts are refused', async (t) => {
  const { app, portal } = await testServer(t)
  const from = (origin: string) =>
    app.inject({
      method: 'POST',
      url: URL_PATH,
      payload: { state: 'the portal is unpaid' },
      headers: { origin, host: 'localhost:8092' },
    })
  for (const origin of ['https://evil.example', 'http://localhost:1', 'null', 'x']) {
    const answer = await from(origin)
    t.equal(answer.statusCode, 403)
    t.match(answer.json(), { error: `pages of ${origin} may not control this server` })
    t.ok(portal.settings.paid)
  }
  t.equal((await from('http://localhost:8092')).statusCode, 200, 'its own')
  t.notOk(portal.settings.paid)
})

t.test('a state that fails leaves no mark', async (t) => {
  const { app, portal } = await testServer(t)
  t.equal((await change(app, { state: 'the caller is a pope' })).statusCode, 400)
  portal.changeSettings({ paid: false })
  await change(app, { state: '', action: 'teardown' })
  t.notOk(portal.settings.paid, 'what was changed afterwards stays')
})

t.test('GET lists the states', async (t) => {
  const { app } = await testServer(t)
  const { states } = (await app.inject(URL_PATH)).json()
  t.equal(states.length, providerStates.length)
  t.match(states[0], { name: 'a user <id, e-mail or name> exists', description: /^Adds/, params: Object })
})

t.test("the portal's settings don't keep anybody from it", async (t) => {
  const { app, portal } = await testServer(t, { profile: 'server' })
  for (const settings of [
    { tenantStatus: 'suspended' },
    { paid: false },
    { ipRestrictions: { enabled: true, addresses: ['198.51.100.1'] } },
  ] as const) {
    portal.changeSettings(settings as never)
    t.equal((await change(app, { state: 'the portal has 3 users' })).statusCode, 200)
  }
})

t.test("the host chooses the portal, and one portal's states are nobody else's", async (t) => {
  const first = testPortal(t)
  const fixture = { ...first.fixture, alias: 'second', tenantId: 2 }
  const second = testPortal(t, { fixture })
  const { createServer } = await import('../../src/server.ts')
  const app = await createServer({ portals: [first, second] })
  t.teardown(() => app.close())
  const headers = { host: 'second.localhost' }
  await app.inject({ method: 'POST', url: URL_PATH, payload: { state: 'the portal has 2 users' }, headers })
  t.equal(second.store.users.count(), 2)
  t.equal(first.store.users.count(), 6)
  await change(app, { state: '', action: 'teardown' })
  t.equal(second.store.users.count(), 2, "the first's teardown is not the second's")
})

t.test("it is no part of DocSpace's document", async (t) => {
  const { app } = await testServer(t)
  t.notMatch((await app.inject('/openapi/asc.web.api/2.0.json')).body, '__mock')
})

function change(app: FastifyInstance, body: unknown) {
  return app.inject({
    method: 'POST',
    url: URL_PATH,
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
}

function stateOf({ store, settings }: PortalSlot): unknown {
  return {
    settings,
    count: store.users.count(),
    people: Object.values(people).map((id) => store.users.find(id)),
    active: store.users.list({ status: 1 }, { limit: 1000, offset: 0 }),
    mails: store.outbox.list(),
    keys: ['1', 'e'].map((digit) => store.apiKeys.find(hashOf(apiKey(digit)))),
  }
}
