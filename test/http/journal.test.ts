import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { createSessionToken } from '../../src/domain/session-token.ts'
import type { ServerOptions } from '../../src/server.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { apiKey, asKey, NOW, people, testServer } from '../helper.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'

interface Entry {
  n: number
  at: string
  time: string
  status: number | null
  [member: string]: unknown
}

/** A server that listens, and its journal, the oldest entry first. */
async function listening(t: Test, options: Partial<ServerOptions> = {}) {
  const { app, portal } = await testServer(t, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const journal = async (name = ''): Promise<Entry[]> =>
    (await app.inject(`${name}/__mock/journal?order=oldest`)).json().entries
  return { app, portal, port, url: `http://127.0.0.1:${port}`, journal }
}

t.test('an entry has all that there is to know', async (t) => {
  const { port, journal } = await listening(t)
  const before = Date.now()
  const request = writeRequest({
    method: 'POST',
    path: '/api/2.0/portal/present/mark?b=2&b=3&Key=secret&',
    headers: [
      ['Authorization', `Bearer ${apiKey('1')}`],
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
    ],
    body: '{"password":"hunter2","a":1}',
  })
  await sendRaw(port, request)
  const [entry] = await journal()
  t.match(entry, {
    n: 1,
    at: new Date(NOW).toISOString(),
    milliseconds: Number,
    operation: 'markGiftMessageAsRead',
    template: '/api/2.0/portal/present/mark',
    method: 'POST',
    path: '/api/2.0/portal/present/mark',
    query: { b: ['2', '3'], Key: '…' },
    status: 200,
    isComplete: true,
    principal: { id: people.owner, email: 'owner@example.com', role: 'Owner', scopes: ['*:write'] },
    guard: 'ApiKeyBearer',
    decisions: [{ guard: 'ApiKeyBearer', accepted: true, reason: 'owner@example.com with *:write' }],
    unread: [],
    refusal: null,
    fault: null,
    findings: [],
    request: {
      headers: { authorization: 'Bearer …1111', 'x-twice': ['a', 'b'] },
      body: '{"password":"…","a":1}',
      bodySize: 28,
    },
    answer: {
      headers: { 'api-supported-versions': '2.0', 'content-type': 'application/json; charset=utf-8' },
      body: /^\{"count":0,"links":/,
      bodySize: Number,
    },
  })
  const time = Date.parse(entry?.time ?? '')
  t.ok(time >= before && time <= Date.now())
})

/** Requests of all kinds, and as much of their entries as tells them apart. */
const kinds: { what: string; request: Parameters<typeof writeRequest>[0]; entry: object }[] = [
  {
    what: 'an unknown path',
    request: { method: 'GET', path: '/api/2.0/portal/nope' },
    entry: { status: 404, operation: null, template: null, refusal: /^no such path/ },
  },
  {
    what: 'a wrong method',
    request: { method: 'PATCH', path: '/api/2.0/portal/userscount' },
    entry: { status: 405, operation: null, answer: { headers: { allow: 'GET' } } },
  },
  {
    what: 'nobody',
    request: { method: 'GET', path: '/api/2.0/portal/userscount' },
    entry: { status: 401, operation: 'getPortalUsersCount', principal: null, guard: null },
  },
  {
    what: 'somebody who may not',
    request: {
      method: 'GET',
      path: '/api/2.0/portal/userscount',
      headers: [['Authorization', `Bearer ${apiKey('4')}`]],
    },
    entry: { status: 403, principal: { role: 'User', id: people.winfield } },
  },
  {
    what: 'a preflight',
    request: {
      method: 'OPTIONS',
      path: '/api/2.0/portal/userscount',
      headers: [
        ['Origin', 'http://a.example'],
        ['Access-Control-Request-Method', 'GET'],
      ],
    },
    entry: { status: 204, method: 'OPTIONS', answer: { body: '', bodySize: 0 } },
  },
  {
    what: 'a request line that is too long',
    request: { method: 'GET', path: `/${'x'.repeat(9000)}` },
    entry: { status: 414, path: `/${'x'.repeat(9000)}`, refusal: /request line/ },
  },
  {
    what: 'too many headers',
    request: { method: 'GET', path: '/', headers: Array.from({ length: 101 }, (_, i) => [`x-${i}`, ''] as const) },
    entry: { status: 431 },
  },
  {
    what: 'a Host that is none',
    request: { method: 'GET', path: '/', headers: [['Host', 'a b']] },
    entry: { status: 400, refusal: /Host/ },
  },
  {
    what: 'a HEAD',
    request: { method: 'HEAD', path: '/ready' },
    entry: { status: 200, method: 'HEAD', answer: { body: '' } },
  },
  {
    what: "the mock's own page, which shows passwords",
    request: {
      method: 'GET',
      path: '/',
      headers: [
        ['Host', 'localhost'],
        ['Accept', 'text/html'],
      ],
    },
    entry: { status: 200, operation: null, template: '/', answer: { body: null, bodySize: null } },
  },
  {
    what: 'a path in another spelling',
    request: { method: 'GET', path: '//API/2/portal/users/invite/%55ser' },
    entry: {
      status: 401,
      path: '//API/2/portal/users/invite/%55ser',
      operation: 'getInvitationLink',
      template: '/api/2.0/portal/users/invite/{employeeType}',
    },
  },
]

for (const { what, request, entry } of kinds) {
  t.test(`there is an entry for ${what}`, async (t) => {
    const { port, journal } = await listening(t)
    await sendRaw(port, writeRequest(request))
    t.match(await journal(), [{ n: 1, ...entry }])
  })
}

interface Why {
  what: string
  profile?: 'server'
  headers: (portal: PortalSlot) => Record<string, string>
  url?: string
  refusal: string | RegExp | null
  decisions: [guard: string, accepted: boolean, reason: string | RegExp][]
  unread?: string[]
}

const basic = (login: string) => ({ authorization: `Basic ${btoa(login)}` })
const bearer = (digit: string) => ({ authorization: `Bearer ${apiKey(digit)}` })
const cookie = (token: string) => ({ cookie: `asc_auth_key=${encodeURIComponent(token)}` })

const WRONG = 'wrong password for owner@example.com'
const GARBAGE = "no session token, or not one of this portal's machine key; sign in again"

/** Credentials, and what the journal tells of them. */
const whys: Why[] = [
  {
    what: 'a wrong password',
    headers: () => basic('owner@example.com:wrong'),
    refusal: `Basic: ${WRONG}`,
    decisions: [['Basic', false, WRONG]],
  },
  {
    what: 'an expired key',
    headers: () => bearer('c'),
    refusal: 'ApiKeyBearer: the API key expired at 2026-02-01T00:00:00.000Z; owner@example.com made it',
    decisions: [['ApiKeyBearer', false, /^the API key expired/]],
  },
  {
    what: 'a revoked key',
    headers: () => bearer('d'),
    refusal: 'ApiKeyBearer: the API key was revoked; owner@example.com made it',
    decisions: [['ApiKeyBearer', false, /revoked/]],
  },
  {
    what: 'an unknown key',
    headers: () => bearer('7'),
    refusal: /^ApiKeyBearer: no API key ends in 7777: unknown, deleted, or of another portal$/,
    decisions: [['ApiKeyBearer', false, /7777/]],
  },
  {
    what: 'a user who is not active',
    headers: () => bearer('9'),
    refusal: 'ApiKeyBearer: terminated@example.com is not active: the account is terminated',
    decisions: [['ApiKeyBearer', false, /not active/]],
  },
  {
    what: 'a session that has ended',
    headers: (portal) => {
      const loginEventId = portal.store.loginEvents.insert(people.owner, NOW)
      portal.store.loginEvents.end(loginEventId)
      return cookie(mintSessionToken(portal, people.owner, { loginEventId }))
    },
    refusal: 'asc_auth_key: owner@example.com has signed out',
    decisions: [['asc_auth_key', false, 'owner@example.com has signed out']],
  },
  {
    what: 'a session of another portal',
    headers: ({ machineKey }) => {
      const token = { tenantId: 2, userId: people.owner, tenantIndex: 0, expires: null, userIndex: 0, loginEventId: 0 }
      return { authorization: createSessionToken(token, machineKey) }
    },
    refusal: 'asc_auth_key: of another portal: its tenant is 2, this one is 1',
    decisions: [['asc_auth_key', false, /of another portal/]],
  },
  {
    what: 'nothing',
    headers: () => ({}),
    refusal: 'no guard found a credential',
    decisions: [],
  },
  {
    what: 'several: the one that belongs to a user tells most',
    headers: () => ({ ...basic('owner@example.com:wrong'), ...cookie('garbage') }),
    refusal: `Basic: ${WRONG}`,
    decisions: [
      ['asc_auth_key', false, GARBAGE],
      ['Basic', false, WRONG],
    ],
  },
  {
    what: 'several that are unknown: the first',
    headers: () => ({ ...bearer('7'), ...cookie('garbage') }),
    refusal: `asc_auth_key: ${GARBAGE}`,
    decisions: [
      ['asc_auth_key', false, GARBAGE],
      ['ApiKeyBearer', false, /7777/],
    ],
  },
  {
    what: 'a scope that does not suffice',
    headers: () => bearer('b'),
    refusal: 'the operation needs the scope *:read or *:write; the credential has accounts:read',
    decisions: [['ApiKeyBearer', true, 'owner@example.com with accounts:read']],
  },
  {
    what: 'a role that does not suffice',
    headers: () => bearer('3'),
    refusal: /^only the owner and DocSpace admins .* room-admin@example.com \(RoomAdmin\) is neither$/,
    decisions: [['ApiKeyBearer', true, 'room-admin@example.com with *:write']],
  },
  {
    what: 'a bad credential beside a good one',
    headers: () => ({ ...bearer('1'), ...cookie('garbage') }),
    refusal: null,
    decisions: [
      ['asc_auth_key', false, GARBAGE],
      ['ApiKeyBearer', true, 'owner@example.com with *:write'],
    ],
  },
  {
    what: 'what the profile does not read',
    profile: 'server',
    headers: () => ({ apikeybearer: apiKey('1') }),
    refusal:
      'no guard found a credential; this profile does not read, where it was sent, an API key (send Authorization: Bearer sk-…)',
    decisions: [],
    unread: ['an API key (send Authorization: Bearer sk-…)'],
  },
  {
    what: 'what the profile does not read, beside a wrong one',
    profile: 'server',
    headers: () => ({ ...basic('owner@example.com:wrong'), apikeybearer: apiKey('1') }),
    refusal: `Basic: ${WRONG}`,
    decisions: [['Basic', false, WRONG]],
    unread: ['an API key (send Authorization: Bearer sk-…)'],
  },
  {
    what: 'what the profile does not read, and does not need',
    profile: 'server',
    headers: () => ({ ...bearer('1'), apikeybearer: apiKey('2') }),
    refusal: null,
    decisions: [['ApiKeyBearer', true, 'owner@example.com with *:write']],
  },
  {
    what: 'a credential that fails',
    profile: 'server',
    headers: () => ({ authorization: 'Basic !' }),
    refusal: "what follows 'Basic ' is not Base64",
    decisions: [['Basic', false, "what follows 'Basic ' is not Base64"]],
  },
  {
    what: 'a bad key where none is asked for',
    profile: 'server',
    headers: () => bearer('d'),
    url: '/api/2.0/capabilities',
    refusal:
      /^the API key needs the scope \*:write even on operations that need no credential: ApiKeyBearer: the API key was revoked/,
    decisions: [['ApiKeyBearer', false, /revoked/]],
  },
  {
    what: 'several Authorization lines, Basic first',
    profile: 'server',
    headers: () => ({ authorization: `Basic ${btoa('a@b:c')},Bearer ${apiKey('1')}` }),
    refusal: /^several Authorization lines, which a real portal joins with commas; send one$/,
    decisions: [['Basic', false, /^several Authorization lines/]],
  },
  {
    what: 'several Authorization lines, an API key first',
    profile: 'server',
    headers: () => ({ authorization: `Bearer ${apiKey('1')},Basic ${btoa('a@b:c')}` }),
    refusal: /^ApiKeyBearer: several Authorization lines/,
    decisions: [['ApiKeyBearer', false, /^several Authorization lines/]],
  },
  {
    what: 'a session token as the user name of a login',
    headers: (portal) => basic(`${mintSessionToken(portal, people.owner)}:x`),
    refusal: 'Basic: the text in front of the colon is no e-mail',
    decisions: [['Basic', false, 'the text in front of the colon is no e-mail']],
  },
  {
    what: 'e-mail and password the wrong way round',
    headers: () => basic('owner-password:owner@example.com'),
    refusal: 'Basic: the text in front of the colon is no e-mail',
    decisions: [['Basic', false, 'the text in front of the colon is no e-mail']],
  },
  {
    what: 'an operation that asks no guard',
    headers: () => bearer('1'),
    url: '/api/2.0/scopes',
    refusal: /^no x-signature was sent: .* other credentials do not count here$/,
    decisions: [],
  },
]

t.test('the journal says why, as a list, one by one, and as an archive', async (t) => {
  for (const { what, profile = 'documented', headers, url = '/api/2.0/portal/userscount', ...why } of whys) {
    const { app, portal } = await testServer(t, { profile })
    const { statusCode } = await app.inject({ url, headers: headers(portal) })
    const decisions = why.decisions.map(([guard, accepted, reason]) => ({ guard, accepted, reason }))
    const unread = why.unread ?? []
    const [entry] = (await app.inject('/__mock/journal')).json().entries
    t.match(entry, { status: statusCode, refusal: why.refusal, decisions, unread }, what)
    t.same([entry.decisions.length, entry.unread.length], [decisions.length, unread.length], what)
    t.same((await app.inject('/__mock/journal/1')).json(), entry)
    const [archived] = (await app.inject('/__mock/journal.har')).json().log.entries
    const { _principal, _guard, _decisions, _unread, _refusal } = archived
    t.same(
      { principal: _principal, guard: _guard, decisions: _decisions, unread: _unread, refusal: _refusal },
      {
        principal: entry.principal,
        guard: entry.guard,
        decisions: entry.decisions,
        unread: entry.unread,
        refusal: entry.refusal,
      },
      what,
    )
  }
})

t.test('the caller is told as they were at the request', async (t) => {
  const { app, portal } = await testServer(t)
  await app.inject(asKey('2', 'userscount'))
  portal.store.users.remove(people.admin)
  const [entry] = (await app.inject('/__mock/journal')).json().entries
  t.match(entry.principal, { id: people.admin, email: 'admin@example.com', role: 'DocSpaceAdmin' })
})

t.test('a reason tells no secret', async (t) => {
  const { app } = await testServer(t)
  const secrets = [apiKey('1'), 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl']
  for (const secret of secrets) {
    const payload = { userName: secret, password: 'x' }
    await app.inject({ url: '/api/2.0/portal/userscount', headers: basic(`${secret}:y`) })
    await app.inject({ method: 'POST', url: '/api/2.0/authentication', payload })
  }
  const { entries } = (await app.inject('/__mock/journal')).json()
  const reasons = entries.map(({ refusal, decisions }: Record<string, unknown>) => ({ refusal, decisions }))
  t.equal(reasons.length, 2 * secrets.length)
  for (const secret of secrets) t.notMatch(JSON.stringify(reasons), secret)
})

t.test('there is none for the control API, nor for /health', async (t) => {
  const { port, journal } = await listening(t)
  for (const path of ['/__mock/clock', '/__mock/nope', '/health']) {
    await sendRaw(port, writeRequest({ method: 'GET', path }))
  }
  t.same(await journal(), [])
})

t.test('each portal has its own, and a refusal is in that of the portal that it named', async (t) => {
  const { port, journal, app } = await listening(t, { profile: 'server' })
  const get = (path: string, headers: [string, string][] = []) =>
    sendRaw(port, writeRequest({ method: 'GET', path, headers }))
  await get('/@w1/api/2.0/capabilities')
  await get(`/@w1/${'x'.repeat(9000)}`)
  await get('/@w1/api/2.0/capabilities', [['Origin', 'null']])
  await get(`/@w2/${'x'.repeat(9000)}`)
  t.same(
    (await journal('/@w1')).map(({ status }) => status),
    [200, 414, 500],
  )
  t.same(await journal(), [])
  t.equal(app.portals.find('w2'), undefined, 'a refused request makes no portal')
})

t.test('a client that hangs up leaves an entry without an answer', async (t) => {
  const asked = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  const slow = {
    name: 'Slow',
    securityScheme: { type: 'http', scheme: 'slow' } as const,
    authenticate: async () => {
      asked.resolve()
      await gone.promise
      return null
    },
  }
  const { port, journal } = await listening(t, { guards: [slow] })
  const socket = connect(port, '127.0.0.1')
  socket.write(writeRequest({ method: 'GET', path: '/api/2.0/portal/userscount' }))
  await asked.promise
  socket.destroy()
  const entries = await eventually(async () => {
    const found = await journal()
    return found.length > 0 ? found : undefined
  })
  gone.resolve()
  t.match(entries, [{ status: null, isComplete: false, operation: 'getPortalUsersCount', answer: { body: null } }])
  await new Promise(setImmediate)
  t.equal((await journal()).length, 1, 'and no second one when it is answered in vain')
})

t.test('a fault is named, and an answer that it breaks off is not complete', async (t) => {
  const { port, journal } = await listening(t)
  for (const fault of ['drop', 'drop=halfway', 'status=502', 'truncate', 'slow=50/1']) {
    const headers: [string, string][] = [
      ['Authorization', `Bearer ${apiKey('1')}`],
      ['X-DocSpace-Mock-Fault', fault],
    ]
    await sendRaw(port, writeRequest({ method: 'GET', path: '/api/2.0/portal/userscount', headers })).catch(() => null)
  }
  const answered = { 'content-type': /json/ }
  t.match(await journal(), [
    { fault: 'drop', status: null, isComplete: false },
    { fault: 'drop=halfway', status: 200, isComplete: false, answer: { headers: answered, body: null } },
    { fault: 'status=502', status: 502, isComplete: true, answer: { body: /<html>/ } },
    { fault: /^truncate/, status: 200, isComplete: true, answer: { headers: answered, body: /^\{"response":6[^}]+$/ } },
    { fault: /^slow/, status: 200, isComplete: true, answer: { headers: answered } },
  ])
})

t.test('a body that nobody reads is kept, and a long one as far as it goes', async (t) => {
  const { port, journal } = await listening(t)
  const send = (body: string) => sendRaw(port, writeRequest({ method: 'POST', path: '/api/2.0/portal/nope', body }))
  await send('a body')
  t.match(await journal(), [{ status: 404, request: { body: 'a body', bodySize: 6 } }])
  await send('x'.repeat(300_000))
  const [, { request }] = (await journal()) as [Entry, { request: { body: string; bodySize: number } }]
  t.ok(request.body.length <= 65_536 && /^x+$/.test(request.body), String(request.body.length))
})

t.test('a body that an operation reads is kept and read, whatever its length', async (t) => {
  const { port, journal } = await listening(t)
  const body = JSON.stringify({ userName: 'owner@example.com', password: 'owner-password', more: 'x'.repeat(200_000) })
  const headers = [['Content-Type', 'application/json']] as const
  const answer = await sendRaw(port, writeRequest({ method: 'POST', path: '/api/2.0/authentication', headers, body }))
  t.equal(answer.status, 200)
  const [entry] = (await journal()) as unknown as [{ request: { body: string; bodySize: number } }]
  t.equal(entry.request.bodySize, body.length)
  t.ok(entry.request.body.startsWith('{"userName":"owner@example.com","password":"…","more":"xxx'))
})

t.test('an injected request is one like any other', async (t) => {
  const { app, portal } = await testServer(t)
  await app.inject(asKey('1', 'userscount'))
  await app.inject({ method: 'POST', url: '/api/2.0/authentication', payload: { userName: 'a', password: 'b' } })
  const { entries } = (await app.inject('/__mock/journal?order=oldest')).json()
  t.match(entries, [
    { operation: 'getPortalUsersCount', status: 200, answer: { headers: { 'api-supported-versions': '2.0' } } },
    { operation: 'authenticateMe', request: { body: '{"userName":"a","password":"…"}' } },
  ])
  t.equal(portal.store.users.count(), 6)
})

t.test('a request that began before a clear or a reset leaves no entry behind it', async (t) => {
  for (const [method, path] of [
    ['DELETE', '/__mock/journal'],
    ['POST', '/__mock/reset'],
  ] as const) {
    const asked = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const slow = {
      name: 'Slow',
      securityScheme: { type: 'http', scheme: 'slow' } as const,
      authenticate: async () => {
        asked.resolve()
        await go.promise
        return null
      },
    }
    const { app } = await testServer(t, { guards: [slow] })
    const answered = app.inject('/api/2.0/portal/userscount?token=x')
    await asked.promise
    t.equal((await app.inject({ method, url: path })).statusCode, 204)
    go.resolve()
    t.equal((await answered).statusCode, 401)
    t.match((await app.inject('/__mock/journal')).json(), { entries: [], last: 0 }, path)
    await app.inject('/api/2.0/portal/userscount')
    t.equal((await app.inject('/__mock/journal')).json().entries.length, 1, 'the next one does')
  }
})

t.test('without a journal there are no entries, but findings', async (t) => {
  const { app } = await testServer(t, { journal: 0 })
  await app.inject({ url: '/api/2.0/portal/userscount', headers: { apikeybearer: apiKey('1') } })
  t.same((await app.inject('/__mock/journal')).json(), { entries: [], last: 1, dropped: 0 })
  t.match((await app.inject('/__mock/findings')).json(), [{ code: 'api-key-header', count: 1 }])
})

t.test('a journal has the length that it is given', async (t) => {
  const { app } = await testServer(t, { journal: 2 })
  for (let i = 0; i < 5; i++) await app.inject('/ready')
  const { entries, last, dropped } = (await app.inject('/__mock/journal')).json()
  t.same(
    entries.map(({ n }: Entry) => n),
    [5, 4],
  )
  t.same([last, dropped], [5, 3])
})

t.test('the connection that a client keeps has an entry for each of its requests', async (t) => {
  const { port, journal } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  const request = 'POST /api/2.0/portal/nope HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n'
  socket.write(`${request}one!${request}two!`)
  let answered = ''
  while (answered.split('HTTP/1.1 404').length < 3) answered += String((await once(socket, 'data'))[0])
  t.match(await journal(), [{ request: { body: 'one!' } }, { request: { body: 'two!' } }])
})

/** Asks again until there is something. */
async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise(setImmediate)
  }
}
