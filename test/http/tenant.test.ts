import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { defaultFixture } from '../../src/start.ts'
import { apiKey, people, testPortal, testServer } from '../helper.ts'
import { exchange } from './exchange.ts'

/** Two portals on one server: alpha, which has 6 users, and beta, which has 7. */
async function twoPortals(t: Test, profile: 'documented' | 'server' = 'documented') {
  const alpha = testPortal(t, { fixture: { ...defaultFixture, alias: 'alpha' } })
  const beta = testPortal(t, { fixture: { ...defaultFixture, alias: 'beta', tenantId: 2, generatedUsers: 1 } })
  const { app } = await testServer(t, { portals: [alpha, beta], profile, onDemand: false })
  return { app, alpha, beta }
}

/** The name of the portal that answers a request. */
async function answering(app: FastifyInstance, headers: Record<string, string>, query = ''): Promise<string> {
  const authorization = `Bearer sk-${'1'.repeat(64)}`
  const answer = await app.inject({ url: `/api/2.0/portal/userscount${query}`, headers: { authorization, ...headers } })
  return { 6: 'alpha', 7: 'beta' }[answer.json().response as 6 | 7]
}

t.test('a portal is chosen by the host', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await twoPortals(t, profile)
    const hosts: Record<string, string> = {
      'alpha.localhost': 'alpha',
      'beta.localhost': 'beta',
      'beta.localhost:8092': 'beta',
      'Beta.LocalHost': 'beta',
      beta: 'beta',
      'beta:8092': 'beta',
      localhost: 'alpha',
      '127.0.0.1:8092': 'alpha',
      'gamma.localhost': 'alpha',
      'docs.example.com': 'alpha',
      'x.beta.localhost': 'alpha',
      'beta.localhost.example.com': 'alpha',
      'beta.localhost.': 'beta',
      'BETA.localhost.:8092': 'beta',
      'beta.': 'beta',
      'localhost.': 'alpha',
      'LOCALHOST.:8092': 'alpha',
      '127.0.0.1.': 'alpha',
    }
    for (const [host, portal] of Object.entries(hosts)) t.equal(await answering(app, { host }), portal, host)
  }
})

t.test(
  'the host of the Origin header comes first, and counts for nothing where it is no portal (facts §1.2)',
  async (t) => {
    const { app } = await twoPortals(t)
    const cases: [host: string, origin: string, portal: string][] = [
      ['alpha.localhost', 'http://beta.localhost', 'beta'],
      ['alpha.localhost', 'https://beta.localhost:8443', 'beta'],
      ['beta.localhost', 'http://alpha.localhost', 'alpha'],
      ['beta.localhost', 'http://app.example.com', 'beta'],
      ['beta.localhost', 'null', 'beta'],
      ['docs.example.com', 'http://app.example.com', 'alpha'],
      ['alpha.localhost', 'http://beta.localhost.:3000', 'beta'],
    ]
    for (const [host, origin, portal] of cases)
      t.equal(await answering(app, { host, origin }), portal, `${host} ${origin}`)
  },
)

t.test('the query parameter origin stands for the host', async (t) => {
  const { app } = await twoPortals(t)
  t.equal(await answering(app, { host: 'alpha.localhost' }, '?origin=http://beta.localhost'), 'beta')
  t.equal(await answering(app, { host: 'beta.localhost' }, '?origin=http://docs.example.com'), 'alpha')
  t.equal(await answering(app, { host: 'beta.localhost' }, '?origin=nonsense'), 'beta')
  t.equal(await answering(app, { host: 'alpha.localhost' }, '?origin=http://beta.localhost.:8092'), 'beta')
})

t.test('so does a host that a proxy forwards', async (t) => {
  const { app } = await twoPortals(t)
  t.equal(await answering(app, { host: 'alpha.localhost', 'x-forwarded-host': 'beta.localhost' }), 'beta')
  t.equal(await answering(app, { host: 'alpha.localhost', 'x-forwarded-host': 'beta.localhost.' }), 'beta')
})

t.test('a portal is found by its own domain, from when it has one', async (t) => {
  const { app, beta } = await twoPortals(t)
  t.equal(await answering(app, { host: 'docs.example.com' }), 'alpha')
  beta.changeSettings({ mappedDomain: 'docs.example.com' })
  t.equal(await answering(app, { host: 'docs.example.com:8092' }), 'beta')
  t.equal(await answering(app, { host: 'docs.example.com.' }), 'beta')
  t.equal(await answering(app, { host: 'alpha.localhost', origin: 'https://docs.example.com' }), 'beta')
  t.equal(await answering(app, { host: 'beta.localhost' }), 'beta')
})

t.test('the machine’s own names are the first portal’s, whatever the aliases are', async (t) => {
  const first = testPortal(t, { fixture: { ...defaultFixture, alias: 'acme' } })
  const second = testPortal(t, { fixture: { ...defaultFixture, tenantId: 2, generatedUsers: 1 } })
  t.equal(second.alias, 'localhost')
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { portals: [first, second], profile })
    const count = async (url: string, headers: Record<string, string>) => {
      const authorization = `Bearer ${apiKey('1')}`
      const answer = await app.inject({
        url: `${url}/api/2.0/portal/userscount`,
        headers: { ...headers, authorization },
      })
      return answer.json().response
    }
    for (const host of [
      'localhost',
      'LocalHost:8092',
      'localhost.',
      '127.0.0.1:8092',
      '[::1]:8092',
      'docs.example.com',
    ]) {
      t.equal(await count('', { host }), 6, host)
      t.equal(await count('/@localhost', { host }), 7, host)
      t.equal(await count('', { host, 'x-docspace-mock-portal': 'localhost' }), 7, host)
      t.equal(await count('', { host, origin: 'http://localhost:3000' }), 6, `${host}, from a page on this machine`)
    }
    t.equal(await count('', { host: 'localhost.localhost' }), 7)
    t.equal(await count('', { host: 'acme.localhost', origin: 'http://localhost:3000' }), 6)
    // a test names its portal as the machine is called
    await app.inject('/@mock/api/2.0/capabilities')
    app.portals.find('mock')?.store.users.remove(people.guest)
    t.equal(await count('', { host: 'mock:8092' }), 6)
    t.equal(await count('', { host: 'mock.localhost' }), 5)
  }
})

t.test('no Host at all', async (t) => {
  const { app } = await twoPortals(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const request = `GET /api/2.0/portal/userscount HTTP/1.0\r\nAuthorization: Bearer sk-${'1'.repeat(64)}\r\n\r\n`
  const [answer] = await exchange((app.server.address() as AddressInfo).port, request)
  t.match(answer?.body, '"response":6,')
})

t.test('portals share nothing', async (t) => {
  const { app, alpha, beta } = await twoPortals(t)
  const ask = (host: string, path: string, headers = {}, method: 'GET' | 'POST' = 'GET') =>
    app.inject({ method, url: path.startsWith('/') ? path : `/api/2.0/portal/${path}`, headers: { host, ...headers } })

  const token = { authorization: mintSessionToken(alpha, people.owner) }
  t.equal((await ask('alpha.localhost', 'userscount', token)).statusCode, 200)
  t.equal((await ask('beta.localhost', 'userscount', token)).statusCode, 401, 'a session')

  const key = { authorization: `Bearer sk-${'1'.repeat(64)}` }
  const link = new URL((await ask('alpha.localhost', 'users/invite/4', key)).json().response)
  t.equal(link.origin, 'http://alpha.localhost')
  t.match((await ask('alpha.localhost', link.pathname)).headers.location, '/confirm/LinkInvite?')
  t.equal((await ask('beta.localhost', link.pathname)).headers.location, 'http://beta.localhost', 'a short link')

  await ask('alpha.localhost', 'present/mark', key, 'POST')
  t.equal(alpha.store.webstudioSettings.isGiftMessageRead(people.owner), true)
  t.equal(beta.store.webstudioSettings.isGiftMessageRead(people.owner), false, 'a flag')

  beta.changeSettings({ tenantStatus: 'suspended' })
  t.equal((await ask('beta.localhost', 'userscount', key)).statusCode, 404)
  t.equal((await ask('alpha.localhost', 'userscount', key)).statusCode, 200, 'a status')

  t.match((await ask('beta.localhost', '/', { accept: 'text/html' })).body, 'portal «beta»', 'a page')
})

t.test('errors of a request that is for no portal speak for the first', async (t) => {
  const { app, alpha } = await twoPortals(t, 'server')
  alpha.changeSettings({ culture: 'de' })
  const answer = await app.inject({ url: '/', headers: { host: 'beta.localhost', origin: 'null' } })
  t.equal(answer.statusCode, 500)
  t.equal(answer.json().error.type, 'System.UriFormatException')
})

t.test('a portal that is reset is closed once everybody has left it, each once', async (t) => {
  const { app, alpha } = await twoPortals(t)
  const { state } = alpha
  state.enter()
  for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'] as const) await app.inject({ method, url: '/liveness' })
  await answering(app, {})
  await app.listen({ port: 0, host: '127.0.0.1' })
  await exchange((app.server.address() as AddressInfo).port, 'GET /liveness HTTP/1.0\r\n\r\n')
  alpha.reset()
  t.equal(state.store.users.count(), 6)
  state.leave()
  t.throws(() => state.store.users.count(), /not open/)
})

t.test('what a client that hangs up has asked for finds the portal open, though it was reset', async (t) => {
  const { app, alpha } = await twoPortals(t)
  const { state } = alpha
  await app.listen({ port: 0, host: '127.0.0.1' })
  const asked = once(app.server, 'request')
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST /api/2.0/authentication HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n')
  const [, answer] = (await asked) as [IncomingMessage, ServerResponse]
  const hungUp = once(answer, 'close')
  socket.destroy()
  await hungUp
  alpha.reset()
  t.equal(state.store.users.count(), 6)
  state.close()
})
