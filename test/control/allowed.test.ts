import type { AddressInfo } from 'node:net'
import t from 'tap'
import { control as controlOf } from '../../src/client/index.ts'
import { hasToken } from '../../src/control/allowed.ts'
import { testPortal, testServer } from '../helper.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'

const elsewhere = 'http://evil.example:8092'

t.test('hosts that may be those of web sites are refused', async (t) => {
  const { app } = await testServer(t)
  const headers = { host: 'evil.example:8092', origin: elsewhere }
  for (const extra of [{}, { 'x-forwarded-host': 'localhost:8092', origin: 'http://localhost:8092' }]) {
    const answer = await app.inject({ url: '/__mock/clock', headers: { ...headers, ...extra } })
    t.equal(answer.statusCode, 403)
    t.match(answer.json().error, /^the control API is to be called as localhost, .*, not as evil\.example:8092;/)
  }
  for (const host of [
    'localhost.evil.example',
    'evil-localhost',
    'x',
    '127.0.0.1.evil.example',
    'evil.example.',
    'localhost..',
    'a b',
    'user@evil.example',
    'localhost@evil.example',
    'evil@localhost',
    'localhost:8092@evil.example',
    'localhost/evil.example',
    'localhost?evil.example',
    'localhost#evil.example',
    'evil.example:localhost',
    '127.0.0.1:8092.evil.example',
    '[::1].evil.example',
    '1.2.3.4.5',
    'localhost,evil.example',
  ]) {
    t.equal((await app.inject({ url: '/__mock/clock', headers: { host } })).statusCode, 403, host)
  }
})

t.test('those that are known are not', async (t) => {
  const portal = testPortal(t)
  portal.changeSettings({ mappedDomain: 'docs.example.com' })
  const { app } = await testServer(t, { portal, publicUrl: 'https://mock.example.com:8443' })
  const hosts = [
    'localhost',
    'LOCALHOST:8092',
    'w1.localhost:8092',
    '127.0.0.1:8092',
    '[::1]:8092',
    '192.0.2.1',
    '2130706433',
    '0x7f.1',
    '',
  ]
  const dotted = ['localhost.', 'LOCALHOST.:8092', 'w1.localhost.:8092', '127.0.0.1.', 'docs.example.com.']
  for (const host of [...hosts, ...dotted, 'docs.example.com', 'mock.example.com:8443']) {
    t.equal((await app.inject({ url: '/__mock/clock', headers: { host } })).statusCode, 200, host)
  }
  for (const [host, origin] of [
    ['localhost.:8092', 'http://localhost.:8092'],
    ['localhost:8092', 'http://localhost.:8092'],
    ['localhost.:8092', 'http://localhost:8092'],
  ]) {
    t.equal(
      (await app.inject({ url: '/__mock/clock', headers: { host, origin } })).statusCode,
      200,
      `${host} ${origin}`,
    )
  }
})

t.test('with a token, or where other machines may, any host does', async (t) => {
  for (const control of [{ token: 'secret' }, { remote: true }]) {
    const { app } = await testServer(t, { control })
    const headers = { host: 'mock.internal:8092', authorization: 'Bearer secret' }
    t.equal((await app.inject({ url: '/__mock/clock', headers })).statusCode, 200)
  }
})

t.test('an Origin header that isn’t a URL counts as foreign in both profiles', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const origin of ['null', 'localhost', 'http://']) {
      const answer = await app.inject({ url: '/__mock/clock', headers: { origin } })
      t.equal(answer.statusCode, 403, `${profile} ${origin}`)
      t.equal(answer.json().error, `pages of ${origin} may not control this server`)
    }
  }
})

/** What a browser sends with a request, and whether the control API answers it under a host that it knows. */
const senders: [headers: Record<string, string>, method: 'GET' | 'POST', isAnswered: boolean][] = [
  [{}, 'GET', true],
  [{}, 'POST', true],
  [{ origin: 'http://localhost:8092' }, 'POST', true],
  [{ origin: 'http://localhost:8092', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 'POST', true],
  [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'GET', true],
  // typed into the address bar, and a link on a page
  [{ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'GET', true],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'GET', true],
  // simple requests, which need no preflight
  [{ origin: 'http://evil.example', 'content-type': 'text/plain' }, 'POST', false],
  [{ origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' }, 'POST', false],
  [{ origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'POST', false],
  [{ origin: 'null' }, 'POST', false],
  [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, 'POST', false],
  [{ origin: 'http://localhost' }, 'POST', false],
  [{ origin: 'http://localhost:8092@evil.example' }, 'POST', false],
  [{ origin: 'http://evil.example', accept: 'text/event-stream' }, 'GET', false],
  [{ origin: 'http://evil.example', connection: 'upgrade', upgrade: 'websocket' }, 'GET', false],
  // images, scripts, frames and prefetches have no Origin
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 'GET', false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }, 'GET', false],
  [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' }, 'GET', false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 'GET', false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'POST', false],
]

t.test('pages of other origins may not use it, whatever else may', async (t) => {
  for (const control of [{}, { remote: true }, { token: 'secret' }, { token: 'secret', remote: true }]) {
    const { app, portal } = await testServer(t, { control })
    for (const [sent, method, isAnswered] of senders) {
      const headers = { host: 'localhost:8092', authorization: 'Bearer secret', ...sent }
      const url = method === 'GET' ? '/__mock/clock' : '/@made/__mock/reset'
      const before = app.portals.size
      const answer = await app.inject({ method, url, headers, ...(method === 'POST' && { payload: '{}' }) })
      const name = `${JSON.stringify(control)} ${method} ${JSON.stringify(sent)}`
      t.equal(answer.statusCode < 300, isAnswered, name)
      if (!isAnswered) t.equal(answer.statusCode, 403, name)
      if (!isAnswered) t.equal(app.portals.size, before, 'who is refused makes no portal')
      t.equal(answer.headers['access-control-allow-origin'], undefined, name)
      t.match(answer.headers, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }, name)
      t.equal(answer.headers['cross-origin-resource-policy'], 'same-origin', name)
      if (isAnswered && method === 'POST') await app.inject({ method: 'DELETE', url: '/__mock/portals/made', headers })
    }
    t.ok(portal.store.users.count() > 0)
  }
})

t.test('no response allows pages of other origins to read it, nor does a preflight', async (t) => {
  const { app } = await testServer(t, { control: { remote: true } })
  const origin = 'http://evil.example'
  for (const url of ['/__mock/clock', '/__mock/openapi.json', '/__mock/nope', '/__mock', '/__mock/journal/stream']) {
    for (const method of ['OPTIONS', 'GET', 'HEAD', 'POST', 'DELETE'] as const) {
      const headers = { origin, host: 'localhost:8092', 'access-control-request-method': 'POST' }
      const answer = await app.inject({ method, url, headers })
      t.equal(answer.statusCode, 403, `${method} ${url}`)
      t.notOk(Object.keys(answer.headers).some((name) => name.startsWith('access-control-')))
    }
  }
})

t.test('--control-remote allows other machines, but not pages under a name that may be a web site’s', async (t) => {
  const portal = testPortal(t)
  portal.changeSettings({ mappedDomain: 'docs.example.com' })
  const options = { portal, publicUrl: 'http://mock.example.com', host: 'devbox' }
  const cases: [host: string, isKnown: boolean][] = [
    ['evil.example', false],
    ['evil.example:8092', false],
    ['mock', false],
    ['localhost.evil.example', false],
    ['localhost:8092', true],
    ['127.0.0.1:8092', true],
    ['192.0.2.7', true],
    ['w1.localhost', true],
    ['docs.example.com', true],
    ['mock.example.com', true],
    ['devbox:8092', true],
  ]
  for (const [host, isKnown] of cases) {
    const headers = { host, origin: `http://${host}` }
    const remote = await testServer(t, { ...options, control: { remote: true } })
    const statusOf = async (given: Record<string, string>) =>
      (await remote.app.inject({ url: '/__mock/clock', headers: given })).statusCode
    t.equal(await statusOf(headers), isKnown ? 200 : 403, host)
    t.equal(await statusOf({ ...headers, 'x-forwarded-host': host }), isKnown ? 200 : 403, host)
    t.equal(await statusOf({ host }), 200, 'a request without an Origin isn’t sent by a page')
    const withToken = await testServer(t, { ...options, control: { remote: true, token: 'secret' } })
    const answer = await withToken.app.inject({
      url: '/__mock/clock',
      headers: { ...headers, authorization: 'Bearer secret' },
    })
    t.equal(answer.statusCode, 200, `${host}: no web site knows the token`)
  }
})

t.test('a token is compared as UTF-8', async (t) => {
  const latin1 = (text: string) => Buffer.from(text).toString('latin1')
  const cases: [header: string | undefined, token: string, isRight: boolean][] = [
    ['Bearer secret', 'secret', true],
    [latin1('Bearer tökén'), 'tökén', true],
    [latin1('Bearer 令牌'), '令牌', true],
    // as clients send it whose headers are ISO 8859-1
    ['Bearer tökén', 'tökén', true],
    [undefined, 'secret', false],
    ['', 'secret', false],
    ['Bearer', 'secret', false],
    ['Bearer ', 'secret', false],
    ['Bearer secre', 'secret', false],
    ['Bearer secrets', 'secret', false],
    ['Bearer Secret', 'secret', false],
    ['Basic secret', 'secret', false],
    ['secret', 'secret', false],
    [latin1('Bearer token'), 'tökén', false],
    [latin1('Bearer 令'), '令牌', false],
  ]
  for (const [header, token, isRight] of cases) t.equal(hasToken(header, token), isRight, `${header} ${token}`)
})

t.test('a token beyond ASCII over a connection, from the client and from any other', async (t) => {
  for (const token of ['tökén', '令牌']) {
    const { app } = await testServer(t, { control: { token } })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const request = (authorization: string) =>
      writeRequest({ method: 'GET', path: '/__mock/clock', headers: [['Authorization', authorization]] })
    t.equal((await sendRaw(port, Buffer.from(request(`Bearer ${token}`)))).status, 200)
    t.equal((await sendRaw(port, Buffer.from(request('Bearer token')))).status, 401)
    t.ok(await controlOf(`http://127.0.0.1:${port}`, { token }).clock.get())
  }
})

t.test('a token that is empty, or that no client can send, is refused', async (t) => {
  for (const token of ['', ' ', 'a\n', ' a']) {
    await t.rejects(testServer(t, { control: { token } }), {
      name: 'TypeError',
      message: /^control\.token .*takes a token/,
    })
  }
})
