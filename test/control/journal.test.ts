import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { apiKey, asKey, NOW, people, testServer } from '../helper.ts'

/** A portal that was asked this and that, its time moved on by a minute each time. */
async function askedServer(t: Test): Promise<FastifyInstance> {
  const { app, portal } = await testServer(t)
  const requests = [
    asKey('1', 'userscount'),
    asKey('2', 'userscount'),
    asKey('4', 'userscount'),
    asKey('1', `users/${people.winfield}`),
    { url: '/@localhost/api/2.0/portal/nope' },
    {
      method: 'POST' as const,
      url: '/api/2.0/authentication?Culture=de&x=1&x=2',
      payload: { userName: 'owner@example.com', password: 'wrong', more: { list: [1, { a: 'b' }], key: 'k' } },
      headers: { 'content-type': 'application/json', 'x-request': '7' },
    },
  ]
  for (const request of requests) {
    await app.inject(request)
    portal.clock.move(60_000)
  }
  return app
}

const at = (minutes: number) => encodeURIComponent(new Date(NOW + minutes * 60_000).toISOString())

const filters: [query: string, numbers: number[]][] = [
  ['', [6, 5, 4, 3, 2, 1]],
  ['order=oldest', [1, 2, 3, 4, 5, 6]],
  ['operation=getPortalUsersCount', [3, 2, 1]],
  ['operation=getPortalUsersCount&user=owner', [1]],
  ['operation=markGiftMessageAsRead', []],
  ['status=200', [4, 2, 1]],
  ['status=4xx', [6, 5, 3]],
  ['status=4XX', [6, 5, 3]],
  ['status=none', []],
  [`user=${people.owner}`, [4, 1]],
  [`user=${people.owner.toUpperCase()}`, [4, 1]],
  ['user=winfield.wyman@example.com', [3]],
  ['user=DocSpaceAdmin', [2]],
  ['user=user', [3]],
  ['user=anonymous', [6, 5]],
  ['user=nobody@example.com', []],
  ['method=post', [6]],
  ['path=/api/2.0/portal/userscount', [3, 2, 1]],
  [`path=/api/2.0/portal/users/*`, [4]],
  ['path=/api/2.0/portal/nope', [5]],
  ['path=/@localhost/api/2.0/portal/nope', [5]],
  ['path=/api/2.0/portal', []],
  ['path=.*', []],
  [`since=${at(3)}`, [6, 5, 4]],
  [`until=${at(1)}`, [2, 1]],
  [`since=${at(1)}&until=${at(2)}`, [3, 2]],
  ['after=4', [6, 5]],
  ['after=99', []],
  ['limit=2', [6, 5]],
  ['limit=2&order=oldest&after=1', [2, 3]],
  ['limit=1&status=200', [4]],
]

t.test('GET journal gives the entries that are meant', async (t) => {
  const app = await askedServer(t)
  for (const [query, numbers] of filters) {
    const answer = (await app.inject(`/__mock/journal?${query}`)).json()
    t.same(
      answer.entries.map(({ n }: { n: number }) => n),
      numbers,
      query,
    )
    t.match(answer, { last: 6, dropped: 0 })
  }
})

t.test('what is no filter is refused, and the message names it', async (t) => {
  const { app } = await testServer(t)
  const wrong: [path: string, message: string][] = [
    ['journal?operatio=x', '/ must NOT have additional properties: operatio'],
    [
      'journal?operation=getPortalUserCount',
      '/operation: there is no getPortalUserCount; did you mean getPortalUsersCount?',
    ],
    ['journal.har?operation=x', "/operation: there is no x; the portal's OpenAPI document has all operationIds"],
    [
      'journal?user=onwer',
      '/user takes anonymous, owner, DocSpaceAdmin, RoomAdmin, User, Guest, an id, an e-mail, or ',
    ],
    ['journal.har?user=everybody', '/user takes anonymous, owner, '],
    ['journal?status=700', '/status must match pattern'],
    ['journal?status=4x', '/status must match pattern'],
    ['journal?since=yesterday', '/since must match format "date-time"'],
    ['journal?since=0', '/since must match format "date-time"'],
    ['journal.har?until=0', '/until must match format "date-time"'],
    ['journal?limit=0', '/limit must be >= 1'],
    ['journal?after=-1', '/after must be >= 0'],
    ['journal?order=up', '/order must be equal to one of the allowed values: newest, oldest'],
    ['journal.har?limit=1', '/ must NOT have additional properties: limit'],
    ['journal/one', '/n must be integer'],
    ['journal/stream?after=x', '/after must be integer'],
  ]
  for (const [path, message] of wrong) {
    const answer = await app.inject(`/__mock/${path}`)
    t.equal(answer.statusCode, 400, path)
    t.ok(answer.json().error.startsWith(message), answer.body)
  }
})

t.test('an operation that there is not is refused, so that none of it is no proof', async (t) => {
  const { app } = await testServer(t)
  const payload = { operation: 'markGiftMesageAsRead', times: 0 }
  const answer = await app.inject({ method: 'POST', url: '/__mock/journal/verify', payload })
  t.equal(answer.statusCode, 400)
  t.equal(answer.json().error, '/operation: there is no markGiftMesageAsRead; did you mean markGiftMessageAsRead?')
})

/** Whom `verify` with `times: 0` takes, and how the refusal ends where it takes them not. */
const callers: [user: string, refusal: RegExp | null][] = [
  ['owner', null],
  ['room admin', null],
  ['Anonymous', null],
  ['Winfield Wyman', null],
  ['gone@example.com', null],
  ['00000000-0000-0000-0000-000000000001', null],
  ['onwer', /, not onwer; did you mean owner\?$/],
  ['RoomAdmins', /, not RoomAdmins; did you mean RoomAdmin\?$/],
  ['Winfield', /an id, an e-mail, or the first and last name of somebody who is there, not Winfield$/],
  ['x', /, not x$/],
]

t.test('a caller that nobody can be is refused, so that none of theirs is no proof', async (t) => {
  const { app } = await testServer(t)
  for (const [user, refusal] of callers) {
    const payload = { operation: 'markGiftMessageAsRead', user, times: 0 }
    const answer = await app.inject({ method: 'POST', url: '/__mock/journal/verify', payload })
    t.equal(answer.statusCode, refusal === null ? 200 : 400, user)
    if (refusal === null) t.equal(answer.json().passed, true, user)
    else t.match(answer.json().error, refusal)
  }
})

t.test('GET journal/{n} gives one, or says that there is none', async (t) => {
  const app = await askedServer(t)
  t.match((await app.inject('/__mock/journal/3')).json(), { n: 3, status: 403, principal: { role: 'User' } })
  for (const n of ['0', '7', '-1']) {
    const answer = await app.inject(`/__mock/journal/${n}`)
    t.equal(answer.statusCode, 404)
    t.match(answer.json().error, `the journal has no entry ${n}`)
  }
})

t.test('DELETE journal forgets everything but the numbers, and leaves findings and state alone', async (t) => {
  const { app, portal } = await testServer(t)
  portal.store.users.remove(people.guest)
  await app.inject({ url: '/api/2.0/portal/userscount', headers: { apikeybearer: apiKey('1') } })
  t.equal((await app.inject({ method: 'DELETE', url: '/__mock/journal' })).statusCode, 204)
  t.same((await app.inject('/__mock/journal')).json(), { entries: [], last: 1, dropped: 0 })
  t.equal((await app.inject('/__mock/findings')).json().length, 1)
  t.equal(portal.store.users.count(), 5)
  await app.inject(asKey('1', 'userscount'))
  t.match((await app.inject('/__mock/journal')).json().entries, [{ n: 2 }])
})

t.test('POST reset forgets the journal and the findings', async (t) => {
  const { app } = await testServer(t)
  await app.inject({ url: '/api/2.0/portal/userscount', headers: { apikeybearer: apiKey('1') } })
  await app.inject({ method: 'POST', url: '/__mock/reset' })
  t.same((await app.inject('/__mock/journal')).json().entries, [])
  t.same((await app.inject('/__mock/findings')).json(), [])
})

t.test('GET journal.har gives an archive', async (t) => {
  const app = await askedServer(t)
  const answer = await app.inject('/__mock/journal.har?user=owner')
  t.match(answer.headers, { 'content-type': /^application\/json/ })
  const { log } = answer.json()
  t.match(log, { version: '1.2', creator: { name: 'docspace-mock' } })
  t.match(log.entries, [
    {
      startedDateTime: /Z$/,
      time: Number,
      comment: 'getPortalUsersCount',
      request: {
        method: 'GET',
        url: 'http://localhost:80/api/2.0/portal/userscount',
        headers: [{ name: 'authorization', value: 'Bearer …1111' }, {}, {}],
      },
      response: { status: 200, statusText: 'OK', content: { mimeType: /^application\/json/, text: /"response":6/ } },
      _number: 1,
      _principal: { id: people.owner, email: 'owner@example.com', role: 'Owner', scopes: ['*:write'] },
      _guard: 'ApiKeyBearer',
      _decisions: [{ guard: 'ApiKeyBearer', accepted: true, reason: 'owner@example.com with *:write' }],
      _refusal: null,
      _findings: [],
    },
    { comment: 'getUserById', _number: 4 },
  ])
  const all = (await app.inject('/__mock/journal.har')).json().log.entries
  t.equal(all.length, 6)
  t.match(all[5].request, {
    queryString: [{ name: 'Culture', value: 'de' }, {}, {}],
    postData: { mimeType: 'application/json', text: /"password":"…"/ },
  })
})

/** Questions that the journal of {@link askedServer} answers, and their counts. */
const questions: [question: object, passed: boolean, count: number][] = [
  [{}, true, 6],
  [{ operation: 'getPortalUsersCount' }, true, 3],
  [{ operation: 'getPortalUsersCount', times: 3 }, true, 3],
  [{ operation: 'getPortalUsersCount', times: 2 }, false, 3],
  [{ operation: 'getPortalUsersCount', times: { atLeast: 4 } }, false, 3],
  [{ operation: 'getPortalUsersCount', times: { atMost: 2 } }, false, 3],
  [{ operation: 'getPortalUsersCount', times: { atLeast: 1, atMost: 3 } }, true, 3],
  [{ operation: 'markGiftMessageAsRead', times: 0 }, true, 0],
  [{ operation: 'markGiftMessageAsRead', times: { atMost: 1 } }, true, 0],
  [{ operation: 'markGiftMessageAsRead' }, false, 0],
  [{ status: 403 }, true, 1],
  [{ status: '4xx' }, true, 3],
  [{ user: 'owner', method: 'get' }, true, 2],
  [{ user: 'anonymous', path: '/api/2.0/*' }, true, 2],
  [{ query: { culture: 'de' } }, true, 1],
  [{ query: { Culture: 'en' } }, false, 0],
  [{ query: { x: ['1', 2] } }, true, 1],
  [{ query: { x: 1 } }, false, 0],
  [{ method: 'POST', query: { y: null } }, true, 1],
  [{ method: 'POST', query: { x: null } }, false, 0],
  [{ headers: { 'X-Request': 7 } }, true, 1],
  [{ headers: { authorization: `Bearer ${apiKey('1')}` } }, true, 2],
  [{ body: { userName: 'owner@example.com' } }, true, 1],
  [{ body: { password: 'wrong', more: { list: [1, { a: 'b' }] } } }, true, 1],
  [{ body: { more: { list: [1] } } }, false, 0],
  [{ body: { more: { list: null } } }, false, 0],
  [{ body: '' }, true, 5],
]

t.test('POST journal/verify counts', async (t) => {
  const app = await askedServer(t)
  for (const [payload, passed, count] of questions) {
    const answer = await app.inject({ method: 'POST', url: '/__mock/journal/verify', payload })
    t.equal(answer.statusCode, 200)
    t.match(answer.json(), { passed, count, dropped: 0 }, JSON.stringify(payload))
    t.equal(answer.json().matches.length, count)
    if (passed) t.same(answer.json().nearestMisses, [])
  }
})

t.test('POST journal/verify tells the nearest misses, and no secrets', async (t) => {
  const app = await askedServer(t)
  const verify = async (payload: object) =>
    (await app.inject({ method: 'POST', url: '/__mock/journal/verify', payload })).json()
  t.same(
    await verify({
      operation: 'authenticateMe',
      status: 200,
      user: 'owner',
      query: { Culture: 'en', y: 'z' },
      headers: { 'x-request': null },
      body: { userName: 'admin@example.com', password: 'right', session: true, more: { list: [1, { a: 'c' }] } },
    }).then(({ nearestMisses }) => nearestMisses[0]),
    {
      n: 6,
      differences: [
        'status: expected 200 was 401',
        'user: expected "owner" was nothing',
        'query.Culture: expected "en" was "de"',
        'query.y: expected "z" was nothing',
        'headers.x-request: expected nothing was "7"',
        'body.userName: expected "admin@example.com" was "owner@example.com"',
        'body.password: expected "…" was "…"',
        'body.session: expected true was nothing',
        'body.more.list[1].a: expected "c" was "b"',
      ],
    },
  )
  const { nearestMisses } = await verify({ operation: 'getPortalUsersCount', user: 'guest', path: '/x' })
  t.same(
    nearestMisses.map(({ n, differences }: { n: number; differences: string[] }) => [n, differences.length]),
    [
      [3, 2],
      [2, 2],
      [1, 2],
    ],
    'the newer of equal ones first, and no more than three',
  )
  const key = apiKey('7')
  const { nearestMisses: other } = await verify({ headers: { authorization: `Bearer ${key}` } })
  t.ok(other[0].differences[0].startsWith('headers.authorization: expected "Bearer …7777" was '))
  t.same(
    (await verify({ operation: 'getPortalUsersCount', times: 2 })).nearestMisses,
    [],
    'none where there are too many',
  )
  const text = await verify({ body: 'no JSON' })
  t.match(text.nearestMisses[0].differences[0], /^body: expected "no JSON" was /)
})

t.test('a journal that has dropped entries says so', async (t) => {
  const { app } = await testServer(t, { journal: 1 })
  for (let i = 0; i < 3; i++) await app.inject('/ready')
  const answer = await app.inject({
    method: 'POST',
    url: '/__mock/journal/verify',
    payload: { path: '/ready', times: 3 },
  })
  t.match(answer.json(), { passed: false, count: 1, dropped: 2 })
})

t.test('what is no question is refused, and the message names the member', async (t) => {
  const { app } = await testServer(t)
  const wrong: [payload: unknown, message: string][] = [
    [{ operatio: 'x' }, '/ must NOT have additional properties: operatio'],
    [{ times: -1 }, '/times must be >= 0'],
    [{ times: {} }, '/times must have at least one of atLeast, atMost'],
    [{ times: { atLeast: '1' } }, '/times/atLeast must be integer'],
    [{ times: { exactly: 1 } }, '/times must NOT have additional properties: exactly'],
    [{ status: 'many' }, '/status must match pattern'],
    [{ status: 42 }, '/status must be >= 100'],
    [{ query: 'a=b' }, '/query must be object'],
    [{ query: { a: {} } }, '/query/a must be'],
    [{ user: '' }, '/user must NOT have fewer than 1 characters'],
    [`{"body":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'the body is more than 100 levels deep'],
    [[], '/ must be object'],
  ]
  for (const [payload, message] of wrong) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    const answer = await app.inject({ method: 'POST', url: '/__mock/journal/verify', payload: text })
    t.equal(answer.statusCode, 400, answer.body)
    t.ok(answer.json().error.startsWith(message), answer.body)
  }
})
