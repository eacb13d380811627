import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { type Credentials, SESSION_COOKIE, unreadCredentials } from '../../src/auth/credentials.ts'
import type { AuthGuard } from '../../src/auth/guard.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import { testServer } from '../helper.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'

const TOKEN = `${'Ab+/'.repeat(20)}Ab==`
const JWT = 'eyJh.eyJz.c2ln'
const JWE = 'eyJh.a2V5.aXY.Y2lwaGVy.dGFn'
const KEY = `sk-${'1'.repeat(64)}`

/** A request's headers, and its query. */
interface Sent {
  headers?: Record<string, string>
  query?: string
}

/** What a request was found to carry, each in a few words, and what of it went unread. */
async function reader(t: Test, profile: ProfileName) {
  let seen: Credentials | undefined
  let unread: string[] = []
  const watching: AuthGuard = {
    name: 'watching',
    securityScheme: { type: 'http', scheme: 'x' },
    authenticate(request) {
      seen = request.credentials
      unread = unreadCredentials(request)
      return null
    },
  }
  const { app } = await testServer(t, { profile, guards: [watching] })
  const read = async ({ headers = {}, query = '' }: Sent) => {
    await app.inject({ url: `/api/2.0/portal/userscount${query}`, headers })
    return inWords(seen)
  }
  return { app, read, seen: () => inWords(seen), unread: () => unread }
}

function inWords(credentials: Credentials | undefined): string[] {
  if (credentials === undefined) return ['nothing was asked']
  const { sessionTokens, basic, jwts, apiKeys } = credentials
  return [
    ...sessionTokens.map(({ token, fromCookie }) => `${fromCookie ? 'cookie' : 'session'} ${token}`),
    ...basic.map((payload) => `basic ${payload}`),
    ...jwts.map((token) => `jwt ${token}`),
    ...apiKeys.map((key) => `key ${key}`),
  ]
}

const authorization = (value: string): Sent => ({ headers: { authorization: value } })

/** What both profiles read alike. */
const inBoth: Record<string, [sent: Sent, read: string[]]> = {
  nothing: [{}, []],
  'an empty Authorization': [authorization(''), []],
  'the cookie': [{ headers: { cookie: `asc_auth_key=${TOKEN}` } }, [`cookie ${TOKEN}`]],
  'the cookie, percent-encoded': [
    { headers: { cookie: `asc_auth_key=${encodeURIComponent(TOKEN)}` } },
    [`cookie ${TOKEN}`],
  ],
  'the cookie in capitals': [{ headers: { cookie: `ASC_AUTH_KEY=${TOKEN}` } }, [`cookie ${TOKEN}`]],
  'two cookies': [{ headers: { cookie: `asc_auth_key=x; asc_auth_key=${TOKEN}` } }, [`cookie ${TOKEN}`]],
  'a cookie with Bearer in it': [{ headers: { cookie: 'asc_auth_key=Bearer%20abc' } }, ['cookie abc']],
  'a cookie with blanks': [{ headers: { cookie: 'asc_auth_key=%20abc%20' } }, ['cookie abc']],
  'an empty cookie': [{ headers: { cookie: 'asc_auth_key=' } }, []],
  'an empty cookie and a token': [{ headers: { cookie: 'asc_auth_key=', authorization: TOKEN } }, [`session ${TOKEN}`]],
  'another cookie': [{ headers: { cookie: 'session=abc' } }, []],
  'a raw token': [authorization(TOKEN), [`session ${TOKEN}`]],
  'a token behind Bearer': [authorization(`Bearer ${TOKEN}`), [`session ${TOKEN}`]],
  'a token behind bearer': [authorization(`bearer ${TOKEN}`), [`session bearer ${TOKEN}`]],
  'Bearer inside a token': [authorization('1234567Bearer'), ['session Bearer']],
  'two parts are no JWT': [authorization('Bearer a.b'), ['session a.b']],
  'four parts are no JWT': [authorization('Bearer a.b.c.d'), ['session a.b.c.d']],
  'Basic in lower case': [authorization('basic YTpi'), ['session basic YTpi']],
  'Basic alone': [authorization('Basic'), ['session Basic']],
  'another scheme': [authorization('Token abc'), ['session Token abc']],
  Basic: [authorization('Basic YTpi'), ['basic YTpi']],
  'a JWT': [authorization(`Bearer ${JWT}`), [`jwt ${JWT}`]],
  'an unsigned JWT': [authorization('Bearer eyJh.eyJz.'), ['jwt eyJh.eyJz.']],
  'an encrypted JWT': [authorization(`Bearer ${JWE}`), [`jwt ${JWE}`]],
  'a JWT behind bearer': [authorization(`bearer ${JWT}`), [`session bearer ${JWT}`]],
  'an API key': [authorization(`Bearer ${KEY}`), [`key ${KEY}`]],
  'an API key behind bearer': [authorization(`bearer ${KEY}`), [`session bearer ${KEY}`]],
}

t.test('the documented profile reads every form that a document or an SDK uses (facts §0 P1 to P3)', async (t) => {
  const { read } = await reader(t, 'documented')
  const cases: Record<string, [sent: Sent, read: string[]]> = {
    ...inBoth,
    'a bare Bearer': [authorization('Bearer'), []],
    'a nameless cookie': [{ headers: { cookie: TOKEN } }, [`session ${TOKEN}`]],
    'a nameless cookie with Bearer': [{ headers: { cookie: `Bearer ${TOKEN}` } }, [`session ${TOKEN}`]],
    'a nameless cookie without padding': [{ headers: { cookie: '0+/9'.repeat(16) } }, [`session ${'0+/9'.repeat(16)}`]],
    'a nameless cookie among others': [{ headers: { cookie: `${TOKEN}; a=b` } }, []],
    'a nameless cookie too short': [{ headers: { cookie: 'abc==' } }, []],
    'the query': [{ query: `?asc_auth_key=${encodeURIComponent(TOKEN)}` }, [`session ${TOKEN}`]],
    'an empty query': [{ query: '?asc_auth_key=' }, []],
    'the header': [{ headers: { asc_auth_key: TOKEN } }, [`session ${TOKEN}`]],
    'the header with Bearer': [{ headers: { asc_auth_key: `Bearer ${TOKEN}` } }, [`session ${TOKEN}`]],
    'an empty header': [{ headers: { asc_auth_key: '' } }, []],
    'a raw API key': [authorization(KEY), [`key ${KEY}`]],
    'an API key behind two blanks': [authorization(`Bearer  ${KEY}`), [`key ${KEY}`]],
    'the API key’s header': [{ headers: { ApiKeyBearer: KEY } }, [`key ${KEY}`]],
    'the API key’s header with Bearer': [{ headers: { apikeybearer: `Bearer ${KEY}` } }, [`key ${KEY}`]],
    'the API key’s header with two blanks': [{ headers: { apikeybearer: `Bearer  ${KEY}` } }, [`key ${KEY}`]],
    'the API key’s header, empty': [{ headers: { ApiKeyBearer: '' } }, []],
    'a JWT behind two blanks': [authorization(`Bearer  ${JWT}`), [`jwt ${JWT}`]],
    'everything at once': [
      {
        headers: {
          cookie: `asc_auth_key=${TOKEN}`,
          asc_auth_key: 'of the header',
          authorization: 'Basic YTpi',
          ApiKeyBearer: KEY,
        },
        query: '?asc_auth_key=of+the+query',
      },
      [`cookie ${TOKEN}`, 'session of the query', 'session of the header', 'basic YTpi', `key ${KEY}`],
    ],
    'a comma in one line': [authorization('abc,def'), ['session abc,def']],
  }
  for (const [name, [sent, expected]] of Object.entries(cases)) t.strictSame(await read(sent), expected, name)
})

t.test('the server’s profile lets the Authorization header choose one (facts §2.0, §2.1)', async (t) => {
  const { read } = await reader(t, 'server')
  const cookie = `asc_auth_key=${TOKEN}`
  const cases: Record<string, [sent: Sent, read: string[]]> = {
    ...inBoth,
    'a bare Bearer': [authorization('Bearer'), ['session ']],
    'a nameless cookie': [{ headers: { cookie: TOKEN } }, []],
    'the query': [{ query: `?asc_auth_key=${encodeURIComponent(TOKEN)}` }, []],
    'the header': [{ headers: { asc_auth_key: TOKEN } }, []],
    'a raw API key': [authorization(KEY), [`session ${KEY}`]],
    'an API key behind two blanks': [authorization(`Bearer  ${KEY}`), [`key  ${KEY}`]],
    'the API key’s header': [{ headers: { ApiKeyBearer: KEY } }, []],
    'a JWT behind two blanks': [authorization(`Bearer  ${JWT}`), [`jwt  ${JWT}`]],
    'the cookie hides a token': [{ headers: { cookie, authorization: 'abc' } }, [`cookie ${TOKEN}`]],
    'the cookie hides a token behind Bearer': [
      { headers: { cookie, authorization: 'Bearer abc' } },
      [`cookie ${TOKEN}`],
    ],
    'Basic hides the cookie': [{ headers: { cookie, authorization: 'Basic YTpi' } }, ['basic YTpi']],
    'a JWT hides the cookie': [{ headers: { cookie, authorization: `Bearer ${JWT}` } }, [`jwt ${JWT}`]],
    'an API key hides the cookie': [{ headers: { cookie, authorization: `Bearer ${KEY}` } }, [`key ${KEY}`]],
  }
  for (const [name, [sent, expected]] of Object.entries(cases)) t.strictSame(await read(sent), expected, name)
})

t.test('several Authorization lines (facts §0 P3, §2.0)', async (t) => {
  const lines = ['Basic YTpi', `Bearer ${JWT}`, `Bearer ${KEY}`, 'Bearer', TOKEN]
  const send = async (app: FastifyInstance, lines: string[]) => {
    if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const headers = lines.map((line) => ['Authorization', line] as const)
    await sendRaw(port, writeRequest({ method: 'GET', path: '/api/2.0/portal/userscount', headers }))
  }

  const documented = await reader(t, 'documented')
  await send(documented.app, lines)
  t.strictSame(
    documented.seen(),
    [`session ${TOKEN}`, 'basic YTpi', `jwt ${JWT}`, `key ${KEY}`],
    'each counts by itself',
  )

  const server = await reader(t, 'server')
  const joined: [sent: string[], read: string][] = [
    [['Basic YTpi', `Bearer ${JWT}`], `basic YTpi,Bearer ${JWT}`],
    [['Basic YTpi', 'Basic YTpi'], 'basic YTpi,Basic YTpi'],
    [[`Bearer ${KEY}`, 'Basic YTpi'], `key ${KEY},Basic YTpi`],
    [[`Bearer ${JWT}`, 'Basic YTpi'], `session ${JWT},Basic YTpi`],
    [[TOKEN, `Bearer ${KEY}`], `session ${`${TOKEN},Bearer ${KEY}`.slice('Bearer '.length)}`],
  ]
  for (const [sent, read] of joined) {
    await send(server.app, sent)
    t.strictSame(server.seen(), [read], 'they are one text')
  }
})

t.test('knows what a profile leaves unread', async (t) => {
  const sent: Sent = { headers: { authorization: 'Basic YTpi', asc_auth_key: TOKEN, ApiKeyBearer: KEY } }
  const server = await reader(t, 'server')
  await server.read(sent)
  t.strictSame(server.unread(), [
    'a session token (send Cookie: asc_auth_key=…, or the token as Authorization)',
    'an API key (send Authorization: Bearer sk-…)',
  ])
  await server.read(authorization(`Bearer ${JWT}`))
  t.strictSame(server.unread(), [])

  const documented = await reader(t, 'documented')
  await documented.read(sent)
  t.strictSame(documented.unread(), [])
  t.equal(SESSION_COOKIE, 'asc_auth_key')
})
