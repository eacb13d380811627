import fastify from 'fastify'
import t from 'tap'
import { parseQuery } from '../../src/wire/query.ts'
import { sendSuccess } from '../../src/wire/success.ts'

t.test('answers 200 with the envelope, in the type that was asked for (facts §4.1)', async (t) => {
  const app = fastify({
    routerOptions: { querystringParser: (text) => parseQuery(text) as unknown as Record<string, unknown> },
  })
  t.teardown(() => app.close())
  app.decorateRequest('portalPath', '')
  app.get('/with', (request, reply) => sendSuccess(request, reply, '3'))
  app.get('/list', (request, reply) => sendSuccess(request, reply, '[{"a":1,"b":2}]', 1))
  app.post('/without', (request, reply) => sendSuccess(request, reply))
  const headers = { host: 'docs.example.com' }

  const counted = await app.inject({ url: '/with?x=1', headers })
  t.equal(counted.statusCode, 200)
  t.equal(counted.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(
    counted.body,
    '{"response":3,"count":1,"links":[{"href":"http://docs.example.com/with?x=1","action":"GET"}],"status":0,"statusCode":200}',
  )

  t.match((await app.inject('/list')).json(), { response: [{ a: 1, b: 2 }], count: 1 })
  t.strictSame((await app.inject('/list?fields=b')).json().response, [{ b: 2 }], 'facts §1.10')
  t.equal((await app.inject('/with?fields=b')).json().response, 3)
  t.notOk('response' in (await app.inject({ method: 'POST', url: '/without?fields=b' })).json())

  const empty = await app.inject({ method: 'POST', url: '/without', headers: { ...headers, accept: 'text/json' } })
  t.equal(empty.statusCode, 200)
  t.equal(empty.headers['content-type'], 'text/json; charset=utf-8')
  t.equal(
    empty.body,
    '{"count":0,"links":[{"href":"http://docs.example.com/without","action":"POST"}],"status":0,"statusCode":200}',
  )
})
