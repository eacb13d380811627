import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../src/server.ts'
import { apiKey, asKey, people, testServer } from '../helper.ts'

const ORIGIN = 'https://app.example.com'
const OTHER = 'https://other.example.com'
const COUNT = '/api/2.0/portal/userscount'

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
