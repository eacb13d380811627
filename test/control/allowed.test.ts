import t from 'tap'
import { testPortal, testServer } from '../helper.ts'

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
  ]) {
    t.equal((await app.inject({ url: '/__mock/clock', headers: { host } })).statusCode, 403, host)
  }
})

t.test('those that are known are not', async (t) => {
  const portal = testPortal(t)
  portal.changeSettings({ mappedDomain: 'docs.example.com' })
  const { app } = await testServer(t, { portal, publicUrl: 'https://mock.example.com:8443' })
  const hosts = ['localhost', 'LOCALHOST:8092', 'w1.localhost:8092', '127.0.0.1:8092', '[::1]:8092', '192.0.2.1', '']
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

t.test('an Origin header that is no URL is a foreign one in both profiles', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const origin of ['null', 'localhost', 'http://']) {
      const answer = await app.inject({ url: '/__mock/clock', headers: { origin } })
      t.equal(answer.statusCode, 403, `${profile} ${origin}`)
      t.equal(answer.json().error, `pages of ${origin} may not control this server`)
    }
  }
})
