import dns from 'node:dns'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import type { AuthGuard } from '../src/auth/guard.ts'
import { mintSessionToken } from '../src/auth/mint.ts'
import { defaultFixture, type RunningServer, type StartOptions, start } from '../src/start.ts'
import { type Fixture, FixtureError } from '../src/store/fixture.ts'
import { openPortal } from '../src/store/portal-slot.ts'
import { apiKey, NOW, people } from './helper.ts'

const small: Fixture = {
  alias: 'small',
  owner: people.owner,
  users: [{ id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin', apiKeys: [{ key: apiKey('1') }] }],
}

t.test('unless told otherwise: the shipped portal, documented, on localhost', async (t) => {
  const { url, portals, app } = await started(t, {})
  t.match(url, /^http:\/\/localhost:\d+$/)
  t.same(
    portals.map(({ alias, tenantId }) => [alias, tenantId]),
    [['localhost', 1]],
  )
  t.ok(addressesOf(app).every(({ address }) => ['127.0.0.1', '::1'].includes(address)))
  t.equal(await count(url), 6)
})

t.test('the URL is one that a client on this machine can use', async (t) => {
  const urls: Record<string, RegExp> = {
    '127.0.0.1': /^http:\/\/127\.0\.0\.1:\d+$/,
    '0.0.0.0': /^http:\/\/localhost:\d+$/,
    ...((await hasIPv6()) && { '::1': /^http:\/\/\[::1\]:\d+$/, '::': /^http:\/\/localhost:\d+$/ }),
  }
  for (const [host, pattern] of Object.entries(urls)) {
    const { url } = await started(t, { host })
    t.match(url, pattern, host)
    t.equal(await count(url), 6)
  }
})

t.test('fixtures as objects and as files', async (t) => {
  const file = join(t.testdir({ 'other.json': JSON.stringify({ ...small, alias: 'other' }) }), 'other.json')
  const { portals, url } = await started(t, { fixtures: [small, file], generatedUsers: 3, machineKey: 'given' })
  t.same(
    portals.map(({ alias, machineKey }) => [alias, machineKey]),
    [
      ['small', 'given'],
      ['other', 'given'],
    ],
  )
  t.equal(await count(url), 4)
})

t.test('fixtures that are no good', async (t) => {
  const broken = { ...small, colour: 'red' } as Fixture
  const cases: [StartOptions, RegExp][] = [
    [{ fixtures: [small, broken] }, /^fixtures\[1\]: .*colour/],
    [{ fixtures: ['no-such-file.json'] }, /^no-such-file\.json: .*ENOENT/],
    [{ fixtures: [small, { ...small }] }, /^fixtures\[1\]: \/alias is that of another portal: small$/],
    [
      { fixtures: [named('a'), named('b', 7), named('c', 7)] },
      /^fixtures\[2\]: \/tenantId is that of another portal: 7, of fixtures\[1\]\. .*Give one of them another tenantId/,
    ],
  ]
  for (const [options, message] of cases) {
    await t.rejects(start({ port: 0, ...options }), { constructor: FixtureError, message })
  }
})

/** A fixture with a name of its own. */
function named(alias: string, tenantId?: number): Fixture {
  return { ...small, alias, ...(tenantId !== undefined && { tenantId }) }
}

const tenants: [what: string, fixtures: Fixture[], tenantIds: number[]][] = [
  ['one without a tenant id is 1', [named('a')], [1]],
  ['each without one gets the first free', [named('a'), named('b'), named('c')], [1, 2, 3]],
  [
    'those that have one keep it, wherever they stand',
    [named('a'), named('b', 1), named('c'), named('d', 3)],
    [2, 1, 4, 3],
  ],
]

for (const [what, fixtures, tenantIds] of tenants) {
  t.test(`tenant ids: ${what}, and credentials of one portal are refused by the others`, async (t) => {
    const { url, portals } = await started(t, { fixtures })
    t.strictSame(
      portals.map(({ alias, tenantId }) => [alias, tenantId]),
      fixtures.map(({ alias }, i) => [alias, tenantIds[i]]),
    )
    const [first] = portals
    const headers = { authorization: mintSessionToken(first, people.owner) }
    const statuses = portals.map(async ({ alias }) => {
      const { status } = await fetch(`${url}/@${alias}/api/2.0/portal/userscount`, { headers })
      return status
    })
    t.strictSame(
      await Promise.all(statuses),
      fixtures.map((_, i) => (i === 0 ? 200 : 401)),
    )
  })
}

t.test('tenant ids: a portal with a file keeps its own, and new ones get others', async (t) => {
  const dataDirectory = t.testdir()
  const idsOf = async (...fixtures: Fixture[]) => {
    const { portals, close } = await started(t, { fixtures, dataDirectory })
    const ids = portals.map(({ tenantId }) => tenantId)
    await close()
    return ids
  }
  t.strictSame(await idsOf(named('b')), [1])
  t.strictSame(await idsOf(named('a'), named('b')), [2, 1])
  t.strictSame(await idsOf(named('b'), named('a')), [1, 2])
  await t.rejects(idsOf(named('c', 1), named('b')), {
    constructor: FixtureError,
    message:
      /^fixtures\[0\]: the portal c has the tenant id 1, which the file of the portal b \(fixtures\[1\]\) has too\. /,
  })
  t.strictSame(readdirSync(dataDirectory), ['a.sqlite', 'b.sqlite'], 'nothing is left open, or made')
})

t.test('a start that fails leaves nothing open', async (t) => {
  const dataDirectory = t.testdir()
  const taken = createNetServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  await t.rejects(start({ port, host: '127.0.0.1', dataDirectory }), { code: 'EADDRINUSE' })
  await t.rejects(start({ port: 0, dataDirectory, guards: ['Nope' as 'Basic'] }))
  await t.rejects(start({ port: 0, dataDirectory, fixtures: [defaultFixture, { ...small, owner: people.admin }] }))
  await t.rejects(start({ port: 0, dataDirectory, fixtures: [] }), /fixtures is empty/)
  openPortal({ fixture: defaultFixture, dataDirectory }).close()
})

t.test('close() frees the port and the file', async (t) => {
  const dataDirectory = t.testdir()
  const first = await started(t, { dataDirectory, host: '127.0.0.1' })
  await t.rejects(start({ port: 0, dataDirectory }), /open in another process/)
  await first.close()
  await first.close()
  t.same(readdirSync(dataDirectory), ['localhost.sqlite'])
  const port = Number(new URL(first.url).port)
  const second = await start({ port, dataDirectory, host: '127.0.0.1' })
  t.equal(second.url, first.url)
  t.equal(await count(second.url), 6)
  await second.close()
  await t.rejects(fetch(second.url))
})

t.test('close() waits for nobody who is owed nothing', async (t) => {
  const server = await started(t, { host: '127.0.0.1' })
  const silent = await open(t, server, '')
  const keeping = await open(t, server, 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(keeping, 'data')
  const half = await open(t, server, 'GET /health HTTP/1.1\r\nHo')
  await count(server.url)
  await Promise.all([server.close(), ...[silent, keeping, half].map((socket) => once(socket, 'close'))])
})

t.test('close() waits for the answers that are being made, and keeps the portals open for them', async (t) => {
  const { guard, asked, release } = slowGuard()
  const server = await started(t, { guards: [guard], host: '127.0.0.1' })
  const answer = count(server.url)
  await asked
  const closed = server.close()
  await fetch(`${server.url}/health`).catch(() => 'closed to newcomers')
  release()
  t.equal(await answer, 6)
  await closed
})

t.test('close() waits on both addresses of localhost', async (t) => {
  fakeLocalhost(t, ['127.0.0.1', '127.0.0.2'])
  const { guard, asked, release } = slowGuard()
  const server = await started(t, { guards: [guard] })
  const second = addressesOf(server.app).find(({ address }) => address === '127.0.0.2')
  if (second === undefined) {
    t.comment('this machine has no second loopback address')
    return
  }
  const answer = count(`http://127.0.0.2:${second.port}`)
  await asked
  const closed = server.close()
  await fetch(`${server.url}/health`).catch(() => 'closed to newcomers')
  release()
  t.equal(await answer, 6)
  await closed
})

t.test('what is no HTTP is refused alike on both addresses of localhost', async (t) => {
  fakeLocalhost(t, ['127.0.0.1', '127.0.0.2'])
  const { app } = await started(t, {})
  for (const { address, port } of addressesOf(app)) {
    const socket = connect(port, address)
    t.teardown(() => socket.destroy())
    socket.write('no HTTP\r\n\r\n')
    const [answer] = await once(socket, 'data')
    t.equal(String(answer), 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', address)
  }
  const { entries } = (await app.inject('/__mock/journal')).json()
  t.equal(entries.length, addressesOf(app).length)
})

t.test('two servers in one process share nothing', async (t) => {
  const options: StartOptions = { clock: { now: () => NOW } }
  const [one, two] = [await started(t, options), await started(t, { ...options, profile: 'server' })]
  const ask = ({ url }: RunningServer, path: string, method = 'GET') =>
    fetch(`${url}/api/2.0/portal/${path}`, { method, headers: { authorization: `Bearer ${apiKey('1')}` } })

  await ask(one, 'present/mark', 'POST')
  one.portals[0]?.changeSettings({ allowInvitingMembers: false })
  one.portals[0]?.store.users.remove(people.winfield)
  t.equal(await count(one.url), 5)
  t.equal(await count(two.url), 6)
  t.equal(two.portals[0]?.store.webstudioSettings.isGiftMessageRead(people.owner), false)
  t.equal((await ask(one, 'users/invite/4')).status, 403)
  const link: { response: string } = (await (await ask(two, 'users/invite/4')).json()) as never
  t.match(link.response, /\/s\/.{15}$/)
  const elsewhere = await fetch(one.url + new URL(link.response).pathname, { redirect: 'manual' })
  t.equal(elsewhere.headers.get('location'), one.url, 'one does not know the link of two')
  await one.close()
  t.equal(await count(two.url), 6, 'two goes on when one is closed')
})

t.test('options are read, not changed', async (t) => {
  const options: StartOptions = {
    port: 0,
    fixtures: [structuredClone(small)],
    guards: ['ApiKeyBearer'],
    trustedProxies: ['10.0.0.0/8'],
    allowedOrigins: ['https://a.example.com'],
    rateLimits: { perMinute: 10, concurrentReads: 1, concurrentWrites: 1, writesPerDay: 1 },
  }
  const before = structuredClone(options)
  const { url } = await started(t, deepFreeze(options))
  await count(url)
  t.same(options, before)
})

t.test('clock and random bytes given: answers repeat', async (t) => {
  const options: StartOptions = { clock: { now: () => NOW }, randomBytes: (size) => new Uint8Array(size).fill(7) }
  const bodies = []
  for (let i = 0; i < 2; i++) {
    const { url, close } = await started(t, options)
    const headers = { authorization: `Bearer ${apiKey('1')}` }
    const answer = await fetch(`${url}/api/2.0/portal/users/invite/4`, { headers })
    bodies.push((await answer.text()).replaceAll(new URL(url).port, 'PORT'))
    await close()
  }
  t.equal(bodies[0], bodies[1])
})

t.test('says how far the making up of people has come', async (t) => {
  const calls: number[][] = []
  await started(t, { generatedUsers: 25_000, onProgress: (...numbers) => calls.push(numbers) })
  t.same(calls, [
    [10_000, 25_000],
    [20_000, 25_000],
    [25_000, 25_000],
  ])
})

t.test('a fixture that is not ours may be read again', async (t) => {
  const file = join(t.testdir(), 'a.json')
  writeFileSync(file, JSON.stringify(small))
  const dataDirectory = join(t.testdirName, 'data')
  for (let i = 0; i < 2; i++) {
    const server = await started(t, { fixtures: [file], dataDirectory })
    t.equal(await count(server.url), 1)
    await server.close()
  }
})

async function started(t: Test, options: StartOptions): Promise<RunningServer> {
  const server = await start({ port: 0, ...options })
  t.teardown(() => server.close())
  return server
}

async function count(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey('1')}` }
  const answer = await fetch(`${url}/api/2.0/portal/userscount`, { headers })
  return ((await answer.json()) as { response: number }).response
}

function addressesOf(app: FastifyInstance): AddressInfo[] {
  return app.addresses().filter((address) => typeof address === 'object')
}

async function open(t: Test, { url }: RunningServer, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  if (text !== '') socket.write(text)
  return socket
}

/** A guard that takes everybody for the owner, once it is released. */
function slowGuard() {
  const asked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const guard: AuthGuard = {
    name: 'Slow',
    securityScheme: { type: 'http', scheme: 'slow' },
    async authenticate({ portal }) {
      asked.resolve()
      await released.promise
      const user = portal.store.users.find(portal.ownerId)
      return user === undefined ? null : { user, scopes: ['*:read'] }
    },
  }
  return { guard, asked: asked.promise, release: released.resolve }
}

/** Gives `localhost` these addresses for the time of a test. */
function fakeLocalhost(t: Test, addresses: readonly string[]): void {
  const { lookup } = dns
  t.teardown(() => {
    dns.lookup = lookup
  })
  const fake = (name: string, options: dns.LookupOptions, done: (...answer: unknown[]) => void) => {
    if (name !== 'localhost') return lookup(name, options, done)
    const all = addresses.map((address) => ({ address, family: 4 }))
    process.nextTick(() => (options.all ? done(null, all) : done(null, addresses[0], 4)))
  }
  dns.lookup = fake as typeof dns.lookup
}

async function hasIPv6(): Promise<boolean> {
  const server = createNetServer().listen(0, '::1')
  const [error] = await Promise.race([once(server, 'listening'), once(server, 'error')]).catch((error) => [error])
  server.close()
  return !(error instanceof Error)
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

t.test('empty options that would make the server less secure than intended are refused', async (t) => {
  const cases: [options: StartOptions, message: RegExp][] = [
    [{ control: { token: '' } }, /^control\.token is empty: it takes a token/],
    [{ publicUrl: '' }, /^publicUrl takes scheme, host and port, such as https:/],
    [{ publicUrl: 'ftp://a.example' }, /^publicUrl takes/],
    [{ publicUrl: 'docs.example.com' }, /^publicUrl takes/],
    [{ machineKey: '' }, /^machineKey is empty; give it a value, or leave it out$/],
    [{ dataDirectory: '' }, /^dataDirectory is empty; give it a value, or leave it out$/],
    [{ smtp: '' }, /^smtp takes/],
    [{ trustedProxies: [''] }, /^trustedProxies takes/],
  ]
  for (const [options, message] of cases) {
    await t.rejects(start({ port: 0, ...options }), { name: 'TypeError', message }, JSON.stringify(options))
  }
})
