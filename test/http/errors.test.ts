import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { asKey, people, testPortal, testServer } from '../helper.ts'

t.test('a failure of the server’s own is an error like others, and is logged', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const logged: { level: number; portal?: string; err?: { message: string } }[] = []
    const logger = pino({ level: 'warn' }, { write: (line) => logged.push(JSON.parse(line)) })
    const { app, portal } = await testServer(t, { profile, logger, portal: testPortal(t) })
    const headers = { authorization: mintSessionToken(portal, people.owner), origin: 'http://a' }
    portal.close()
    const answer = await app.inject({ url: '/api/2.0/portal/userscount', headers })
    t.equal(answer.statusCode, 500)
    t.match(answer.headers, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache,no-store',
      pragma: 'no-cache',
      expires: '-1',
      'access-control-allow-origin': '*',
      'server-timing': /^aspnetcore-request-time;dur=\d+ms$/,
    })
    const { error, ...rest } = answer.json()
    t.same(rest, { status: 1, statusCode: 500 })
    t.same(Object.keys(error), ['message', 'type', 'stack', 'hresult'])
    t.match(error, { message: 'The database connection is not open', type: 'System.Exception', hresult: -2146233088 })
    t.match(logged, [{ level: 50, portal: 'localhost', err: { message: 'The database connection is not open' } }])
    t.equal((await app.inject('/liveness')).statusCode, 200, 'the next request is answered')
  }
})

t.test('a line of the log names the portal, however that was chosen, and whenever it was', async (t) => {
  const logged: { portal?: string; msg: string }[] = []
  const logger = pino({ level: 'info' }, { write: (line) => logged.push(JSON.parse(line)) })
  const { app } = await testServer(t, { logger, logRequests: true })
  const requests: [request: InjectOptions, portal: string | undefined][] = [
    [{ url: '/nope' }, 'localhost'],
    [{ url: '/@w1/nope' }, 'w1'],
    [{ url: '/nope', headers: { 'x-docspace-mock-portal': 'w2' } }, 'w2'],
    [{ url: '/nope', headers: { host: 'w3.localhost' } }, 'w3'],
    [{ url: '/nope?origin=http://w3.localhost' }, 'w3'],
    [{ url: `/@w1/${'x'.repeat(9000)}` }, 'w1'],
    [{ url: '/@w4/nope', headers: { host: 'a b' } }, undefined],
    [{ url: '/health?x=y' }, 'localhost'],
    [{ url: '/@w1/__mock/clock' }, 'w1'],
  ]
  for (const [request, portal] of requests) {
    await app.inject(request)
    logged.length = 0
    await app.inject(request)
    t.ok(logged.length >= 1, request.url as string)
    for (const line of logged) t.equal(line.portal, portal, `${request.url}: ${line.msg}`)
    t.ok(logged.every((line) => 'reqId' in line))
  }
})

t.test('a custom logger gets no query and no secret of a path', async (t) => {
  const logged: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line) => logged.push(line) })
  const { app } = await testServer(t, { logger, logRequests: true })
  const key = `sk-${'0123456789abcdef'.repeat(4)}`
  const urls = ['/s/abcdefghijklmno', '/%73/abcdefghijklmno', `/x/${key}?${key}`, '/nope?asc_auth_key=abcdefghijklmno']
  for (const url of urls) await app.inject(url)
  const shown = logged.map((line) => JSON.parse(line)).flatMap(({ req }) => req?.url ?? [])
  t.same(shown, ['/s/…', '/s/…', '/x/sk-…cdef', '/nope'])
  t.notMatch(logged.join(''), /abcdefghijkl|0123456789ab/)
})

t.test('a request that logs nothing makes no logger', async (t) => {
  const { app } = await testServer(t, { logger: pino({ level: 'warn' }, { write: () => {} }) })
  const { child } = app.log
  let made = 0
  app.log.child = (...given) => {
    made++
    return child.apply(app.log, given)
  }
  t.equal((await app.inject(asKey('1', 'userscount'))).statusCode, 200)
  t.equal((await app.inject('/api/2.0/portal/userscount')).statusCode, 401)
  t.equal(made, 0)
  await app.inject('/nope')
  t.equal(made, 1)
})

t.test('a refusal is not logged as an error', async (t) => {
  const logged: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => logged.push(line) })
  const { app } = await testServer(t, { logger, profile: 'server' })
  await app.inject({ url: '/', headers: { authorization: 'Basic !' } })
  for (const request of [asKey('3', 'userscount'), asKey('1', 'users/invite/9'), asKey('b', 'userscount')]) {
    t.ok((await app.inject(request)).statusCode >= 400)
  }
  t.same(logged, [])
})

t.test('an error takes back what guards have put into the answer (facts §2.0.1)', async (t) => {
  const { app } = await testServer(t, { profile: 'server' })
  const { headers } = await app.inject({
    url: '/api/2.0/portal/userscount',
    headers: { authorization: 'Basic !', cookie: 'asc_auth_key=x' },
  })
  t.equal(headers['www-authenticate'], undefined)
  t.equal(headers['set-cookie'], undefined)
})

t.test('a validation problem keeps the caller’s trace', async (t) => {
  const { app } = await testServer(t)
  const request = asKey('1', 'users/invite/9')
  const traced = async (traceparent: string) => {
    const answer = await app.inject({ ...request, headers: { ...request.headers, traceparent } })
    return answer.json().response.traceId
  }
  const trace = '0af7651916cd43dd8448eb211c80319c'
  t.match(
    await traced(`00-${trace}-b7ad6b7169203331-01`),
    new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
  )
  for (const bad of ['', 'x', `00-${trace}-01`, `01-${trace}-b7ad6b7169203331-01`]) {
    t.match(await traced(bad), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/, bad)
  }
})
