import type { InjectOptions } from 'fastify'
import t from 'tap'
import controlDocument from '../../openapi/control.json' with { type: 'json' }
import { testServer } from '../helper.ts'

t.setTimeout(120_000)

/** JSON of so many levels. */
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

t.test('JSON that would take all of the stack is refused', async (t) => {
  const { app } = await testServer(t)
  const cases: [path: string, around: (json: string) => string][] = [
    ['faults', (json) => `{"effect":{"answer":{"status":200,"body":${json}}}}`],
    ['credentials/access-token', (json) => `{"claims":${json}}`],
    ['journal/verify', (json) => `{"body":${json}}`],
  ]
  for (const [path, around] of cases) {
    const post = (levels: number) =>
      app.inject({ method: 'POST', url: `/__mock/${path}`, payload: around(deep(levels)) })
    const answer = await post(20_000)
    t.equal(answer.statusCode, 400, path)
    t.same(answer.json(), { error: 'the body is more than 100 levels deep' })
    t.ok((await post(90)).statusCode < 300, path)
  }
})

/** Content types of bodies that are JSON regardless, or empty. */
const contentTypes: Record<string, string | undefined> = {
  none: undefined,
  empty: '',
  slashes: '///',
  'a word': 'json',
  'a parameter alone': ';charset=utf-8',
  text: 'text/plain',
  form: 'application/x-www-form-urlencoded',
  'multipart without a boundary': 'multipart/form-data',
  multipart: 'multipart/form-data; boundary=x',
  'another character set': 'application/json; charset=utf-16',
  'an unknown character set': 'application/json; charset="',
  'a problem': 'application/problem+json',
  long: `application/${'x'.repeat(12_000)}`,
  'bytes beyond ASCII': 'text/\xe9',
}

t.test('control calls may have any content type: their bodies are read as JSON', async (t) => {
  const { app } = await testServer(t)
  const operations = Object.entries(controlDocument.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase() as 'POST', path.replace(/\{\w+\}/g, 'a')] as const),
  )
  t.ok(operations.length > 30)
  for (const [method, path] of operations) {
    // these read no body, and one never ends
    if (method === ('GET' as string)) continue
    for (const payload of ['{}', '[']) {
      const ask = async (type: string | undefined) => {
        const headers: InjectOptions['headers'] = type === undefined ? {} : { 'content-type': type }
        const { statusCode, body } = await app.inject({ method, url: path, payload, headers })
        return { statusCode, error: /"error":"(.*?)"/.exec(body)?.[1] }
      }
      const usual = await ask('application/json')
      if (usual.statusCode >= 500) t.fail(`${method} ${path} ${payload}: ${usual.statusCode}`)
      for (const [name, type] of Object.entries(contentTypes)) {
        const { statusCode, error } = await ask(type)
        // an earlier call may have created the same thing
        const isAlike = statusCode < 500 && (usual.statusCode !== 400 || error === usual.error)
        if (!isAlike) t.same({ statusCode, error }, usual, `${method} ${path} ${payload}, ${name}`)
      }
    }
  }
})

t.test('a malformed content type doesn’t affect other requests', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    const paths = ['/', '/health', '/nope', '/docs/', '/docs/static/none', '/s/none', '/oauth2/token', '/__mock/none']
    for (const url of [...paths, '/api/2.0/portal/present/mark', '/api/2.0/people', '/api/2.0/authentication']) {
      for (const [name, type] of Object.entries(contentTypes)) {
        if (type === undefined) continue
        const { statusCode } = await app.inject({
          method: 'POST',
          url,
          payload: '{}',
          headers: { 'content-type': type },
        })
        t.ok(statusCode < 500, `${url}, ${name}: ${statusCode}`)
      }
    }
  }
})
