import type { InjectOptions } from 'fastify'
import t from 'tap'
import { asKey, testServer } from '../helper.ts'

const requests: InjectOptions[] = [
  asKey('1', 'userscount'),
  asKey('3', 'userscount'),
  asKey('1', 'users/invite/9'),
  asKey('4', 'present/mark', 'POST'),
  asKey('1', 'userscount', 'POST'),
  { url: '/api/2.0/portal/userscount' },
  { url: '/api/2.0/portal/userscount', headers: { authorization: 'Basic !' } },
  { url: '/api/2.0/portal/userscount', headers: { host: 'a b' } },
  { url: '/api/2.0/portal/userscount', headers: { origin: 'null' } },
  { method: 'OPTIONS', url: '/', headers: { origin: 'http://a', 'access-control-request-method': 'GET' } },
  { method: 'PUT', url: '/api/2.0/portal/users/invitationlink' },
  { url: `/${'a'.repeat(9000)}` },
  { url: '/' },
  { url: '/', headers: { accept: 'text/html' } },
  { url: '/nope' },
  { url: '/s/nope' },
  { url: '/confirm/LinkInvite' },
  { url: '/oauth2/jwks' },
  { url: '/ready' },
  { url: '/liveness' },
  { url: '/openapi/asc.web.api/2.0.json' },
  { method: 'POST', url: '/health' },
]

t.test('every answer but that of /health says how long it took, in whole milliseconds (facts §1.1)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile, rateLimits: limitsBut(1000) })
    for (const request of requests) {
      const { headers } = await app.inject(request)
      t.match(headers['server-timing'], /^aspnetcore-request-time;dur=\d+ms$/, `${request.method} ${request.url}`)
    }
    t.equal((await app.inject('/health')).headers['server-timing'], undefined)
  }
})

t.test('so does one that was one too many', async (t) => {
  const { app } = await testServer(t, { rateLimits: limitsBut(1) })
  await app.inject('/nope')
  const answer = await app.inject('/nope')
  t.equal(answer.statusCode, 429)
  t.match(answer.headers['server-timing'], /^aspnetcore-request-time;dur=\d+ms$/)
})

t.test('an answer without a body has nothing else in its headers (facts §1.8)', async (t) => {
  const { app } = await testServer(t)
  for (const request of ['/api/2.0/portal/userscount', '/nope']) {
    const { headers, body } = await app.inject(request)
    t.equal(body, '')
    t.same(Object.keys(headers).sort(), ['connection', 'content-length', 'date', 'server-timing'])
    t.equal(headers['content-length'], '0')
  }
})

function limitsBut(perMinute: number) {
  return { perMinute, concurrentReads: 10, concurrentWrites: 10, writesPerDay: 1000 }
}
