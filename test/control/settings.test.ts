import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { defaultRateLimits } from '../../src/domain/rate-limit.ts'
import { defaultSettings } from '../../src/domain/settings.ts'
import { apiKey, asKey, people } from '../helper.ts'
import { controlled, refuses } from './call.ts'

t.test('settings are told and changed, and the next request sees it', async (t) => {
  const { app, control } = await controlled(t)
  t.strictSame(await control('GET', '/settings'), { status: 200, body: defaultSettings })
  const cases: [settings: object, path: string, status: number][] = [
    [{ tenantStatus: 'suspended' }, 'userscount', 404],
    [{ tenantStatus: 'active', paid: false }, 'userscount', 402],
    [{ paid: true, allowInvitingMembers: false }, 'users/invite/User', 403],
    [{ allowInvitingMembers: true }, 'users/invite/User', 200],
  ]
  let all: object = defaultSettings
  for (const [settings, path, status] of cases) {
    all = { ...all, ...settings }
    t.strictSame(await control('PATCH', '/settings', settings), { status: 200, body: all })
    t.equal((await app.inject(asKey('1', path))).statusCode, status, JSON.stringify(settings))
  }
  await control('PATCH', '/settings', { ipRestrictions: { enabled: true, addresses: ['203.0.113.7'] } })
  const headers = { authorization: `Bearer ${apiKey('2')}`, 'x-forwarded-for': '198.51.100.1' }
  t.equal((await app.inject({ url: '/api/2.0/portal/userscount', headers })).statusCode, 403)
  t.equal((await control('PATCH', '/settings', { mappedDomain: 'docs.example.com' })).status, 200)
  t.equal((await control('PATCH', '/settings', { mappedDomain: null })).body.mappedDomain, null)
})

t.test('a portal has limits of its own, in the place of those of the server', async (t) => {
  for (const rateLimits of [undefined, { ...defaultRateLimits, perMinute: 1000 }]) {
    const { app, control } = await controlled(t, rateLimits === undefined ? {} : { rateLimits })
    const ask = async () => (await app.inject(asKey('1', 'userscount'))).statusCode
    t.notOk('rateLimits' in (await control('GET', '/settings')).body)
    t.same((await control('PATCH', '/settings', { rateLimits: { perMinute: 2 } })).body.rateLimits, { perMinute: 2 })
    t.strictSame([await ask(), await ask(), await ask()], [200, 200, 429])
    await control('PATCH', '/settings', { culture: 'de' })
    t.equal(await ask(), 429, 'another setting changes nothing in that')
    t.equal(
      (await app.inject({ ...asKey('1', 'userscount'), headers: {} })).statusCode,
      401,
      'others are counted apart',
    )
    t.equal((await control('GET', '/settings')).status, 200, 'the control API is not limited')
    t.equal(
      (await app.inject({ ...asKey('1', 'userscount'), url: '/@w1/api/2.0/portal/userscount' })).statusCode,
      200,
      'nor other portals',
    )

    await control('PATCH', '/settings', { rateLimits: { perMinute: 1 } })
    t.strictSame([await ask(), await ask()], [200, 429], 'counted anew')
    await control('PATCH', '/settings', { rateLimits: null })
    t.strictSame([await ask(), await ask()], [200, 200])
    t.equal((await control('GET', '/settings')).body.rateLimits, null)
    await control('PATCH', '/settings', { rateLimits: { writesPerDay: 1 } })
    const write = async () => (await app.inject(asKey('1', 'present/mark', 'POST'))).statusCode
    t.strictSame([await write(), await write(), await ask()], [200, 429, 200])
    await control('POST', '/reset')
    t.strictSame([await write(), await write()], [200, 200])
    t.notOk('rateLimits' in (await control('GET', '/settings')).body)
  }
})

t.test("a server's limits are lifted for one portal", async (t) => {
  const { app, control } = await controlled(t, { rateLimits: { ...defaultRateLimits, perMinute: 1 } })
  const ask = async (prefix = '') =>
    (await app.inject({ ...asKey('1', 'userscount'), url: `${prefix}/api/2.0/portal/userscount` })).statusCode
  await control('PATCH', '/settings', { rateLimits: null })
  t.strictSame([await ask(), await ask()], [200, 200])
  t.strictSame([await ask('/@w1'), await ask('/@w1')], [200, 429])
})

t.test("everybody's sessions are ended", async (t) => {
  const { app, portal, control } = await controlled(t)
  const status = async (authorization: string) =>
    (await app.inject({ url: '/api/2.0/people/@self', headers: { authorization } })).statusCode
  const tokens = [people.owner, people.guest].map((id) => mintSessionToken(portal, id))
  await control('PUT', '/snapshots/before')
  t.strictSame(await control('DELETE', '/sessions'), { status: 204, body: null })
  for (const token of tokens) t.equal(await status(token), 401)
  t.equal(await status(mintSessionToken(portal, people.guest)), 200, 'new ones hold')
  t.equal(await status(`Bearer ${apiKey('1')}`), 200, 'and so do API keys')
  await control('POST', '/snapshots/before/restore')
  t.equal(await status(String(tokens[0])), 200)
})

t.test('refused', async (t) => {
  const server = await controlled(t)
  const rateLimits = (limits: unknown) => ({ culture: 'de', rateLimits: limits })
  await refuses(t, server, [
    ['PATCH', '/settings', undefined, /^the body is missing: send JSON$/],
    ['PATCH', '/settings', {}, /^\/ must have at least one of \w+, /],
    ['PATCH', '/settings', { pait: true }, /additional properties: pait/],
    ['PATCH', '/settings', { culture: 'de', paid: 'no' }, /^\/paid must be boolean/],
    ['PATCH', '/settings', { tenantStatus: 'gone' }, /^\/tenantStatus must be equal to one of .*suspended/],
    ['PATCH', '/settings', { ipRestrictions: { enabled: true } }, /required property 'addresses'/],
    ['PATCH', '/settings', { mappedDomain: 'a b' }, /^\/mappedDomain must match pattern/],
    ['PATCH', '/settings', rateLimits(5), /^\/rateLimits must be object/],
    ['PATCH', '/settings', rateLimits({ perHour: 5 }), /additional properties: perHour/],
    ['PATCH', '/settings', rateLimits({ perMinute: 0 }), /^\/rateLimits\/perMinute must be >= 1/],
    ['PATCH', '/settings', rateLimits({ perMinute: 1.5 }), /^\/rateLimits\/perMinute must be integer/],
    ['PATCH', '/settings', rateLimits({ writesPerDay: 1e10 }), /^\/rateLimits\/writesPerDay must be <=/],
    ['DELETE', '/settings', undefined, /there is no DELETE/, 404],
  ])
})
