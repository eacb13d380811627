import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import type { RateLimits } from '../../src/domain/rate-limit.ts'
import { defaultFixture } from '../../src/start.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { asKey, NOW, testPortal, testServer } from '../helper.ts'

const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND
const plenty: RateLimits = { perMinute: 1000, concurrentReads: 100, concurrentWrites: 100, writesPerDay: 1000 }

/** A server that holds callers to some limits, and the time by which it does. */
async function limited(t: Test, limits: Partial<RateLimits>) {
  const time = { now: NOW }
  const portal = testPortal(t, { clock: { now: () => time.now } })
  const { app } = await testServer(t, { portal, rateLimits: { ...plenty, ...limits } })
  return { app, portal, time }
}

async function statuses(app: FastifyInstance, ...requests: (string | InjectOptions)[]): Promise<number[]> {
  const found: number[] = []
  for (const request of requests) found.push((await app.inject(request)).statusCode)
  return found
}

t.test('one too many in a minute: 429 without a body, and no word of when (facts §1.6)', async (t) => {
  const { app, time } = await limited(t, { perMinute: 3 })
  const count = asKey('1', 'userscount')
  t.same(await statuses(app, count, count, count, count), [200, 200, 200, 429])
  const { body, headers } = await app.inject(count)
  t.equal(body, '')
  t.same(Object.keys(headers).sort(), [
    'connection',
    'content-length',
    'date',
    'server-timing',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
  ])
  t.match(headers, { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '0', 'content-length': '0' })

  time.now += 59 * SECOND
  t.same(await statuses(app, count), [429], 'refused requests do not count, and the window has not moved on')
  time.now += SECOND
  t.same(await statuses(app, count, count, count, count), [200, 200, 200, 429], 'a minute later')
})

t.test('answers that were allowed say nothing of limits', async (t) => {
  const { app } = await limited(t, {})
  const { headers } = await app.inject(asKey('1', 'userscount'))
  t.same(
    Object.keys(headers).filter((name) => /ratelimit|retry/.test(name)),
    [],
  )
})

t.test('one write too many in a day: it says when the day ends', async (t) => {
  const { app, time } = await limited(t, { writesPerDay: 2 })
  const mark = asKey('1', 'present/mark', 'POST')
  t.same(await statuses(app, mark), [200])
  time.now += 1500
  t.same(await statuses(app, mark, mark, asKey('1', 'userscount')), [200, 429, 200])
  const { body, headers } = await app.inject(mark)
  t.equal(body, '')
  t.match(headers, {
    'x-ratelimit-limit': '2',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String((NOW + DAY) / SECOND),
    'retry-after': String(DAY / SECOND - 1),
  })
  time.now = NOW + DAY
  t.same(await statuses(app, mark), [200], 'a day after the first')
})

t.test('each caller is counted apart: who is signed in by who they are, others by their address', async (t) => {
  const { app } = await limited(t, { perMinute: 1 })
  const from = (remoteAddress: string, headers = {}) => ({ url: '/nope', remoteAddress, headers })
  t.same(await statuses(app, asKey('1', 'userscount'), asKey('2', 'userscount')), [200, 200])
  t.same(await statuses(app, asKey('1', 'present/mark', 'POST'), asKey('a', 'userscount')), [429, 429], 'by any key')
  t.same(await statuses(app, from('203.0.113.1'), from('203.0.113.2'), from('203.0.113.1')), [404, 404, 429])
  const behind = { 'x-forwarded-for': '203.0.113.3' }
  t.same(await statuses(app, from('127.0.0.1', behind), from('127.0.0.1', behind)), [404, 429], 'behind a proxy')
  t.same(await statuses(app, from('127.0.0.1')), [404], 'the proxy itself')
})

t.test('each portal counts for itself', async (t) => {
  const [alpha, beta] = ['alpha', 'beta'].map((alias, i) =>
    testPortal(t, { fixture: { ...defaultFixture, alias, tenantId: i + 1 } }),
  )
  const { app } = await testServer(t, {
    portals: [alpha as PortalSlot, beta as PortalSlot],
    rateLimits: { ...plenty, perMinute: 1 },
  })
  const at = (host: string) => ({ url: '/nope', headers: { host } })
  t.same(await statuses(app, at('alpha.localhost'), at('beta.localhost'), at('beta.localhost')), [404, 404, 429])
})

t.test('everything counts but preflights and /health', async (t) => {
  const preflight = {
    method: 'OPTIONS' as const,
    url: '/nope',
    headers: { origin: 'http://a', 'access-control-request-method': 'GET' },
  }
  const exempt = [preflight, '/health', preflight, '/health']
  const counted: [string | InjectOptions, number][] = [
    ['/api/2.0/portal/userscount', 401],
    ['/nope', 404],
    [{ method: 'POST', url: '/api/2.0/portal/userscount' }, 405],
    ['/s/nope', 302],
    ['/ready', 200],
    [{ method: 'POST', url: '/api/2.0/portal/sendcongratulations' }, 403],
  ]
  for (const [request, status] of counted) {
    const { app } = await limited(t, { perMinute: 1 })
    t.same(await statuses(app, ...exempt, request, request), [204, 200, 204, 200, status, 429], JSON.stringify(request))
    t.same(await statuses(app, ...exempt), [204, 200, 204, 200], 'which go on when there were too many')
  }
})

t.test('a 429 can precede a 401, and keeps what CORS says', async (t) => {
  const { app } = await limited(t, { perMinute: 1 })
  const request = { url: '/api/2.0/portal/userscount', headers: { origin: 'http://a', cookie: 'asc_auth_key=x' } }
  t.same(await statuses(app, request), [401])
  const { statusCode, headers } = await app.inject(request)
  t.equal(statusCode, 429)
  t.equal(headers['access-control-allow-origin'], '*')
  t.match(headers['set-cookie'], [/^asc_auth_key=;/], 'guards come first')
})

t.test('too many at the same time: GETs and others apart, and each caller', async (t) => {
  const { app } = await limited(t, { concurrentReads: 2, concurrentWrites: 1 })
  const held = holdRequests(t, app)
  const [read, write] = [asKey('1', 'userscount'), asKey('1', 'present/mark', 'POST')]
  const inside = [read, read, write].map((request) =>
    app.inject(held.mark(request)).then(({ statusCode }) => statusCode),
  )
  await held.are(3)
  for (const [request, limit] of [
    [read, '2'],
    [write, '1'],
    [{ ...write, method: 'DELETE' as const }, '1'],
  ] as const) {
    const { statusCode, body, headers } = await app.inject(request)
    t.equal(statusCode, 429)
    t.equal(body, '')
    t.match(headers, { 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': '0', 'retry-after': undefined })
  }
  t.same(await statuses(app, asKey('2', 'userscount'), '/nope'), [200, 404], 'others are let in')
  held.release()
  t.same(await Promise.all(inside), [200, 200, 200])
  t.same(await statuses(app, read, write, read, write), [200, 200, 200, 200], 'when those have gone, there is room')
})

t.test('who hangs up makes room too', async (t) => {
  const { app } = await limited(t, { concurrentReads: 1 })
  const held = holdRequests(t, app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET /ready HTTP/1.1\r\nHost: localhost\r\nX-Hold: 1\r\n\r\n')
  await held.are(1)
  t.same(await statuses(app, '/ready'), [429])
  socket.destroy()
  await held.hungUp
  t.same(await statuses(app, '/ready'), [200])
})

/** Holds requests that are marked between the limiter and their handler. */
function holdRequests(t: Test, app: FastifyInstance) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<void>()
  const arrivals = new EventEmitter()
  let inside = 0
  t.teardown(release)
  app.addHook('preHandler', async ({ headers }, { raw }) => {
    if (headers['x-hold'] === undefined) return
    inside++
    raw.once('close', hangUp)
    arrivals.emit('arrival')
    await released
  })
  return {
    mark: (request: InjectOptions) => ({ ...request, headers: { ...request.headers, 'x-hold': '1' } }),
    are: async (count: number) => {
      while (inside < count) await once(arrivals, 'arrival')
    },
    release,
    hungUp,
  }
}
