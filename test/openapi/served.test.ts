import { createRequire } from 'node:module'
import type { OpenAPIV3 } from 'openapi-types'
import t from 'tap'
import { start } from '../../src/start.ts'
import { testServer } from '../helper.ts'
import { strippingProxy } from './stripping-proxy.ts'

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
  for (const url of ['/docs', '/docs/', '//docs', '/DOCS', '/@x/docs', '/@x/docs/', '/docs?a', '/docs/?a/b']) {
    const page = await app.inject(url)
    t.equal(page.statusCode, 200, url)
    t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    t.match(page.headers['content-security-policy'], /^default-src 'none';/)
    t.notMatch(page.headers['content-security-policy'], /http|unsafe|upgrade-insecure-requests/)
    const assets = assetsOf(page.body)
    t.ok(assets.length > 5)
    for (const asset of assets) {
      t.match(asset, /^\./, 'relative')
      const found = await app.inject(new URL(asset, `http://localhost${url}`).pathname)
      t.equal(found.statusCode, 200, asset)
      t.match(found.headers['content-type'], /^(text\/css|application\/javascript|text\/javascript|image\/png)/)
    }
  }
  const initializer = (await app.inject('/docs/static/swagger-initializer.js')).body
  t.match(initializer, 'validatorUrl: null')
  t.doesNotThrow(() => new Function(initializer), 'what is sent to the browser is JavaScript')
})

/** The addresses of what a page loads. */
function assetsOf(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset = '']) => asset)
}

/** What Swagger UI is started with by a page at an address: the initializer runs as in a browser. */
function startedWith(initializer: string, href: string): Record<'url' | 'oauth2RedirectUrl', string> {
  let started: unknown
  const start = Object.assign(
    (config: unknown) => {
      started = config
      return { initOAuth: () => {} }
    },
    { presets: {}, plugins: {} },
  )
  const anchor = { href: '' }
  const page = { onload: () => {}, location: { href } }
  const globals = { window: page, document: { createElement: () => anchor }, SwaggerUIBundle: start }
  new Function(...Object.keys(globals), 'SwaggerUIStandalonePreset', initializer)(...Object.values(globals), {})
  page.onload()
  return started as ReturnType<typeof startedWith>
}

t.test(
  'Swagger UI finds its files, its document and its redirect page behind a proxy that strips a prefix',
  async (t) => {
    const { url, close } = await start({ port: 0 })
    t.teardown(close)
    const proxy = await strippingProxy(url)
    t.teardown(proxy.close)
    t.equal((await fetch(`${new URL(proxy.url).origin}/docs`)).status, 404, 'the proxy knows nothing but the prefix')
    for (const path of ['/docs', '/docs/', '/@x/docs', '/@x/docs/']) {
      const address = proxy.url + path
      const page = await fetch(address, { redirect: 'manual' })
      t.equal(page.status, 200, path)
      const assets = assetsOf(await page.text()).map((asset) => new URL(asset, address).href)
      for (const asset of assets) t.equal((await fetch(asset)).status, 200, asset)
      const initializer = assets.find((asset) => asset.endsWith('/swagger-initializer.js')) ?? ''
      const config = startedWith(await (await fetch(initializer)).text(), address)
      const document = (await (await fetch(config.url)).json()) as OpenAPIV3.Document
      t.strictSame(document.servers, [{ url: path.startsWith('/@x') ? '/@x' : '/' }])
      t.equal(
        new URL(config.oauth2RedirectUrl).pathname,
        `/prefix${path.replace(/\/$/, '')}/static/oauth2-redirect.html`,
      )
      t.equal((await fetch(config.oauth2RedirectUrl)).status, 200)
    }
  },
)

t.test('the document of a portal below a path names the authorization server of that portal', async (t) => {
  const { app } = await testServer(t)
  const schemesAt = async (url: string) => {
    const { components } = (await app.inject(url)).json<OpenAPIV3.Document>()
    return components?.securitySchemes as Record<string, unknown>
  }
  const first = await schemesAt(`${PATH}.json`)
  const expected = (path: string) => ({
    ...first,
    OAuth2: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: `${path}/oauth2/authorize`,
          tokenUrl: `${path}/oauth2/token`,
          scopes: { read: 'Read access to protected resources', write: 'Write access to protected resources' },
        },
      },
      description: 'OAuth2 flow with Authorization Code',
    },
    OpenId: {
      type: 'openIdConnect',
      openIdConnectUrl: `${path}/.well-known/openid-configuration`,
      description: 'OpenID Connect authentication',
    },
  })
  t.strictSame(first, expected(''))
  for (const url of [`/@x${PATH}.json`, '/@x/docs/json']) t.strictSame(await schemesAt(url), expected('/@x'), url)
  const named = { url: `${PATH}.json`, headers: { 'x-docspace-mock-portal': 'x' } }
  t.strictSame((await app.inject(named)).json().components.securitySchemes, expected('/@x'), 'named by a header')
  t.strictSame(await schemesAt(`${PATH}.json`), first, 'that of the first portal stays')
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
