import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { defaultFixture, type Fixture, mintAccessToken } from '../../src/index.ts'
import type { ServerOptions } from '../../src/server.ts'
import { apiKey, asKey, oauth2Clients, people, testPortal, testServer } from '../helper.ts'
import { shaped } from '../oauth2/tokens.ts'

const ORIGIN = 'https://app.example.com'
const OTHER = 'https://other.example.com'
const CLIENT = '3e1f7d30-912c-4c5f-9d74-8f3b20ac4e53'
const SILENT = '4f208e41-a23d-4d60-8e85-904c31bd5f64'
const COUNT = '/api/2.0/portal/userscount'

/** What an origin gets that `--cors` lists. */
const LISTED = {
  'access-control-allow-origin': OTHER,
  'access-control-allow-credentials': 'true',
  vary: 'Origin',
}

/** Requests with each status that there is. */
const requests: [status: number, request: InjectOptions, profile?: 'server'][] = [
  [200, asKey('1', 'userscount')],
  [200, { method: 'GET', url: '/liveness' }],
  [302, { method: 'GET', url: '/s/unknown' }],
  [400, asKey('1', 'users/invite/9')],
  [400, { method: 'GET', url: COUNT, headers: { host: 'a b' } }],
  [401, { method: 'GET', url: COUNT }],
  [403, asKey('3', 'userscount')],
  [403, asKey('b', 'userscount')],
  [404, asKey('1', `users/${people.owner.replace('6', '7')}`)],
  [404, { method: 'GET', url: '/nope' }],
  [405, { method: 'POST', url: COUNT }],
  [414, { method: 'GET', url: `/${'a'.repeat(9000)}` }],
  [500, { method: 'GET', url: COUNT, headers: { authorization: 'Basic !' } }, 'server'],
  [415, { ...asKey('1', 'users/invitationlink'), method: 'POST' }],
]

/** The headers of an answer that are about origins. */
function corsHeaders(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
  )
}

async function checkAll(t: Test, options: Partial<ServerOptions>, origin: string | undefined, expected: object) {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile, ...options })
    for (const [status, request, only] of requests) {
      if (only !== undefined && only !== profile) continue
      const headers = { ...request.headers, ...(origin !== undefined && { origin }) }
      const answer = await app.inject({ ...request, headers })
      const what = `${profile}, ${request.method} ${String(request.url).slice(0, 60)}`
      // a malformed Host is refused before CORS is looked at, as are targets that are too long
      const isEarly = answer.statusCode === 414 || request.headers?.host !== undefined
      t.equal(answer.statusCode, status, what)
      t.same(corsHeaders(answer.headers), isEarly ? {} : expected, what)
    }
  }
}

async function preflight(app: FastifyInstance, url: string, headers: Record<string, string>) {
  const { statusCode, headers: answered, body } = await app.inject({ method: 'OPTIONS', url, headers })
  return { statusCode, body, headers: corsHeaders(answered) }
}

t.test('`*` is said to every origin, with every status (facts §1.7)', async (t) => {
  await checkAll(t, {}, ORIGIN, { 'access-control-allow-origin': '*' })
})

t.test('nothing is said to who names no origin', async (t) => {
  await checkAll(t, {}, undefined, {})
  await checkAll(t, { allowedOrigins: [ORIGIN] }, undefined, {})
})

t.test('an origin of the list is echoed, with credentials, with every status', async (t) => {
  await checkAll(t, { allowedOrigins: [OTHER, ORIGIN] }, ORIGIN, {
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  })
})

t.test('another origin gets the same statuses, and no header', async (t) => {
  await checkAll(t, { allowedOrigins: [OTHER] }, ORIGIN, {})
  await checkAll(t, { allowedOrigins: [] }, ORIGIN, {})
})

t.test('a preflight is answered before anything else', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    portal.changeSettings({ tenantStatus: 'suspended' })
    const asked = { origin: ORIGIN, 'access-control-request-method': 'GET' }
    const allowed = { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET' }
    const yes = { statusCode: 204, body: '', headers: allowed }
    t.same(await preflight(app, COUNT, asked), yes)
    t.same(await preflight(app, '/nope', asked), yes, 'on an unknown path')
    t.same(await preflight(app, '/api/1.0/portal/userscount', asked), yes, 'in an unknown version')
    t.same(await preflight(app, COUNT, { ...asked, authorization: 'Basic !' }), yes, 'beside malformed Basic')
    t.same(await preflight(app, COUNT, { ...asked, cookie: 'asc_auth_key=x' }), yes, 'beside a bad cookie')
    for (const method of ['POST', 'DELETE', 'NONSENSE']) {
      t.same(
        await preflight(app, COUNT, { ...asked, 'access-control-request-method': method }),
        { ...yes, headers: { ...allowed, 'access-control-allow-methods': method } },
        `for ${method}`,
      )
    }
    for (const names of ['authorization, X-Requested-With,accept', 'authorization ,  X-Requested-With ,\taccept']) {
      t.same(
        await preflight(app, COUNT, { ...asked, 'access-control-request-headers': names }),
        { ...yes, headers: { ...allowed, 'access-control-allow-headers': 'authorization,X-Requested-With,accept' } },
        'names are joined without blanks',
      )
    }
  }
})

t.test('a preflight says neither how long it holds nor what it varies by, but how long it took', async (t) => {
  const { app } = await testServer(t)
  const headers = { origin: ORIGIN, 'access-control-request-method': 'GET', authorization: `Bearer ${apiKey('1')}` }
  const answer = await app.inject({ method: 'OPTIONS', url: COUNT, headers })
  t.same(Object.keys(answer.headers).sort(), [
    'access-control-allow-methods',
    'access-control-allow-origin',
    'connection',
    'date',
    'server-timing',
  ])
})

t.test('a preflight where origins are listed', async (t) => {
  const { app } = await testServer(t, { allowedOrigins: [ORIGIN] })
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'a' }
  t.same(await preflight(app, COUNT, { ...asked, origin: ORIGIN }), {
    statusCode: 204,
    body: '',
    headers: {
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'a',
      vary: 'Origin',
    },
  })
  t.same(await preflight(app, COUNT, { ...asked, origin: OTHER }), { statusCode: 204, body: '', headers: {} })
})

t.test('OPTIONS that is no preflight is a wrong method', async (t) => {
  const { app } = await testServer(t)
  const cases: [Record<string, string>, object][] = [
    [{}, {}],
    [{ origin: ORIGIN }, { 'access-control-allow-origin': '*' }],
    [{ 'access-control-request-method': 'GET' }, {}],
    [{ origin: '', 'access-control-request-method': 'GET' }, {}],
  ]
  for (const [headers, expected] of cases) {
    const answer = await app.inject({ method: 'OPTIONS', url: COUNT, headers })
    t.equal(answer.statusCode, 405)
    t.equal(answer.headers.allow, 'GET')
    t.equal(answer.body, '')
    t.same(corsHeaders(answer.headers), expected)
    t.equal((await app.inject({ method: 'OPTIONS', url: '/nope', headers })).statusCode, 404)
  }
})

t.test('Origin: null (facts §0, P9)', async (t) => {
  const headers = { authorization: `Bearer ${apiKey('1')}`, origin: 'null' }
  for (const origin of ['null', 'a', 'app.example.com', 'http://']) {
    const documented = (await testServer(t)).app
    const fine = await documented.inject({ url: COUNT, headers: { ...headers, origin } })
    t.equal(fine.statusCode, 200, origin)
    t.equal(fine.headers['access-control-allow-origin'], '*')

    const server = (await testServer(t, { profile: 'server' })).app
    const failed = await server.inject({ url: COUNT, headers: { ...headers, origin } })
    t.equal(failed.statusCode, 500, origin)
    t.match(failed.json(), { error: { type: 'System.UriFormatException', hresult: -2146233033 }, statusCode: 500 })
    t.same(corsHeaders(failed.headers), {}, 'it fails before CORS is looked at')
    t.equal((await preflight(server, '/nope', { ...headers, 'access-control-request-method': 'GET' })).statusCode, 500)
  }
})

t.test('a token’s OAuth2 client says where it may be used (facts §1.7)', async (t) => {
  const { allowedOrigins, ...bare } = defaultFixture.oauth2Clients?.[0] ?? ({} as never)
  const fixture: Fixture = {
    ...defaultFixture,
    oauth2Clients: [
      { ...bare, clientId: CLIENT, allowedOrigins: [ORIGIN, 'https://*.example.org'] },
      { ...bare, clientId: SILENT },
    ],
  }
  const portal = testPortal(t, { fixture })
  const echoed = { 'access-control-allow-origin': ORIGIN, vary: 'Origin' }
  const withCredentials = { ...echoed, 'access-control-allow-credentials': 'true' }
  const all = { 'access-control-allow-origin': '*' }
  const bearer = (claims: object) => `Bearer ${shaped({ alg: 'ES256' }, claims)}`
  const own = { sub: people.owner, cid: CLIENT }
  const cases: [what: string, authorization: string, origin: string, any: object, listed: object][] = [
    ['its own origin', bearer(own), ORIGIN, echoed, withCredentials],
    ['another origin', bearer(own), OTHER, {}, {}],
    ['a longer origin', bearer(own), `${ORIGIN}:8443`, {}, {}],
    [
      'a host below',
      bearer(own),
      'https://a.example.org',
      { ...echoed, 'access-control-allow-origin': 'https://a.example.org' },
      { ...withCredentials, 'access-control-allow-origin': 'https://a.example.org' },
    ],
    ['the domain itself', bearer(own), 'https://example.org', {}, {}],
    ['another scheme', bearer(own), 'http://a.example.org', {}, {}],
    [
      'ids in another form',
      bearer({ sub: people.owner.replaceAll('-', ''), cid: CLIENT.toUpperCase() }),
      ORIGIN,
      echoed,
      withCredentials,
    ],
    ['no client', bearer({ sub: people.owner }), OTHER, all, LISTED],
    ['a client that is no GUID', bearer({ ...own, cid: 'docspace-mock' }), OTHER, all, LISTED],
    ['an unknown client', bearer({ ...own, cid: people.owner }), OTHER, all, LISTED],
    ['no subject', bearer({ cid: CLIENT }), OTHER, all, LISTED],
    ['a subject that is no GUID', bearer({ ...own, sub: 'owner' }), OTHER, all, LISTED],
    ['a client without origins', bearer({ ...own, cid: SILENT }), OTHER, all, LISTED],
    ['a payload that is none', `Bearer ${shaped({ alg: 'ES256' }, 'x')}`, OTHER, all, LISTED],
    ['an API key', `Bearer ${apiKey('1')}`, OTHER, all, LISTED],
    ['another scheme of credentials', bearer(own).replace('Bearer', 'Basic'), OTHER, all, LISTED],
  ]
  for (const profile of ['documented', 'server'] as const) {
    const any = (await testServer(t, { portal, profile })).app
    const listed = (await testServer(t, { portal, profile, allowedOrigins: [OTHER] })).app
    for (const [what, authorization, origin, expectedAny, expectedListed] of cases) {
      const request = { url: COUNT, headers: { authorization, origin } }
      t.same(corsHeaders((await any.inject(request)).headers), expectedAny, `${profile}, *: ${what}`)
      t.same(corsHeaders((await listed.inject(request)).headers), expectedListed, `${profile}, a list: ${what}`)
    }
    // browsers send no credentials with a preflight, and other clients may
    const asked = { origin: ORIGIN, 'access-control-request-method': 'GET' }
    t.same((await preflight(any, COUNT, asked)).headers, { ...all, 'access-control-allow-methods': 'GET' })
    t.same((await preflight(any, COUNT, { ...asked, authorization: bearer(own), origin: OTHER })).headers, {})
    t.same((await preflight(any, COUNT, { ...asked, authorization: bearer(own) })).headers, {
      ...echoed,
      'access-control-allow-methods': 'GET',
    })
  }
})

t.test('a client’s new origins count at once', async (t) => {
  const { app, portal } = await testServer(t)
  const { clientId } = oauth2Clients.confidential
  const token = await mintAccessToken(portal, {
    userId: people.owner,
    scopes: ['*:read'],
    root: 'http://localhost',
    clientId,
  })
  const said = async () => {
    const headers = { host: 'localhost', authorization: `Bearer ${token}`, origin: ORIGIN }
    const answer = await app.inject({ url: COUNT, headers })
    return [answer.statusCode, answer.headers['access-control-allow-origin']]
  }
  t.strictSame(await said(), [200, undefined], 'the answer is there, and the browser keeps it')
  const client = portal.store.oauth2Clients.find(clientId)
  t.ok(client)
  if (client) portal.store.oauth2Clients.update({ ...client, allowedOrigins: [ORIGIN] })
  t.strictSame(await said(), [200, ORIGIN])
  portal.store.oauth2Clients.remove(clientId)
  t.strictSame(await said(), [200, '*'])
})

t.test('a dot behind a host counts for nothing, and a browser gets its origin as it was sent', async (t) => {
  for (const listed of ['http://localhost:3000', 'http://localhost.:3000']) {
    const { app } = await testServer(t, { allowedOrigins: [listed] })
    for (const origin of ['http://localhost:3000', 'http://localhost.:3000']) {
      const { headers } = await app.inject({ url: COUNT, headers: { Origin: origin } })
      t.same(corsHeaders(headers), { ...LISTED, 'access-control-allow-origin': origin })
    }
    for (const origin of ['http://localhost..:3000', 'http://localhost.:3001', 'http://.localhost:3000']) {
      t.same(corsHeaders((await app.inject({ url: COUNT, headers: { origin } })).headers), {}, origin)
    }
  }
})
