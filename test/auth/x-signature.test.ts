import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { createXSignature } from '../../src/domain/x-signature.ts'
import { defaultFixture } from '../../src/start.ts'
import { signatureOf } from '../api/clients/call.ts'
import { apiKey, NOW, people, testPortal, testServer } from '../helper.ts'

const url = '/api/2.0/scopes'
const explained = { 'x-docspace-mock-explain': '1' }

t.test('a cookie, else a header', async (t) => {
  const portal = testPortal(t)
  const { app } = await testServer(t, { portal })
  const good = signatureOf(portal, 'winfield')
  const session = encodeURIComponent(mintSessionToken(portal, people.winfield))
  const cases: [name: string, headers: Record<string, string>, status: number, query?: string][] = [
    ['nothing', {}, 403],
    ['a header', { 'x-signature': good }, 200],
    ['a cookie', { cookie: `a=b; x-signature=${good}` }, 200],
    ['a bad header', { 'x-signature': `${good}x` }, 403],
    ['a bad cookie', { cookie: `x-signature=${good}x` }, 403],
    ['a bad cookie beside a good header', { cookie: 'x-signature=x', 'x-signature': good }, 403],
    ['a good cookie beside a bad header', { cookie: `x-signature=${good}`, 'x-signature': 'x' }, 200],
    ['an empty cookie beside a good header', { cookie: 'x-signature=', 'x-signature': good }, 200],
    ['an empty header', { 'x-signature': '' }, 403],
    ['as Bearer', { authorization: `Bearer ${good}` }, 403],
    ['an API key', { authorization: `Bearer ${apiKey('1')}` }, 403],
    ['malformed Basic beside a good one', { authorization: 'Basic %', 'x-signature': good }, 200],
    ['a bad cookie beside a good query', { cookie: 'x-signature=x' }, 403, `?x-signature=${good}`],
    ['a session token in the cookie x-signature', { cookie: `x-signature=${session}` }, 403],
    ['a session token in the header', { 'x-signature': session }, 403],
    ['a session token in the query', {}, 403, `?x-signature=${session}`],
  ]
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { portal, profile })
    for (const [name, headers, status, query = ''] of cases) {
      const answer = await app.inject({ url: url + query, headers })
      t.equal(answer.statusCode, status, `${profile}: ${name}`)
      if (status === 403) t.strictSame([answer.body, answer.headers['content-type']], ['', undefined], name)
    }
  }
  const why = async (headers: Record<string, string>) =>
    (await app.inject({ url, headers: { ...headers, ...explained } })).headers['x-docspace-mock-explain']
  t.match(await why({}), 'no x-signature was sent: get one with GET security/oauth2/token')
  t.match(await why({ authorization: `Bearer ${apiKey('1')}` }), 'other credentials do not count here')
  t.match(await why({ 'x-signature': 'x' }), 'no token signed with HS256')
  const [header, payload] = good.split('.')
  t.match(await why({ 'x-signature': `${header}.${payload}.x` }), 'signed with another machine key')
})

t.test('documented also takes the forms that SDKs send, and notes them; server says where it belongs', async (t) => {
  const portal = testPortal(t)
  const good = signatureOf(portal, 'winfield')
  const session = mintSessionToken(portal, people.winfield)
  const cases: [name: string, headers: Record<string, string>, query: string, finding: string, inServer: RegExp][] = [
    ['a nameless cookie (Python)', { cookie: good }, '', 'signature-in-nameless-cookie', /in a cookie without a name/],
    ['the query (Java)', {}, `?X-Signature=${good}`, 'signature-in-query', /in the query parameter x-signature/],
    [
      'the cookie asc_auth_key',
      { cookie: `asc_auth_key=${good}` },
      '',
      'session-as-signature',
      /the cookie asc_auth_key/,
    ],
    [
      'the session in it (JavaScript)',
      { cookie: `asc_auth_key=${encodeURIComponent(session)}` },
      '',
      'session-as-signature',
      /no x-signature was sent/,
    ],
  ]
  const documented = (await testServer(t, { portal })).app
  const server = (await testServer(t, { portal, profile: 'server' })).app
  for (const [name, headers, query, finding, inServer] of cases) {
    const accepted = await documented.inject({ url: url + query, headers })
    t.equal(accepted.statusCode, 200, name)
    t.ok(String(accepted.headers['x-docspace-mock-finding']).split(', ').includes(finding), name)
    const refused = await server.inject({ url: url + query, headers: { ...headers, ...explained } })
    t.equal(refused.statusCode, 403, name)
    t.match(refused.headers['x-docspace-mock-explain'], inServer)
    t.notOk(String(refused.headers['x-docspace-mock-finding']).includes(finding), name)
  }
  const usual = await documented.inject({ url, headers: { cookie: `a=b; x-signature=${good}` } })
  t.equal(usual.headers['x-docspace-mock-finding'], undefined)
})

t.test('the session of the JavaScript SDK gives the role of its user, and none once it has ended', async (t) => {
  const portal = testPortal(t)
  const { app } = await testServer(t, { portal })
  const list = (cookie: string) => app.inject({ url: '/api/2.0/clients', headers: { cookie, ...explained } })
  const asUser = (id: string) => list(`asc_auth_key=${encodeURIComponent(mintSessionToken(portal, id))}`)
  const statusOf = async (id: string) => (await asUser(id)).statusCode
  t.equal((await asUser(people.admin)).json().data.length, 2, 'admins see all clients')
  t.equal((await asUser(people.winfield)).json().data.length, 0, 'users their own')
  t.equal(await statusOf(people.guest), 403)
  t.equal(await statusOf(people.terminated), 403)
  const cookie = `asc_auth_key=${encodeURIComponent(mintSessionToken(portal, people.admin))}`
  portal.store.users.endSessions(people.admin)
  const ended = await list(cookie)
  t.equal(ended.statusCode, 403)
  t.match(
    ended.headers['x-docspace-mock-explain'],
    /the session token is invalid: the sessions of admin@example.com were ended/,
  )
  t.equal((await list('asc_auth_key=nonsense')).statusCode, 403)
})

t.test('holds for five minutes of the portal’s clock', async (t) => {
  let now = NOW
  const portal = testPortal(t, { clock: { now: () => now } })
  const { app } = await testServer(t, { portal })
  const headers = { 'x-signature': signatureOf(portal, 'owner'), ...explained }
  t.equal((await app.inject({ url, headers })).statusCode, 200)
  now += 299_999
  t.equal((await app.inject({ url, headers })).statusCode, 200)
  now += 1
  const late = await app.inject({ url, headers })
  t.equal(late.statusCode, 403)
  t.match(late.headers['x-docspace-mock-explain'], 'expired at 2026-06-30T10:05:00.000Z: ask for another one')
})

t.test('is good for one portal, and for a user of it', async (t) => {
  const portal = testPortal(t)
  const other = testPortal(t, { fixture: { ...defaultFixture, alias: 'other', tenantId: 2 } })
  const { app } = await testServer(t, { portal, portals: [portal, other] })
  const subject = {
    userId: '00000000-0000-4000-8000-000000000001',
    userName: 'x',
    email: 'x@example.com',
    tenantId: 1,
    root: 'http://localhost',
    isAdmin: true,
    isGuest: false,
    isPublic: true,
  }
  const cases: [name: string, signature: string, host: string, status: number][] = [
    ['its own portal', signatureOf(portal, 'owner'), 'localhost', 200],
    ['another portal', signatureOf(portal, 'owner'), 'other.localhost', 403],
    ['the other portal’s own', signatureOf(other, 'owner'), 'other.localhost', 200],
    ['nobody', createXSignature(subject, portal.machineKey, NOW), 'localhost', 403],
    ['somebody', createXSignature({ ...subject, userId: people.guest }, portal.machineKey, NOW), 'localhost', 200],
  ]
  for (const [name, signature, host, status] of cases) {
    const answer = await app.inject({ url, headers: { host, 'x-signature': signature, ...explained } })
    t.equal(answer.statusCode, status, name)
    if (name === 'another portal') {
      t.match(answer.headers['x-docspace-mock-explain'], 'is of another portal: its tenant is 1, this one is 2')
    }
  }
})
