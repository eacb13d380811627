import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { LATEST } from '../../src/domain/clock.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { apiKey, NOW, people } from '../helper.ts'
import { controlled, refuses } from './call.ts'

const SELF = '/api/2.0/people/@self'

t.test('a session token is minted, with a sign-in if need be', async (t) => {
  const { app, control } = await controlled(t)
  const status = async (headers: Record<string, string>, url = SELF) => (await app.inject({ url, headers })).statusCode
  const minted = await control('POST', '/credentials/session-token', {})
  t.match(minted, { status: 201, body: { userId: people.owner, headers: { Authorization: minted.body.sessionToken } } })
  t.equal(await status(minted.body.headers), 200)
  const { body } = await control('POST', '/credentials/session-token', { user: 'guest', expiresIn: 60, signIn: true })
  t.equal(body.userId, people.guest)
  t.equal(await status(body.headers), 200)
  const cookie = `asc_auth_key=${encodeURIComponent(body.sessionToken)}`
  await app.inject({ method: 'POST', url: '/api/2.0/authentication/logout', headers: { cookie } })
  t.equal(await status(body.headers), 401, 'a logout ends it')
  const expired = (await control('POST', '/credentials/session-token', { expiresIn: -1 })).body
  t.equal(await status(expired.headers), 401)
})

t.test('an API key is minted', async (t) => {
  const { app, control } = await controlled(t)
  const count = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/api/2.0/portal/userscount', headers })).statusCode
  const cases: [body: object, status: number][] = [
    [{}, 200],
    [{ user: 'admin', key: apiKey('e'), name: 'mine' }, 200],
    [{ user: people.winfield }, 403],
    [{ permissions: ['*:read'] }, 200],
    [{ permissions: ['files:read'] }, 403],
    [{ active: false }, 401],
    [{ expiresIn: -1 }, 401],
    [{ expiresIn: 0.5 }, 200],
  ]
  for (const [given, status] of cases) {
    const minted = await control('POST', '/credentials/api-key', given)
    t.equal(minted.status, 201)
    t.match(minted.body.apiKey, /^sk-[0-9a-f]{64}$/)
    t.equal(await count(minted.body.headers), status, JSON.stringify(given))
  }
  const { headers } = (await control('POST', '/credentials/api-key', { expiresIn: 60 })).body
  t.equal(await count(headers), 200)
  await control('PATCH', '/clock', { move: 61 })
  t.equal(await count(headers), 401)
  t.match((await control('GET', '/users/admin')).body.apiKeys[1], { key: apiKey('e'), name: 'mine' })
})

t.test('an access token is minted', async (t) => {
  const { app, control } = await controlled(t)
  const count = async (headers: Record<string, string>, prefix = '') =>
    (await app.inject({ url: `${prefix}/api/2.0/portal/userscount`, headers })).statusCode
  const cases: [body: object, status: number][] = [
    [{ scopes: ['*:read'] }, 200],
    [{ user: 'admin', scopes: ['*:read'], algorithm: 'RS256' }, 200],
    [{}, 403],
    [{ scopes: ['*:read'], expiresIn: -600 }, 401],
    [{ scopes: ['*:read'], claims: { sub: null } }, 401],
    [{ scopes: [], claims: { scope: '*:read' } }, 200],
  ]
  for (const [given, status] of cases) {
    const minted = await control('POST', '/credentials/access-token', given)
    t.equal(minted.status, 201)
    t.equal(await count(minted.body.headers), status, JSON.stringify(given))
  }
  const { body } = await control('POST', '/@w1/credentials/access-token', { scopes: ['*:read'], clientId: 'a client' })
  t.match(decodeJwt(body.accessToken), { cid: 'a client', iss: /\/@w1\/oauth2$/, exp: NOW / 1000 + 3600 })
  t.equal(decodeProtectedHeader(body.accessToken).alg, 'ES256')
  t.strictSame([await count(body.headers, '/@w1'), await count(body.headers)], [200, 401])
})

t.test('a confirmation key is minted', async (t) => {
  const { app, control } = await controlled(t)
  const cases: [body: object, status: number][] = [
    [{}, 200],
    [{ user: 'guest' }, 200],
    [{ expiresIn: 1 }, 200],
    [{ expiresIn: -1 }, 403],
    [{ expiresIn: 7200 }, 200],
  ]
  const statuses = async () => {
    for (const [given, status] of cases) {
      const { body } = await control('POST', '/credentials/confirmation-key', given)
      const url = `/api/2.0/portal/sendcongratulations?${body.query}`
      t.equal((await app.inject({ method: 'POST', url })).statusCode, status, JSON.stringify(given))
    }
  }
  await statuses()
  const { query } = (await control('POST', '/credentials/confirmation-key', { expiresIn: 7200 })).body
  const send = () => app.inject({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?${query}` })
  await control('PATCH', '/clock', { move: 7200 })
  t.equal((await send()).statusCode, 200, 'the last moment counts')
  await control('PATCH', '/clock', { move: 1 })
  t.equal((await send()).statusCode, 403)
})

t.test('an invitation is minted, and somebody joins by it', async (t) => {
  const { app, control } = await controlled(t)
  const cases: [body: object, type: number, status: number][] = [
    [{}, 4, 200],
    [{ type: 'RoomAdmin', user: 'admin' }, 1, 200],
    [{ type: 'DocSpaceAdmin', user: 'admin' }, 3, 401],
    [{ expiresIn: -1 }, 4, 401],
    [{ expiresIn: 1_000_000 }, 4, 200],
  ]
  for (const [i, [given, type, status]] of cases.entries()) {
    const { status: minted, body } = await control('POST', '/credentials/invitation', given)
    t.equal(minted, 201)
    t.ok(body.link.includes('/confirm/LinkInvite?type=LinkInvite&key='))
    const member = {
      email: `new${i}@example.com`,
      firstName: 'New',
      type,
      key: body.invitationKey,
      fromInviteLink: true,
    }
    const joined = await app.inject({ method: 'POST', url: '/api/2.0/people', headers: body.headers, payload: member })
    t.equal(joined.statusCode, status, JSON.stringify(given) + joined.body)
  }
  t.equal((await control('GET', '/users')).body.total, 9 + 3)
})

t.test('refused', async (t) => {
  const server = await controlled(t)
  const kinds = ['session-token', 'api-key', 'access-token', 'confirmation-key', 'invitation']
  await refuses(t, server, [
    ...kinds.flatMap((kind): Parameters<typeof refuses>[2] => [
      ['POST', `/credentials/${kind}`, undefined, /^the body is missing: send JSON$/],
      ['POST', `/credentials/${kind}`, { usre: 'owner' }, /additional properties: usre/],
      ['POST', `/credentials/${kind}`, { user: 5 }, /^\/user must be string/],
      ['POST', `/credentials/${kind}`, { user: 'pope' }, /^\/user: the portal has nobody who is pope/],
      ['POST', `/credentials/${kind}`, { user: people.guest.replace('c', 'd') }, /^\/user: the portal has nobody/],
      ['POST', `/credentials/${kind}`, { expiresIn: '60' }, /^\/expiresIn must be number/],
      ['POST', `/credentials/${kind}`, { expiresIn: 1e300 }, /^\/expiresIn must be <= 1000000000/],
    ]),
    ['POST', '/credentials/api-key', { key: 'sk-1' }, /^\/key must match pattern/],
    ['POST', '/credentials/api-key', { key: apiKey('1') }, /^\/key is one of 66faa6e4/, 409],
    ['POST', '/credentials/api-key', { name: 'x'.repeat(31) }, /^\/name must NOT have more than 30/],
    ['POST', '/credentials/api-key', { permissions: '*:read' }, /^\/permissions must be array/],
    ['POST', '/credentials/access-token', { algorithm: 'none' }, /^\/algorithm must be equal to one of .*ES256, RS256/],
    ['POST', '/credentials/access-token', { scopes: 'read' }, /^\/scopes must be array/],
    ['POST', '/credentials/access-token', { claims: [] }, /^\/claims must be object/],
    ['POST', '/credentials/invitation', { type: 'All' }, /^\/type must be equal to one of/],
    ['POST', '/credentials/cookie', {}, /there is no POST/, 404],
  ])
})

t.test('what is minted last and holds longest ends at a moment that can be written', async (t) => {
  const { app, control } = await controlled(t)
  const { status } = await control('PATCH', '/clock', { now: new Date(LATEST).toISOString() })
  t.equal(status, 200)
  const { userId, apiKey, headers } = (await control('POST', '/credentials/api-key', { expiresIn: 1e9 })).body
  const { response } = (await app.inject({ url: '/api/2.0/keys/@self', headers })).json()
  t.match(response.expiresAt, /^9931-/)
  const exported = (await control('GET', '/fixture')).body as Fixture
  const keys = exported.users.find(({ id }) => id === userId)?.apiKeys
  t.match(keys?.find(({ key }) => key === apiKey)?.expiresAt, /^9931-/)
  t.equal((await control('PUT', '/fixture', exported)).status, 204)
})
