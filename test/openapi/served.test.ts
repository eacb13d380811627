import { createRequire } from 'node:module'
import t from 'tap'
import { testServer } from '../helper.ts'

const PATH = '/openapi/asc.web.api/2.0'

// the library that the document is written with reads it too
const { parse } = createRequire(import.meta.resolve('@fastify/swagger'))('yaml') as { parse: (text: string) => unknown }

t.test('the document is the same as JSON and as YAML', async (t) => {
  const { app } = await testServer(t)
  const json = await app.inject(`${PATH}.json`)
  t.equal(json.statusCode, 200)
  t.equal(json.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(json.headers['access-control-allow-origin'], '*', 'editors on other origins may read it')
  for (const extension of ['yaml', 'yml']) {
    const yaml = await app.inject(`${PATH}.${extension}`)
    t.equal(yaml.statusCode, 200)
    t.equal(yaml.headers['content-type'], 'application/yaml; charset=utf-8')
    t.strictSame(parse(yaml.body), json.json())
  }
  t.strictSame((await app.inject('/docs/json')).json(), json.json(), 'and Swagger UI has it too')
})

t.test('the pages of Swagger UI', async (t) => {
  const { app } = await testServer(t)
  for (const url of ['/docs', '/docs/', '//docs', '/DOCS']) {
    const page = await app.inject(url)
    t.equal(page.statusCode, 200, url)
    t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    t.match(page.headers['content-security-policy'], /^default-src 'self';/)
    t.notMatch(page.headers['content-security-policy'], /http|upgrade-insecure-requests/)
    for (const [, asset = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const found = await app.inject(new URL(asset, 'http://localhost/docs').pathname)
      t.equal(found.statusCode, 200, asset)
      t.match(found.headers['content-type'], /^(text\/css|application\/javascript|text\/javascript|image\/png)/)
    }
  }
  const initializer = (await app.inject('/docs/static/swagger-initializer.js')).body
  t.match(initializer, 'validatorUrl: null')
  t.doesNotThrow(() => new Function(initializer), 'what is sent to the browser is JavaScript')
})

t.test('HEAD is answered as GET, without the body', async (t) => {
  const { app } = await testServer(t)
  const paths = [`${PATH}.json`, `${PATH}.yaml`, '/docs', '/docs/', '/docs/json', '/docs/static/swagger-ui.css']
  for (const url of paths) {
    const [get, head] = await Promise.all([app.inject(url), app.inject({ method: 'HEAD', url })])
    t.equal(head.statusCode, get.statusCode, url)
    t.equal(head.headers['content-type'], get.headers['content-type'])
    t.equal(head.headers['content-length'], get.headers['content-length'])
    t.equal(head.body, '')
  }
})

t.test('what is not there is 404 without a body, as everywhere', async (t) => {
  const { app } = await testServer(t)
  const paths = ['/docs/no', '/docs/static/no.js', '/docs/static/', '/docs/static/..%2f..%2fpackage.json', '/docs/%zz']
  for (const url of [...paths, PATH, `${PATH}.xml`, '/docsx']) {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, 404, url)
    t.equal(answer.body, '', url)
    t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 404, url)
  }
})

t.test('it needs no credential, and is closed with the server', async (t) => {
  const { app } = await testServer(t, { guards: [] })
  const [first, second] = await Promise.all([app.inject('/docs/json'), app.inject(`${PATH}.json`)])
  t.equal(first.statusCode, 200)
  t.strictSame(first.json(), second.json())
  t.strictSame(second.json().paths['/api/2.0/portal/userscount'].get.security, [])
  await app.close()
})
