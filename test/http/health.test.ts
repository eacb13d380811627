import t from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { testPortal, testServer } from '../helper.ts'

const SPAN = /^00:00:\d\d\.\d{7}$/
const headers = {
  'cache-control': 'no-store, no-cache',
  expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  pragma: 'no-cache',
  'content-type': 'application/json',
}

t.test('/health has the shape of the real one (facts §1.9.1)', async (t) => {
  const { app } = await testServer(t)
  const answer = await app.inject('/health')
  t.equal(answer.statusCode, 200)
  t.match(answer.headers, headers)
  const body = answer.json()
  t.same(Object.keys(body), ['status', 'totalDuration', 'entries'])
  t.match(body, { status: 'Healthy', totalDuration: SPAN })
  t.match(body.entries, {
    self: { data: {}, duration: SPAN, status: 'Healthy', tags: [] },
    warmup: {
      data: {},
      description: 'Warmup completed.',
      duration: SPAN,
      status: 'Healthy',
      tags: ['warmup', 'services'],
    },
    mysqldb: { data: {}, duration: SPAN, status: 'Healthy', tags: [] },
  })
  t.same(Object.keys(body.entries), ['self', 'warmup', 'mysqldb'])
})

t.test('/ready has no entries, /liveness is a word', async (t) => {
  const { app } = await testServer(t)
  const ready = await app.inject('/ready')
  t.equal(ready.statusCode, 200)
  t.match(ready.headers, headers)
  t.match(ready.json(), { status: 'Healthy', totalDuration: SPAN, entries: {} })
  const liveness = await app.inject('/liveness')
  t.equal(liveness.statusCode, 200)
  t.match(liveness.headers, { ...headers, 'content-type': 'text/plain' })
  t.equal(liveness.body, 'Healthy')
})

t.test('whoever asks, however', async (t) => {
  const { app, portal } = await testServer(t, { profile: 'server' })
  portal.changeSettings({ tenantStatus: 'suspended', paid: false })
  for (const url of ['/health', '/ready', '/liveness', '/Health', '/health/', '/health?a=b', '//health']) {
    for (const extra of [{}, { cookie: 'asc_auth_key=x' }, { origin: 'http://a' }]) {
      t.equal((await app.inject({ url, headers: extra })).statusCode, 200, url)
    }
  }
  for (const url of ['/health', '/ready', '/liveness']) {
    const { statusCode, body } = await app.inject({ method: 'HEAD', url })
    t.equal(statusCode, 200, `HEAD ${url}`)
    t.equal(body, '')
  }
  t.equal((await app.inject({ url: '/health', headers: { origin: 'null', authorization: 'Basic !' } })).statusCode, 200)
})

t.test('a database that is broken: 503, and what is wrong', async (t) => {
  const broken = testPortal(t, { fixture: { ...defaultFixture, alias: 'broken', tenantId: 2 } })
  const { app } = await testServer(t, { portals: [testPortal(t), broken] })
  t.equal((await app.inject('/health')).statusCode, 200)
  broken.close()
  const answer = await app.inject('/health')
  t.equal(answer.statusCode, 503)
  t.match(answer.headers, headers)
  t.match(answer.json(), {
    status: 'Unhealthy',
    entries: {
      self: { status: 'Healthy' },
      warmup: { status: 'Healthy' },
      mysqldb: {
        data: {},
        duration: SPAN,
        exception: 'The database connection is not open',
        status: 'Unhealthy',
        tags: [],
      },
    },
  })
  t.equal((await app.inject('/ready')).statusCode, 200)
  t.equal((await app.inject('/liveness')).body, 'Healthy')
})
