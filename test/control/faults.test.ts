import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { mintConfirmationKey } from '../../src/auth/mint.ts'
import { checkPlan } from '../../src/control/faults/check.ts'
import { PLAN_NAMES } from '../../src/control/faults/plan-names.ts'
import { builtInPlans } from '../../src/control/faults/plans.ts'
import type { ServerOptions } from '../../src/server.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

const FAULTS = '/__mock/faults'
const COUNT = '/api/2.0/portal/userscount'
const count = asKey('1', 'userscount')

/** A server, and what one does with its faults. */
async function faulty(t: Test, options: Partial<ServerOptions> = {}) {
  const { app, portal } = await testServer(t, options)
  const control = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path = '', payload?: object) =>
    app.inject({ method, url: FAULTS + path, ...(payload && { payload }) })
  const make = async (fault: object) => {
    const answer = await control('POST', '', fault)
    t.equal(answer.statusCode, 201, answer.body)
    return answer.json()
  }
  return { app, portal, control, make }
}

/** A request that asks for a fault itself. */
const asking = (fault: string, request: InjectOptions = count): InjectOptions => {
  return { ...request, headers: { ...request.headers, 'x-docspace-mock-fault': fault } }
}

/** Notes what the journal will say of each request. */
function noted(app: FastifyInstance): (string | null)[] {
  const notes: (string | null)[] = []
  app.addHook('onResponse', async ({ fault, url }) => {
    if (!url.startsWith(FAULTS)) notes.push(fault)
  })
  return notes
}

t.test('a fault is made, listed, looked at and removed', async (t) => {
  const { app, control, make } = await faulty(t)
  t.same((await control('GET')).json(), [])
  const fault = { name: 'down', match: { method: 'GET' }, effect: { answer: { status: 503 } }, times: 2, seed: 7 }
  const made = { id: 'fault-1', ...fault, when: 'before', calls: 0, hits: 0, remaining: 2 }
  t.same(await make(fault), made)
  await app.inject(count)
  const counted = { ...made, calls: 1, hits: 1, remaining: 1 }
  t.same((await control('GET')).json(), [counted])
  t.same((await control('GET', '/fault-1')).json(), counted)
  t.equal((await control('DELETE', '/fault-1')).statusCode, 204)
  t.equal((await app.inject(count)).statusCode, 200)
  for (const method of ['GET', 'DELETE'] as const) {
    const answer = await control(method, '/fault-1')
    t.equal(answer.statusCode, 404)
    t.same(answer.json(), { error: 'there is no fault fault-1' })
  }
})

t.test('a fault without a seed has one that is made up, and all are removed at once', async (t) => {
  const { control, make } = await faulty(t, {
    portals: [testPortal(t, { randomBytes: (size) => Buffer.alloc(size, 1) })],
  })
  t.match(await make({ effect: { delay: 0 } }), { seed: Number, name: 'fault-1' })
  await make({ effect: { delay: 0 } })
  t.equal((await control('DELETE')).statusCode, 204)
  t.same((await control('GET')).json(), [])
})

/** Answers that faults give, and what they look like. */
const answers: [answer: object, headers: Record<string, unknown>, body: RegExp | string][] = [
  [
    { status: 400 },
    { 'content-type': 'application/json; charset=utf-8' },
    /^{"error":{"message":"Value does not fall within the expected range."/,
  ],
  [{ status: 401 }, { 'content-length': '0', 'content-type': undefined }, ''],
  [
    { status: 401, as: 'error' },
    { 'cache-control': 'no-cache,no-store' },
    /"message":"User authentication failed","type":null/,
  ],
  [{ status: 402 }, { 'content-type': 'application/problem+json; charset=utf-8' }, /^{"status":402,"traceId":"00-/],
  [
    { status: 403 },
    { 'cache-control': 'no-cache,no-store' },
    /"message":"Access denied","type":"System.Security.SecurityException"/,
  ],
  [{ status: 403, as: 'problem' }, {}, /"title":"Forbidden","status":403/],
  [{ status: 403, as: 'empty' }, { 'content-length': '0' }, ''],
  [{ status: 404 }, {}, /"message":"The record could not be found"/],
  [{ status: 500 }, { 'server-timing': /^aspnetcore/ }, /"type":"System.Exception",.*"status":1,"statusCode":500}$/],
  [
    { status: 502 },
    { server: 'nginx', 'content-type': 'text/html', 'server-timing': undefined },
    /<h1>502 Bad Gateway<\/h1>/,
  ],
  [
    { status: 503, retryAfter: 1 },
    { 'retry-after': '1', 'x-ratelimit-limit': undefined },
    /<h1>503 Service Unavailable<\/h1>/,
  ],
  [{ status: 503, as: 'empty' }, { server: undefined }, ''],
  [
    { status: 429 },
    {
      'retry-after': '1',
      'x-ratelimit-limit': '10000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1782813601',
    },
    '',
  ],
  [
    { status: 429, retryAfter: null },
    { 'retry-after': undefined, 'x-ratelimit-limit': '1500', 'x-ratelimit-reset': undefined },
    '',
  ],
  [
    { status: 429, as: 'proxy', retryAfter: 0 },
    { 'retry-after': '0', 'x-ratelimit-limit': undefined },
    /429 Too Many Requests/,
  ],
  [{ status: 418 }, {}, ''],
  [{ status: 200, body: { response: 'ü' } }, { 'content-type': 'application/json; charset=utf-8' }, '{"response":"ü"}'],
  [{ status: 200, body: 'text' }, { 'content-type': 'text/plain; charset=utf-8' }, 'text'],
  [{ status: 302, headers: { Location: '/login' } }, { location: '/login' }, ''],
  [{ status: 500, headers: { 'Content-Type': 'application/xml' } }, { 'content-type': 'application/xml' }, /^{"error"/],
  [
    { status: 200, body: '{', headers: { 'content-type': 'application/json' } },
    { 'content-type': 'application/json' },
    '{',
  ],
]
for (const [answer, headers, body] of answers) {
  t.test(`an answer may be ${JSON.stringify(answer)}, before and after (facts §1.6, §4)`, async (t) => {
    for (const when of ['before', 'after']) {
      const { app, make } = await faulty(t)
      await make({ name: 'a fault', effect: { answer }, when })
      const given = await app.inject(count)
      t.match(given, { statusCode: (answer as { status: number }).status })
      t.match(given.headers, { 'x-docspace-mock-fault': 'a fault' })
      for (const [name, value] of Object.entries(headers)) {
        if (value === undefined) t.notOk(name in given.headers, name)
        else t.match(given.headers[name], value, name)
      }
      if (typeof body === 'string') t.equal(given.body, body)
      else t.match(given.body, body)
    }
  })
}

t.test('before: the operation doesn’t happen; after: it has, and its answer is lost', async (t) => {
  for (const when of ['before', 'after']) {
    const { app, portal, make } = await faulty(t)
    await make({ match: { operation: 'sendCongratulations' }, effect: { answer: { status: 504 } }, when, times: 1 })
    const key = encodeURIComponent(mintConfirmationKey(portal, people.owner))
    const url = `/api/2.0/portal/sendcongratulations?userid=${people.owner}&key=${key}`
    const send = async () => (await app.inject({ method: 'POST', url })).statusCode
    t.same([await send(), await send()], [504, 200], 'whoever tries again')
    t.equal(portal.store.outbox.list().length, when === 'before' ? 1 : 2)
  }
})

t.test('a sign-in whose answer is lost has left no cookie with the client', async (t) => {
  const { app, make } = await faulty(t)
  await make({ effect: { answer: { status: 500 } }, when: 'after' })
  const payload = { userName: 'owner@example.com', password: 'owner-password' }
  const answer = await app.inject({ method: 'POST', url: '/api/2.0/authentication', payload })
  t.equal(answer.statusCode, 500)
  t.notOk('set-cookie' in answer.headers)
})

t.test('browsers may read what DocSpace answers, and not what a proxy does', async (t) => {
  const { app } = await faulty(t)
  const request = { ...count, headers: { ...count.headers, origin: 'http://app.example.com' } }
  t.equal((await app.inject(asking('status=500', request))).headers['access-control-allow-origin'], '*')
  t.notOk('access-control-allow-origin' in (await app.inject(asking('status=502', request))).headers)
})

t.test('whom a fault means is who has proven to call, by any credential', async (t) => {
  const { app, make } = await faulty(t)
  await make({ match: { user: 'guest@example.com' }, effect: { answer: { status: 503 } } })
  await make({ match: { user: 'anonymous', path: '/api/2.0/portal/users/*' }, effect: { answer: { status: 502 } } })
  const status = async (digit: string | null) => {
    const url = `/api/2.0/portal/users/${people.guest}`
    return (await app.inject(digit === null ? url : { url, headers: { authorization: apiKey(digit) } })).statusCode
  }
  t.same([await status('5'), await status('1'), await status(null)], [503, 200, 502])
  t.equal((await app.inject(COUNT)).statusCode, 401)
})

t.test('unknown paths fail too, and every spelling of a path is the same', async (t) => {
  const { app, make } = await faulty(t)
  await make({ match: { path: '/api/2.0/files/**' }, effect: { answer: { status: 503 } } })
  for (const url of ['/api/2.0/files/rooms', '/API/2/Files', '//api/2.0/%66iles/?x=1', '/@localhost/api/2.0/files']) {
    t.equal((await app.inject(url)).statusCode, 503, url)
  }
  t.equal((await app.inject('/api/2.0/filesystem')).statusCode, 404)
})

t.test('the endpoints of OAuth2 fail as well', async (t) => {
  const { app, make } = await faulty(t)
  await make({ match: { path: '/oauth2/jwks' }, effect: { answer: { status: 502 } } })
  t.equal((await app.inject('/oauth2/jwks')).statusCode, 502)
  t.equal((await app.inject('/.well-known/openid-configuration')).statusCode, 200)
})

t.test('of two paths of an operation, the one that is meant fails', async (t) => {
  const { app, make } = await faulty(t)
  await make({ match: { path: '/api/2.0/oauth2/**' }, effect: { answer: { status: 502 } } })
  t.equal((await app.inject('/api/2.0/oauth2/scopes')).statusCode, 502)
  t.not((await app.inject('/api/2.0/scopes')).statusCode, 502)
})

t.test('what watches over the server, the control API and preflights never fail', async (t) => {
  const { app, control, make } = await faulty(t)
  await make({ effect: { answer: { status: 503 } } })
  t.equal((await app.inject(COUNT)).statusCode, 503, 'all else does')
  for (const url of ['/health', '/ready', '/liveness', FAULTS, '/__mock/openapi.json', '/__mock/nothing']) {
    for (const fault of [undefined, 'status=503']) {
      const answer = await app.inject({ url, headers: fault === undefined ? {} : { 'x-docspace-mock-fault': fault } })
      t.not(answer.statusCode, 503, url)
    }
  }
  const headers = { origin: 'http://a.example', 'access-control-request-method': 'GET' }
  t.equal((await app.inject({ method: 'OPTIONS', url: COUNT, headers })).statusCode, 204)
  t.equal((await control('GET', '/fault-1')).json().calls, 1)
})

t.test('the faults of one portal are none of another', async (t) => {
  const { app, make } = await faulty(t)
  await make({ effect: { answer: { status: 503 } } })
  const other = (path: string, rest = {}) =>
    app.inject({ url: `/@other${path}`, headers: { ...count.headers }, ...rest })
  t.equal((await other(COUNT)).statusCode, 200)
  t.same((await other(FAULTS)).json(), [])
  await other('/__mock/reset', { method: 'POST' })
  await other(FAULTS, { method: 'DELETE' })
  t.equal((await app.inject(count)).statusCode, 503)
})

t.test('a reset removes faults and the portal’s own plans', async (t) => {
  const { app, control, make } = await faulty(t)
  await make({ effect: { answer: { status: 503 } } })
  await control('PUT', '/plans/own', { faults: [{ effect: { delay: 0 } }] })
  await app.inject({ method: 'POST', url: '/__mock/reset' })
  t.equal((await app.inject(count)).statusCode, 200)
  t.same((await control('GET')).json(), [])
  t.equal((await control('GET', '/plans')).json().length, PLAN_NAMES.length)
})

t.test('the journal says which fault it was, and which of its calls', async (t) => {
  const { app, make } = await faulty(t)
  const notes = noted(app)
  await make({ name: 'down', match: { calls: [2] }, effect: { answer: { status: 503 } } })
  await make({ match: { calls: [3] }, effect: { unknownMember: true, nullMember: 'count' } })
  await make({ match: { calls: [4] }, effect: { unknownEnumValue: true } })
  const shown: unknown[] = []
  for (const request of [count, count, count, count, asking('delay=0'), asking('bad-gateway')]) {
    shown.push((await app.inject(request)).headers['x-docspace-mock-fault'])
  }
  t.same(notes, [
    null,
    'down #2',
    'fault-2 #3 (count null, unknownMember added)',
    'fault-3 #4 (nothing to change)',
    'delay=0',
    'bad-gateway',
  ])
  t.same(shown, [undefined, 'down', 'fault-2', undefined, 'delay=0', 'bad-gateway'])
})

t.test('an explanation names the fault', async (t) => {
  const { app } = await faulty(t, { explain: true })
  const { headers } = await app.inject(asking('status=503'))
  t.match(headers['x-docspace-mock-explain'], 'refused: the fault status=503')
})

t.test('a client can be shown what it may not be ready for', async (t) => {
  const { app, make } = await faulty(t)
  await make({
    match: { operation: 'getUserById' },
    effect: { unknownMember: true, unknownEnumValue: true, missingMember: 'userName', nullMember: 'title' },
  })
  const user = (await app.inject(asKey('1', `users/${people.winfield}`))).json()
  t.equal(user.unknownMember, 'unknown')
  t.match(user.response, {
    unknownMember: 'unknown',
    status: 99,
    activationStatus: 99,
    title: null,
    id: people.winfield,
  })
  t.notOk('userName' in user.response)
  const refused = await app.inject(asKey('5', `users/${people.owner}`))
  t.equal(refused.statusCode, 403)
  t.match(Object.keys(refused.json()), ['error', 'status', 'statusCode'], 'refusals stay as they are')
})

t.test('bodies that are no JSON', async (t) => {
  const { app } = await faulty(t)
  for (const fault of ['truncate', 'invalid-json']) {
    const answer = await app.inject(asking(fault))
    t.equal(answer.statusCode, 200)
    t.throws(() => answer.json(), SyntaxError)
    t.equal(Number(answer.headers['content-length']), answer.rawPayload.length)
  }
})

t.test('a request may ask for the fault of a plan that means it, which then happens for certain', async (t) => {
  const { app, control, make } = await faulty(t)
  await make({ name: 'counting', effect: { delay: 0 } })
  t.equal((await app.inject(asking('flaky-10-percent'))).statusCode, 503)
  t.equal((await app.inject(asking('slow-sign-in'))).statusCode, 200, 'which is about something else')
  t.equal((await control('GET', '/fault-1')).json().calls, 0, 'the portal’s own faults leave it alone')
  await control('PUT', '/plans/own', { faults: [{ effect: { answer: { status: 418 } }, match: { calls: [9] } }] })
  t.equal((await app.inject(asking('own'))).statusCode, 418)
  for (const [fault, message] of [
    ['bad-gatway', /there is no plan bad-gatway; there are flaky-10-percent, .*, own/],
    ['delay=x', /takes delay=MILLISECONDS/],
  ] as const) {
    const answer = await app.inject(asking(fault))
    t.equal(answer.statusCode, 400)
    t.match(answer.json().error, message)
    t.notOk('x-docspace-mock-fault' in answer.headers)
  }
})

t.test('only who could use the control API without a token asks for a fault', async (t) => {
  const remote = { remoteAddress: '203.0.113.9' }
  const cases: [options: Partial<ServerOptions>, from: object, status: number][] = [
    [{}, {}, 418],
    [{}, { remoteAddress: '::ffff:127.0.0.1' }, 418],
    [{}, remote, 200],
    [{ control: { remote: true } }, remote, 418],
    [{ control: { token: 'secret' } }, {}, 200],
    [{ control: false }, {}, 200],
  ]
  for (const [options, from, status] of cases) {
    const { app } = await faulty(t, options)
    const answer = await app.inject({ ...asking('status=418'), ...from })
    t.equal(answer.statusCode, status, JSON.stringify({ ...options, ...from }))
  }
})

t.test('plans: those that there are, one’s own, and what they make', async (t) => {
  const { app, control } = await faulty(t)
  const names = async () => (await control('GET', '/plans')).json().map(({ name }: { name: string }) => name)
  t.same(await names(), PLAN_NAMES)
  const plan = { description: 'mine', faults: [{ effect: { answer: { status: 503 } } }] }
  const created = await control('PUT', '/plans/own', plan)
  t.equal(created.statusCode, 201)
  t.same(created.json(), { name: 'own', isBuiltIn: false, ...plan })
  t.equal((await control('PUT', '/plans/own', plan)).statusCode, 200)
  t.same(await names(), [...PLAN_NAMES, 'own'])

  const applied = await control('POST', '/plans/own', { seed: 5 })
  t.equal(applied.statusCode, 201)
  t.match(applied.json(), [{ name: 'own', seed: 5, hits: 0 }])
  t.equal((await app.inject(count)).statusCode, 503)
  t.equal((await control('DELETE', '/plans/own')).statusCode, 204)
  t.same(await names(), PLAN_NAMES)
  t.equal((await app.inject(count)).statusCode, 503, 'what it has made stays')
  t.equal((await control('POST', '/plans/lossy-network')).json().length, 3, 'a body is not needed')
})

t.test('the same seed makes the same requests fail', async (t) => {
  const sequence = async (seed: number) => {
    const { app, control } = await faulty(t)
    await control('POST', '/plans/flaky-10-percent', { seed })
    const found: number[] = []
    for (let i = 0; i < 100; i++) found.push((await app.inject(count)).statusCode)
    return found
  }
  const first = await sequence(11)
  t.same(await sequence(11), first)
  t.notSame(await sequence(12), first)
  t.ok(first.includes(503) && first.includes(200))
})

t.test('the plans that there are can be applied', async (t) => {
  const { app, control } = await faulty(t)
  for (const name of PLAN_NAMES) {
    t.ok(builtInPlans[name].description)
    checkPlan(builtInPlans[name], app.operationIds)
    t.equal((await control('POST', `/plans/${name}`)).statusCode, 201, name)
    t.equal((await control('PUT', `/plans/copy-of-${name}`, builtInPlans[name])).statusCode, 201, 'and fit the schema')
  }
})

const effect = { delay: 0 }
const answerWith = (answer: object) => ({ effect: { answer: { status: 500, ...answer } } })
const refusals: [fault: unknown, message: RegExp][] = [
  [[], /^body must be object|^\/ must be object/],
  [{}, /\/ must have required property 'effect'/],
  [{ effect: {} }, /\/effect must have at least one of delay, /],
  [{ effect, extra: 1 }, /\/ must NOT have additional properties: extra/],
  [{ effect, name: 'ü' }, /\/name must match pattern/],
  [{ effect, name: 'a\r\nb' }, /\/name must match pattern/],
  [{ effect, times: 0 }, /\/times must be >= 1/],
  [{ effect, times: '3' }, /\/times must be integer/],
  [{ effect, seed: -1 }, /\/seed must be >= 0/],
  [{ effect, seed: 2 ** 32 }, /\/seed must be <= 4294967295/],
  [{ effect, when: 'later' }, /\/when must be equal to one of the allowed values: before, after/],
  [{ effect, match: { probability: 1.1 } }, /\/match\/probability must be <= 1/],
  [{ effect, match: { calls: [] } }, /\/match\/calls must NOT have fewer than 1 items/],
  [{ effect, match: { calls: [0] } }, /\/match\/calls\/0 must be >= 1/],
  [
    { effect, match: { operation: 'getPortalUserCount' } },
    /\/match\/operation: there is no getPortalUserCount; did you mean getPortalUsersCount\?/,
  ],
  [{ effect, match: { user: 'boss' } }, /\/match\/user takes an id, an e-mail, owner, DocSpaceAdmin/],
  [{ effect, match: { path: 'api' } }, /\/match\/path must match pattern/],
  [{ effect, match: { path: '/__mock/faults' } }, /\/match\/path: no fault happens to \/__mock\/faults/],
  [{ effect, match: { path: '/health' } }, /\/match\/path: no fault happens to \/health/],
  [{ effect, match: { path: '/@x/api' } }, /\/match\/path takes a path without the name of a portal/],
  [{ effect, match: { path: '/**/api' } }, /\/match\/path takes \* for a whole segment, and \*\* at the end only/],
  [{ effect, match: { path: '/api*' } }, /\/match\/path takes \* for a whole segment/],
  [{ effect: { delay: -1 } }, /\/effect\/delay must be >= 0/],
  [{ effect: { delay: 600_001 } }, /\/effect\/delay must be <= 600000/],
  [{ effect: { delay: '5' } }, /\/effect\/delay must be integer/],
  [{ effect: { delay: {} } }, /\/effect\/delay must have at least one of uniform, /],
  [{ effect: { delay: { normal: { median: 1 } } } }, /\/effect\/delay\/normal must have required property 'sigma'/],
  [{ effect: { delay: { gaussian: {} } } }, /\/effect\/delay must NOT have additional properties: gaussian/],
  [{ effect: { delay: { uniform: { min: 5, max: 4 } } } }, /\/effect\/delay\/uniform\/max must be at least min/],
  [{ effect: { drop: true } }, /\/effect\/drop must be/],
  [{ effect: { drop: 'unanswered', answer: { status: 500 } } }, /\/effect takes answer or drop unanswered, not both/],
  [{ effect: { slow: { bytes: 0, interval: 1 } } }, /\/effect\/slow\/bytes must be >= 1/],
  [{ effect: { missingMember: false } }, /\/effect\/missingMember must be equal to one of the allowed values: true/],
  [{ effect: { answer: {} } }, /\/effect\/answer must have required property 'status'/],
  [answerWith({ status: 199 }), /\/effect\/answer\/status must be >= 200/],
  [answerWith({ as: 'html' }), /\/effect\/answer\/as must be equal to one of the allowed values: error/],
  [answerWith({ as: 'problem' }), /\/effect\/answer\/as: there is no problem with status 500/],
  [answerWith({ as: 'error', body: '' }), /\/effect\/answer takes body or as, not both/],
  [answerWith({ body: 'x'.repeat(65_535) }), /\/effect\/answer\/body must be at most 65536 bytes/],
  [answerWith({ retryAfter: 1.5 }), /\/effect\/answer\/retryAfter must be integer/],
  [answerWith({ headers: { 'x y': '' } }), /\/effect\/answer\/headers: "x y" is no name/],
  [answerWith({ headers: { '': '' } }), /\/effect\/answer\/headers: "" is no name/],
  [answerWith({ headers: { x: 'a\nb' } }), /\/effect\/answer\/headers\/x must match pattern/],
  [answerWith({ headers: { 'Content-Length': '5' } }), /\/effect\/answer\/headers takes no Content-Length/],
  [answerWith({ headers: { 'transfer-encoding': 'chunked' } }), /\/effect\/answer\/headers takes no transfer-encoding/],
]
t.test('what is no fault is refused, with the member that is wrong, and changes nothing', async (t) => {
  const { app, control } = await faulty(t)
  for (const [fault, message] of refusals) {
    const answer = await control('POST', '', fault as object)
    t.equal(answer.statusCode, 400, JSON.stringify(fault).slice(0, 100))
    t.match(answer.json().error, message)
  }
  t.same((await control('GET')).json(), [])
  t.equal((await app.inject(count)).statusCode, 200)
})

t.test('what is no plan is refused', async (t) => {
  const { control } = await faulty(t)
  const cases: [method: 'PUT' | 'POST' | 'DELETE', name: string, body: object | undefined, status: number, RegExp][] = [
    ['PUT', 'own', { faults: [] }, 400, /\/faults must NOT have fewer than 1 items/],
    ['PUT', 'own', { faults: [{ effect }, { effect: { drop: 1 } }] }, 400, /\/faults\/1\/effect\/drop must be/],
    ['PUT', 'own', { faults: [{ effect, match: { user: 'x' } }] }, 400, /\/faults\/0\/match\/user takes/],
    ['PUT', 'own', { faults: Array.from({ length: 21 }, () => ({ effect })) }, 400, /NOT have more than 20 items/],
    ['PUT', 'Own', { faults: [{ effect }] }, 400, /\/name must match pattern/],
    ['PUT', 'drop', { faults: [{ effect }] }, 409, /drop means something else in X-DocSpace-Mock-Fault/],
    ['PUT', 'bad-gateway', { faults: [{ effect }] }, 409, /bad-gateway is one of the plans that there always are/],
    ['POST', 'bad-gatway', undefined, 404, /there is no plan bad-gatway; did you mean bad-gateway\?/],
    ['POST', 'x', undefined, 404, /there is no plan x; GET faults\/plans lists all$/],
    ['POST', 'bad-gateway', { seed: 'x' }, 400, /\/seed must be integer/],
    ['POST', 'bad-gateway', { sede: 1 }, 400, /additional properties: sede/],
    ['DELETE', 'bad-gateway', undefined, 409, /always are/],
    ['DELETE', 'own', undefined, 404, /there is no plan own/],
  ]
  for (const [method, name, body, status, message] of cases) {
    const answer = await control(method, `/plans/${name}`, body)
    t.equal(answer.statusCode, status, `${method} ${name}`)
    t.match(answer.json().error, message)
  }
  t.same((await control('GET')).json(), [])
  t.equal((await control('GET', '/plans')).json().length, PLAN_NAMES.length)
})

t.test('a server may begin with a plan, on every portal and after every reset', async (t) => {
  const { app, control } = await faulty(t, { fault: 'bad-gateway' })
  const status = async (prefix = '') => (await app.inject({ ...count, url: prefix + COUNT })).statusCode
  t.same([await status(), await status('/@other')], [502, 502])
  await control('DELETE')
  t.same([await status(), await status('/@other')], [200, 502])
  await app.inject({ method: 'POST', url: '/__mock/reset' })
  t.equal(await status(), 502)
  await t.rejects(testServer(t, { fault: 'nothing' as 'bad-gateway' }), /there is no plan nothing; there are flaky-10/)
})

t.test('the document of the control API describes it', async (t) => {
  const { app } = await faulty(t)
  const { paths } = (await app.inject('/__mock/openapi.json')).json()
  const operations = Object.keys(paths).filter((path) => path.startsWith(FAULTS))
  t.same(operations, [FAULTS, `${FAULTS}/{id}`, `${FAULTS}/plans`, `${FAULTS}/plans/{name}`])
})
