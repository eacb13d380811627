import { decodeJwt } from 'jose'
import t from 'tap'
import { readXSignature } from '../../../src/domain/x-signature.ts'
import { mintAccessToken } from '../../../src/index.ts'
import { apiKey, NOW, people, testPortal, testServer } from '../../helper.ts'

const url = '/api/2.0/security/oauth2/token'
const as = (digit: string) => ({ url, headers: { authorization: `Bearer ${apiKey(digit)}`, host: 'localhost:8092' } })

t.test('everybody gets a signature of their own', async (t) => {
  const { app, portal } = await testServer(t)
  const cases: [digit: string, userId: string, userName: string, email: string, role: string][] = [
    ['1', people.owner, 'Olivia Ward', 'owner@example.com', 'ADMIN'],
    ['2', people.admin, 'Adam Novak', 'admin@example.com', 'ADMIN'],
    ['3', people.roomAdmin, 'Rosa Adler', 'room-admin@example.com', 'USER'],
    ['4', people.winfield, 'Winfield Wyman', 'winfield.wyman@example.com', 'USER'],
    ['5', people.guest, 'Grace Tan', 'guest@example.com', 'GUEST'],
    ['a', people.owner, 'Olivia Ward', 'owner@example.com', 'ADMIN'],
  ]
  for (const [digit, userId, userName, email, role] of cases) {
    const answer = await app.inject(as(digit))
    t.equal(answer.statusCode, 200, digit)
    const { response, ...envelope } = answer.json()
    t.strictSame(
      envelope,
      { count: 1, links: [{ href: `http://localhost:8092${url}`, action: 'GET' }], status: 0, statusCode: 200 },
      'in the envelope',
    )
    t.strictSame(decodeJwt(response), {
      sub: userId,
      user_id: userId,
      user_name: userName,
      user_email: email,
      tenant_id: '1',
      tenant_url: 'http://localhost:8092',
      is_admin: String(role === 'ADMIN'),
      is_guest: String(role === 'GUEST'),
      is_public: 'true',
      exp: NOW / 1000 + 300,
      iss: 'http://localhost:8092',
      aud: 'http://localhost:8092',
    })
    t.strictSame(readXSignature(response, portal.machineKey, NOW), { userId, tenantId: 1, role })
  }
})

t.test('somebody without a name goes by their e-mail, and is taken', async (t) => {
  const owner = { id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin' } as const
  const fixture = { alias: 'nameless', owner: people.owner, users: [{ ...owner, apiKeys: [{ key: apiKey('1') }] }] }
  const { app } = await testServer(t, { portal: testPortal(t, { fixture }) })
  const { response } = (await app.inject(as('1'))).json()
  t.equal(decodeJwt(response).user_name, 'owner@example.com')
  t.equal((await app.inject({ url: '/api/2.0/clients', headers: { 'x-signature': response } })).statusCode, 200)
})

t.test('nobody, and a credential of another scope, get none', async (t) => {
  const { app } = await testServer(t)
  for (const digit of ['7', 'c', 'd', '9']) t.equal((await app.inject(as(digit))).statusCode, 401, digit)
  const refused = await app.inject(as('b'))
  t.strictSame([refused.statusCode, refused.body], [403, ''])
  t.equal((await app.inject({ ...as('1'), method: 'POST' })).statusCode, 405)
})

t.test('it is no access token (facts §2.6)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    const { response } = (await app.inject(as('1'))).json()
    const answer = await app.inject({
      url: '/api/2.0/portal/userscount',
      headers: { authorization: `Bearer ${response}`, host: 'localhost:8092' },
    })
    t.equal(answer.statusCode, 401, profile)
  }
})

t.test('an access token that may read gets one', async (t) => {
  const portal = testPortal(t)
  const { app } = await testServer(t, { portal })
  const root = 'http://localhost:8092'
  const token = await mintAccessToken(portal, { userId: people.guest, scopes: ['*:read'], root })
  const answer = await app.inject({ url, headers: { authorization: `Bearer ${token}`, host: 'localhost:8092' } })
  t.match(decodeJwt(answer.json().response), { user_id: people.guest, is_guest: 'true' })
})
