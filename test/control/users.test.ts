import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { generatedUserId } from '../../src/store/generate-users.ts'
import { apiKey, asKey, people } from '../helper.ts'
import { controlled, refuses } from './call.ts'

const ADA = '0f0e0d0c-0b0a-4909-8807-060504030201'

t.test('people are listed as a fixture has them, filtered and paged', async (t) => {
  const { control } = await controlled(t)
  const all = (await control('GET', '/users')).body
  t.equal(all.total, 9)
  t.strictSame(
    all.users.map(({ id }: { id: string }) => id),
    Object.values(people),
    'in the order in which they came',
  )
  t.match(all.users[0], {
    email: 'owner@example.com',
    type: 'DocSpaceAdmin',
    status: 'active',
    password: 'owner-password',
    apiKeys: [{ key: apiKey('1'), name: 'full access', permissions: [], active: true }, {}, {}, {}, { active: false }],
  })
  const cases: [query: string, total: number, ids: string[]][] = [
    ['type=Guest', 2, [people.guest, people.otherGuest]],
    ['status=terminated', 1, [people.terminated]],
    ['status=pending&type=User', 1, [people.pending]],
    ['status=pending&type=Guest', 0, []],
    ['email=GUEST', 2, [people.guest, people.otherGuest]],
    ['email=%25', 0, []],
    ['limit=2', 9, [people.owner, people.admin]],
    ['limit=2&offset=8', 9, [people.nameless]],
    ['offset=9', 9, []],
  ]
  for (const [query, total, ids] of cases) {
    const { body } = await control('GET', `/users?${query}`)
    t.equal(body.total, total, query)
    t.strictSame(
      body.users.map(({ id }: { id: string }) => id),
      ids,
      query,
    )
  }
})

t.test('somebody is found by id, e-mail, name or role', async (t) => {
  const { control } = await controlled(t)
  const references: [reference: string, id: string][] = [
    [people.guest.toUpperCase(), people.guest],
    ['GUEST@example.com', people.guest],
    ['Grace%20Tan', people.guest],
    ['owner', people.owner],
    ['DocSpaceAdmin', people.admin],
    ['room-admin', people.roomAdmin],
    ['User', people.winfield],
  ]
  for (const [reference, id] of references) {
    t.match(await control('GET', `/users/${reference}`), { status: 200, body: { id } }, reference)
  }
  t.match((await control('GET', '/users/guest')).body, { invitedBy: people.roomAdmin, password: 'guest-password' })
})

t.test('somebody is created with everything that a fixture may say', async (t) => {
  const { app, control } = await controlled(t)
  const given = {
    id: ADA.toUpperCase(),
    email: 'ada@example.com',
    type: 'RoomAdmin',
    firstName: 'Ada',
    password: 'ada-password',
    apiKeys: [{ key: apiKey('e'), permissions: ['*:read'] }],
    invitedBy: people.admin,
    birthDate: '1815-12-10T00:00:00+01:00',
  }
  const { status, body } = await control('POST', '/users', given)
  t.equal(status, 201)
  t.match(body, {
    id: ADA,
    email: 'ada@example.com',
    type: 'RoomAdmin',
    status: 'active',
    apiKeys: [{ key: apiKey('e'), name: 'seeded', permissions: ['*:read'], active: true }],
    createdBy: people.admin,
    birthDate: '1815-12-09T23:00:00Z',
  })
  t.strictSame((await control('GET', `/users/${ADA}`)).body, body)
  const login = `Basic ${Buffer.from('ada@example.com:ada-password').toString('base64')}`
  const get = (path: string, authorization: string) =>
    app.inject({ url: `/api/2.0/portal/${path}`, headers: { authorization } })
  t.equal((await get(`users/${ADA}`, login)).json().response.firstName, 'Ada')
  t.equal((await get(`users/${ADA}`, `Bearer ${apiKey('e')}`)).statusCode, 200)
  t.equal((await get('userscount', `Bearer ${apiKey('1')}`)).json().response, 7)
})

t.test('what is not said of somebody is made up', async (t) => {
  const { control } = await controlled(t)
  const emails = []
  for (const given of [{}, {}, { type: 'Guest' }, { firstName: 'Ada', lastName: 'Lovelace' }]) {
    const { status, body } = await control('POST', '/users', given)
    t.equal(status, 201)
    t.match(body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    emails.push([body.email, body.type])
  }
  t.strictSame(emails, [
    ['user@example.com', 'User'],
    ['user1@example.com', 'User'],
    ['guest1@example.com', 'Guest'],
    ['ada.lovelace@example.com', 'User'],
  ])
})

t.test('somebody who was removed comes back without what they had', async (t) => {
  const { app, portal, control } = await controlled(t)
  const token = mintSessionToken(portal, people.guest)
  await control('DELETE', '/users/guest')
  const { status, body } = await control('POST', '/users', {
    id: people.guest,
    type: 'Guest',
    email: 'guest@example.com',
  })
  t.equal(status, 201)
  t.notOk('password' in body || 'apiKeys' in body || 'invitedBy' in body)
  const self = { url: '/api/2.0/people/@self', headers: { authorization: token } }
  t.equal((await app.inject(self)).statusCode, 401, 'their session has ended')
  t.equal((await app.inject(asKey('5', `users/${people.guest}`))).statusCode, 401)
})

t.test('somebody is changed, member by member', async (t) => {
  const { app, portal, control } = await controlled(t)
  const status = async (authorization: string) =>
    (await app.inject({ url: '/api/2.0/people/@self', headers: { authorization } })).statusCode
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`
  t.equal(await status(basic('winfield.wyman@example.com:winfield-password')), 200)

  const steps: [changes: object, expected: object][] = [
    [{ title: 'Retired' }, { title: 'Retired', location: 'Prague', password: 'winfield-password' }],
    [
      { type: 'RoomAdmin', email: 'ww@example.com' },
      { type: 'RoomAdmin', email: 'ww@example.com' },
    ],
    [{ password: 'another' }, { password: 'another' }],
    [{ apiKeys: [{ key: apiKey('e') }] }, { apiKeys: [{ key: apiKey('e') }] }],
    [{ tfa: { type: 'sms', code: '654321' } }, { tfa: { type: 'sms', code: '654321', activated: true } }],
    [{ invitedBy: people.admin }, { invitedBy: people.admin }],
    [{ invitedBy: people.owner.toUpperCase() }, { invitedBy: people.owner }],
  ]
  for (const [changes, expected] of steps) {
    t.match(await control('PATCH', `/users/${people.winfield}`, changes), { status: 200, body: expected })
  }
  t.equal(await status(basic('ww@example.com:another')), 200)
  t.equal(await status(basic('ww@example.com:winfield-password')), 401)
  t.equal(await status(`Bearer ${apiKey('e')}`), 200)
  t.equal(await status(`Bearer ${apiKey('4')}`), 401, 'the keys are in the place of the old ones')
  t.notOk(portal.store.users.hasInvited(people.admin, people.winfield))

  const nothing = { title: null, password: null, apiKeys: null, tfa: null, invitedBy: null, workFromDate: null }
  const { body } = await control('PATCH', `/users/${people.winfield}`, { ...nothing, createdBy: null, sid: null })
  for (const member of ['title', 'password', 'apiKeys', 'tfa', 'invitedBy', 'sid']) t.notOk(member in body, member)
  t.match(body, { workFromDate: null, createdBy: null })
  t.equal(await status(basic('ww@example.com:another')), 401)
  const shown = (await app.inject(asKey('1', `users/${people.winfield}`))).json().response
  t.notOk('title' in shown || 'workFromDate' in shown || 'createdBy' in shown)

  const token = mintSessionToken(portal, people.winfield)
  t.equal(await status(token), 200)
  await control('PATCH', `/users/${people.winfield}`, { status: 'terminated' })
  t.equal(await status(token), 401)
  await control('PATCH', `/users/${people.winfield}`, { status: 'active' })
  t.equal(await status(token), 200, 'sessions go on')
})

t.test('somebody who is removed is there no more', async (t) => {
  const { app, control } = await controlled(t)
  t.strictSame(await control('DELETE', '/users/guest@example.com'), { status: 204, body: null })
  t.equal((await control('GET', `/users/${people.guest}`)).status, 404)
  t.equal((await app.inject(asKey('1', `users/${people.guest}`))).statusCode, 404)
  t.equal((await control('GET', '/users')).body.total, 8)
})

t.test('people are made up in numbers, on and on', async (t) => {
  const { app, portal, control } = await controlled(t)
  t.match(await control('POST', '/users/generate', { count: 3 }), {
    status: 201,
    body: {
      total: 9,
      first: { id: generatedUserId(1), email: 'user1@example.com' },
      last: { id: generatedUserId(3), email: 'user3@example.com' },
    },
  })
  await control('DELETE', `/users/${generatedUserId(3)}`)
  await control('POST', '/users', { email: 'user5@example.com' })
  const { body } = await control('POST', '/users/generate', { count: 2, type: 'Guest' })
  t.match(body, { total: 11, first: { email: 'user4@example.com' }, last: { email: 'user6@example.com' } })
  t.equal(portal.store.users.find(generatedUserId(6))?.type, 2)
  t.equal((await app.inject(asKey('1', 'userscount'))).json().response, 11)
})

t.test('an id as high as they go keeps nobody from being made up', async (t) => {
  const { control } = await controlled(t)
  for (const digits of ['ffffffffffff', '00003b9aca00', '00003b9aca01']) {
    t.equal((await control('POST', '/users', { id: `00000000-0000-4000-8000-${digits}` })).status, 201)
  }
  t.equal((await control('POST', '/users/generate', { count: 2 })).status, 201)
  t.equal((await control('POST', '/users/generate', { count: 2 })).status, 201)
})

t.test('sessions of one are ended, and nobody else’s', async (t) => {
  const { app, portal, control } = await controlled(t)
  const tokens = [people.owner, people.guest].map((id) => mintSessionToken(portal, id))
  await control('DELETE', '/users/guest/sessions')
  const statuses = []
  for (const authorization of [...tokens, mintSessionToken(portal, people.guest)]) {
    statuses.push((await app.inject({ url: '/api/2.0/people/@self', headers: { authorization } })).statusCode)
  }
  t.strictSame(statuses, [200, 401, 200])
})

t.test('refused', async (t) => {
  const server = await controlled(t)
  const guest = `/users/${people.guest}`
  await refuses(t, server, [
    ['GET', '/users?type=Pope', undefined, /^\/type must be equal to one of the allowed values: DocSpaceAdmin/],
    ['GET', '/users?limit=0', undefined, /^\/limit must be >= 1/],
    ['GET', '/users?limit=1001', undefined, /^\/limit must be <= 1000/],
    ['GET', '/users?limit=x', undefined, /^\/limit must be integer/],
    ['GET', '/users?emial=a', undefined, /additional properties: emial/],
    ['GET', '/users/nobody@example.com', undefined, /^the portal has nobody who is nobody@example\.com$/, 404],
    ['GET', `/users/${'x'.repeat(500)}@example.com`, undefined, /^the portal has nobody who is x/, 404],
    ['POST', '/users', undefined, /^the body is missing: send JSON$/],
    ['POST', '/users', [], /^\/ must be object/],
    ['POST', '/users', { emial: 'a@b' }, /additional properties: emial/],
    ['POST', '/users', { id: 'abc' }, /^\/id must match pattern/],
    ['POST', '/users', { email: 'abc' }, /^\/email must match pattern/],
    ['POST', '/users', { type: 'Pope' }, /^\/type must be equal to one of/],
    ['POST', '/users', { status: 1 }, /^\/status must be equal to one of/],
    ['POST', '/users', { firstName: null }, /^\/firstName must be string/],
    ['POST', '/users', { password: '' }, /^\/password must NOT have fewer than 1/],
    ['POST', '/users', { birthDate: '2026-02-30T00:00:00Z' }, /^\/birthDate must match format/],
    ['POST', '/users', { apiKeys: [{ key: 'sk-1' }] }, /^\/apiKeys\/0\/key must match pattern/],
    ['POST', '/users', { apiKeys: [{ key: apiKey('e') }, { key: apiKey('e') }] }, /^\/apiKeys\/1\/key repeats/],
    ['POST', '/users', { apiKeys: [{ key: apiKey('1') }] }, /^\/apiKeys\/0\/key is one of 66faa6e4/, 409],
    ['POST', '/users', { tfa: { type: 'fax' } }, /^\/tfa\/type must be equal to one of/],
    ['POST', '/users', { invitedBy: ADA }, /^\/invitedBy: nobody has the id 0f0e0d0c/],
    ['POST', '/users', { id: people.guest }, /^\/id: somebody has the id c1a7e0d2/, 409],
    [
      'POST',
      '/users',
      { email: 'OWNER@example.com' },
      /^\/email: OWNER@example\.com is the e-mail of .* 66faa6e4/,
      409,
    ],
    ['PATCH', '/users/nobody', { title: 'a' }, /nobody who is nobody/, 404],
    ['PATCH', guest, {}, /^\/ must have at least one of \w+, /],
    ['PATCH', guest, { id: ADA }, /additional properties: id/],
    ['PATCH', guest, { email: null }, /^\/email must be string/],
    ['PATCH', guest, { type: null }, /^\/type must be equal to one of/],
    ['PATCH', guest, { title: 'a', email: 'owner@example.com' }, /^\/email: .* somebody else/, 409],
    ['PATCH', guest, { title: 'a', invitedBy: ADA }, /^\/invitedBy: nobody/],
    ['PATCH', guest, { title: 'a', apiKeys: [{ key: apiKey('1') }] }, /^\/apiKeys\/0\/key is one of/, 409],
    ['PATCH', guest, { sex: 'female' }, /^\/sex must be boolean/],
    ['DELETE', '/users/owner', undefined, /without its owner/, 409],
    ['DELETE', '/users/nobody', undefined, /nobody who is nobody/, 404],
    ['DELETE', '/users/nobody/sessions', undefined, /nobody who is nobody/, 404],
    ['POST', '/users/generate', {}, /must have required property 'count'/],
    ['POST', '/users/generate', { count: 0 }, /^\/count must be >= 1/],
    ['POST', '/users/generate', { count: 100_001 }, /^\/count must be <= 100000/],
    ['POST', '/users/generate', { count: '5' }, /^\/count must be integer/],
    ['POST', '/users/generate', { count: 1, type: 'Pope' }, /^\/type must be equal/],
    ['PUT', guest, {}, /there is no PUT/, 404],
  ])
})

t.test("one portal's people are nobody else's", async (t) => {
  const { control } = await controlled(t)
  await control('POST', '/@w1/users', { email: 'ada@example.com' })
  t.equal((await control('GET', '/@w1/users')).body.total, 10)
  t.equal((await control('GET', '/users')).body.total, 9)
  t.equal((await control('GET', '/@w2/users/ada@example.com')).status, 404)
})
