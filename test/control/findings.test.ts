import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { type AuthGuard, accept } from '../../src/auth/guard.ts'
import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { knownFindings } from '../../src/journal/known-findings.ts'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import type { StoredUser } from '../../src/store/users.ts'
import { signatureOf } from '../api/clients/call.ts'
import { apiKey, people, testServer } from '../helper.ts'

const COUNT = '/api/2.0/portal/userscount'
const OWNER = `Bearer ${apiKey('1')}`

interface Case {
  what: string
  request: (portal: PortalSlot) => InjectOptions | Promise<InjectOptions>
  status: number
  codes: string[]
}

const get = (headers: Record<string, string>, url = COUNT) => ({ url, headers: { host: 'localhost', ...headers } })
const tokenOf = (portal: PortalSlot) => mintSessionToken(portal, people.owner)
const jwt = async (portal: PortalSlot, scopes: string[], claims = {}) => {
  const root = 'http://localhost'
  return `Bearer ${await mintAccessToken(portal, { userId: people.owner, scopes, root, claims })}`
}
const congratulate = (portal: PortalSlot, headers: Record<string, string> = {}) => {
  const query = new URLSearchParams({ Userid: people.owner, Key: mintConfirmationKey(portal, people.owner) })
  return { method: 'POST' as const, url: `/api/2.0/portal/sendcongratulations?${query}`, headers }
}

const cases: Case[] = [
  { what: 'an API key as usual', request: () => get({ authorization: OWNER }), status: 200, codes: [] },
  {
    what: 'an API key in its own header',
    request: () => get({ apikeybearer: apiKey('1') }),
    status: 200,
    codes: ['api-key-header'],
  },
  {
    what: 'an API key in its own header behind Bearer',
    request: () => get({ apikeybearer: OWNER }),
    status: 200,
    codes: ['api-key-header'],
  },
  {
    what: 'the same API key in both headers',
    request: () => get({ apikeybearer: apiKey('1'), authorization: OWNER }),
    status: 200,
    codes: [],
  },
  {
    what: 'an API key in its own header that may not',
    request: () => get({ apikeybearer: apiKey('4') }),
    status: 403,
    codes: [],
  },
  {
    what: 'an API key without Bearer',
    request: () => get({ authorization: apiKey('1') }),
    status: 200,
    codes: ['api-key-without-bearer'],
  },
  {
    what: 'a cookie as usual',
    request: (portal) => get({ cookie: `asc_auth_key=${encodeURIComponent(tokenOf(portal))}` }),
    status: 200,
    codes: [],
  },
  {
    what: 'a cookie without a name',
    request: (portal) => get({ cookie: tokenOf(portal) }),
    status: 200,
    codes: ['nameless-cookie'],
  },
  {
    what: 'a session token as Authorization',
    request: (portal) => get({ authorization: tokenOf(portal) }),
    status: 200,
    codes: [],
  },
  {
    what: 'a session token in the query',
    request: (portal) => get({}, `${COUNT}?asc_auth_key=${encodeURIComponent(tokenOf(portal))}`),
    status: 200,
    codes: ['session-in-query', 'token-in-url'],
  },
  {
    what: 'a session token in a header of its own',
    request: (portal) => get({ asc_auth_key: tokenOf(portal) }),
    status: 200,
    codes: ['session-in-header'],
  },
  {
    what: 'an x-signature in a cookie without a name',
    request: (portal) => get({ cookie: signatureOf(portal, 'owner') }, '/api/2.0/clients'),
    status: 200,
    codes: ['signature-in-nameless-cookie'],
  },
  {
    what: 'an x-signature in the query',
    request: (portal) => get({}, `/api/2.0/clients?x-signature=${signatureOf(portal, 'owner')}`),
    status: 200,
    codes: ['signature-in-query', 'token-in-url'],
  },
  {
    what: 'the cookie of a session instead of an x-signature',
    request: (portal) => get({ cookie: `asc_auth_key=${tokenOf(portal)}` }, '/api/2.0/clients'),
    status: 200,
    codes: ['session-as-signature'],
  },
  {
    what: 'an x-signature as usual beside the cookie of a session',
    request: (portal) =>
      get(
        { cookie: `asc_auth_key=${tokenOf(portal)}`, 'x-signature': signatureOf(portal, 'owner') },
        '/api/2.0/clients',
      ),
    status: 200,
    codes: [],
  },
  {
    what: 'a good cookie beside a bad login',
    request: (portal) => get({ cookie: `asc_auth_key=${tokenOf(portal)}`, authorization: `Basic ${btoa('a:b')}` }),
    status: 200,
    codes: ['several-credentials'],
  },
  {
    what: 'a good login beside a bad cookie, which a login hides',
    request: () =>
      get({ cookie: 'asc_auth_key=bad', authorization: `Basic ${btoa('owner@example.com:owner-password')}` }),
    status: 200,
    codes: [],
  },
  {
    what: 'a good token in Authorization behind a bad cookie',
    request: (portal) => get({ cookie: 'asc_auth_key=bad', authorization: tokenOf(portal) }),
    status: 200,
    codes: ['several-credentials'],
  },
  {
    what: 'a scope of the portal',
    request: async (portal) => get({ authorization: await jwt(portal, ['*:read']) }),
    status: 200,
    codes: [],
  },
  {
    what: 'a documented scope',
    request: async (portal) => get({ authorization: await jwt(portal, ['read']) }),
    status: 200,
    codes: ['documented-scope'],
  },
  {
    what: 'scopes of the portal as a text',
    request: async (portal) => get({ authorization: await jwt(portal, [], { scope: '*:read openid' }) }),
    status: 200,
    codes: ['scopes-as-text'],
  },
  {
    what: 'documented scopes as a text',
    request: async (portal) => get({ authorization: await jwt(portal, [], { scope: 'read write' }) }),
    status: 200,
    codes: ['documented-scope', 'scopes-as-text'],
  },
  {
    what: 'a malformed login that a good key makes up for',
    request: () => get({ authorization: 'Basic ?', apikeybearer: apiKey('1') }),
    status: 200,
    codes: ['api-key-header', 'malformed-credential'],
  },
  { what: 'a malformed login', request: () => get({ authorization: 'Basic ?' }), status: 401, codes: [] },
  {
    what: 'congratulations without a key',
    request: () => ({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?Userid=${people.owner}` }),
    status: 403,
    codes: ['congratulations-without-key'],
  },
  {
    what: 'congratulations with a bad key',
    request: () => ({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?Userid=${people.owner}&Key=1.a` }),
    status: 403,
    codes: [],
  },
  { what: 'congratulations', request: (portal) => congratulate(portal), status: 200, codes: [] },
  {
    what: 'congratulations with a key that may read only',
    request: (portal) => congratulate(portal, { authorization: `Bearer ${apiKey('a')}` }),
    status: 200,
    codes: ['api-key-on-open-operation', 'unread-credential'],
  },
  {
    what: 'congratulations with a key that may everything',
    request: (portal) => congratulate(portal, { authorization: OWNER }),
    status: 200,
    codes: ['unread-credential'],
  },
  {
    what: 'congratulations with a malformed JWT',
    request: (portal) => congratulate(portal, { authorization: 'Bearer a.b.c' }),
    status: 200,
    codes: ['malformed-credential', 'unread-credential'],
  },
  {
    what: 'congratulations with a cookie, which browsers send by themselves',
    request: (portal) => congratulate(portal, { cookie: `asc_auth_key=${tokenOf(portal)}` }),
    status: 200,
    codes: [],
  },
  {
    what: 'an origin',
    request: () => get({ authorization: OWNER, origin: 'http://a.example' }),
    status: 200,
    codes: [],
  },
  {
    what: 'an origin that is none',
    request: () => get({ authorization: OWNER, origin: 'null' }),
    status: 200,
    codes: ['malformed-origin'],
  },
  {
    what: 'a deprecated operation',
    request: () => get({ authorization: OWNER }, '/api/2.0/portal/users/invite/User'),
    status: 200,
    codes: ['deprecated-operation'],
  },
  {
    what: 'an API key in the URL, beside another credential',
    request: () => get({ authorization: OWNER }, `${COUNT}?key=${apiKey('1')}`),
    status: 200,
    codes: ['token-in-url'],
  },
  { what: 'a query', request: () => get({ authorization: OWNER }, `${COUNT}?fields=count`), status: 200, codes: [] },
]

for (const { what, request, status, codes } of cases) {
  t.test(`${what}: ${codes.join(', ') || 'nothing'}`, async (t) => {
    const { app, portal } = await testServer(t)
    const answer = await app.inject(await request(portal))
    t.equal(answer.statusCode, status, answer.body)
    t.equal(answer.headers['x-docspace-mock-finding'], codes.length > 0 ? codes.join(', ') : undefined)
    t.same(await codesOf(app), codes)
    t.match((await app.inject('/__mock/journal/1')).json(), { findings: codes })
  })
}

t.test('every finding that is known has a case', async (t) => {
  const found = new Set(cases.flatMap(({ codes }) => codes))
  const missing = knownFindings.filter(({ code }) => !found.has(code)).map(({ code }) => code)
  t.same(missing, ['repeated-post'], 'which is below')
})

t.test('a portal that is no more tolerant than a real one has nothing of it to find', async (t) => {
  const real = await testServer(t, { profile: 'server' })
  for (const { request } of cases) await real.app.inject(await request(real.portal))
  t.same(await codesOf(real.app), ['deprecated-operation', 'unread-credential', 'token-in-url'])
})

t.test('the list has what, what instead, how often, first and last, and no secrets', async (t) => {
  const { app } = await testServer(t)
  await app.inject(get({ apikeybearer: apiKey('1') }, `${COUNT}?token=a-secret`))
  await app.inject(get({ authorization: OWNER }))
  await app.inject(get({ apikeybearer: apiKey('1') }, `${COUNT}?a=b`))
  const answer = await app.inject('/__mock/findings')
  t.match(answer.json(), [
    {
      code: 'api-key-header',
      severity: 'fails',
      what: /never reads: 401/,
      instead: 'Send Authorization: Bearer sk-…',
      count: 2,
      first: { n: 1, operation: 'getPortalUsersCount', method: 'GET', target: `${COUNT}?token=…` },
      last: { n: 3, target: `${COUNT}?a=b` },
    },
    { code: 'token-in-url', severity: 'note', count: 1 },
  ])
})

t.test('DELETE findings forgets them, and leaves the journal alone', async (t) => {
  const { app } = await testServer(t)
  await app.inject(get({ apikeybearer: apiKey('1') }))
  t.equal((await app.inject({ method: 'DELETE', url: '/__mock/findings' })).statusCode, 204)
  t.same(await codesOf(app), [])
  t.equal((await app.inject('/__mock/journal')).json().entries.length, 1)
})

t.test('each portal has its own', async (t) => {
  const { app } = await testServer(t)
  await app.inject({ url: `/@w1${COUNT}`, headers: { apikeybearer: apiKey('1') } })
  t.same(await codesOf(app), [])
  t.same(await codesOf(app, '/@w1'), ['api-key-header'])
})

t.test('a POST that repeats one which failed is found, and no other', async (t) => {
  const { app, portal } = await failing(t)
  const post = async (url: string, headers: Record<string, string> = {}, payload = 'a') =>
    (await app.inject({ method: 'POST', url, headers: { authorization: OWNER, ...headers }, payload })).statusCode
  const mark = '/api/2.0/portal/present/mark'

  t.equal(await post(mark), 200)
  t.equal(await post(mark), 200)
  t.same(await codesOf(app), [], 'one that repeats one which went well')

  t.equal(await post(mark, { 'x-fail': '1' }), 500)
  t.equal(await post(`${mark}?a`), 200)
  t.equal(await post(mark, { authorization: `Bearer ${apiKey('2')}` }), 200)
  t.same(await codesOf(app), [], 'another target, another caller')

  t.equal(await post(mark, { 'x-fail': '1' }), 500)
  t.same(await codesOf(app), [], 'one that fails again')
  t.equal(await post(mark), 200)
  t.same(await codesOf(app), ['repeated-post'])

  await app.inject({ method: 'DELETE', url: '/__mock/findings' })
  t.equal(await post(mark), 200)
  t.same(await codesOf(app), [], 'nothing is known any more of what failed')
  t.equal(portal.store.users.count(), 6)
})

/** A server at which everybody is the owner, and requests with a certain header fail. */
async function failing(t: Test) {
  const guard: AuthGuard = {
    name: 'Failing',
    securityScheme: { type: 'apiKey', in: 'header', name: 'X-Fail' },
    authenticate({ headers, portal }) {
      if (headers['x-fail'] !== undefined) throw new Error('failed')
      return accept(portal.store.users.find(portal.ownerId) as StoredUser)
    },
  }
  return testServer(t, { guards: [guard] })
}

async function codesOf(app: FastifyInstance, prefix = ''): Promise<string[]> {
  const found: { code: string }[] = (await app.inject(`${prefix}/__mock/findings`)).json()
  return found.map(({ code }) => code)
}
