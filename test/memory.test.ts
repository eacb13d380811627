import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { ServerOptions } from '../src/server.ts'
import { collectGarbage } from '../src/store/collect-garbage.ts'
import { run } from './command.ts'
import { controlled } from './control/call.ts'
import { apiKey, testPortal } from './helper.ts'

/** 1 MB has room for three portals that are awake, or about twenty that sleep. */
const SMALL = { maxMemory: 1 }

const key = { authorization: `Bearer ${apiKey('1')}` }

/** A listening server, its log, and requests that a fault delays until the faults of their portal are removed. */
async function listening(t: Test, options: Partial<ServerOptions> = {}) {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line).msg) })
  const server = await controlled(t, { logger, ...options })
  const { app } = server
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const send = (portal: string, path: string, method = 'GET') =>
    new Promise<{ status: number; retryAfter: string | undefined; body: string }>((resolve, reject) => {
      request({ port, path: `/@${portal}${path}`, method, headers: key, agent: false }, async (response) => {
        let body = ''
        for await (const chunk of response.setEncoding('utf8')) body += chunk
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body })
      })
        .on('error', reject)
        .end()
    })
  return { ...server, lines, send }
}

const HELD = { 'x-docspace-mock-fault': 'delay=60000' }

/** Starts a request that waits in a portal. Returns a function that ends it. */
async function occupy(t: Test, port: number, portals: readonly string[]): Promise<(() => void)[]> {
  return portals.map((portal) => {
    const held = request({ port, path: `/@${portal}/api/2.0/portal/userscount`, headers: { ...key, ...HELD } })
    held.on('error', () => {}).end()
    t.teardown(() => held.destroy())
    return () => held.destroy()
  })
}

t.test(
  'a portal in which a request is being answered keeps what was written to it, whatever else is made',
  async (t) => {
    const { app, control, lines, send } = await listening(t, { maxPortals: 2 })
    const port = (app.server.address() as AddressInfo).port
    await control('DELETE', '/@w1/users/guest')
    await control('DELETE', '/@w2/users/guest')
    const entered = Promise.all(['w1', 'w2'].map(() => once(app.server, 'request')))
    const [leaveFirst] = await occupy(t, port, ['w1', 'w2'])
    await entered
    for (const portal of ['w3', 'w4', 'w5', 'w6']) {
      t.equal((await send(portal, '/api/2.0/portal/userscount')).status, 200, portal)
    }
    t.match(JSON.parse((await send('w1', '/api/2.0/portal/userscount')).body), { response: 5 })
    t.match(JSON.parse((await send('w2', '/api/2.0/portal/userscount')).body), { response: 5 })
    const said = [
      'all portals are in use: more than --max-portals stay open until one is idle',
      'the portal w3 was closed because more than --max-portals were open; others may follow',
    ]
    t.strictSame(lines, said)

    // the limit is 2, and twice as many are in use
    const more = Promise.all(['w7', 'w8'].map(() => once(app.server, 'request')))
    await occupy(t, port, ['w7', 'w8'])
    await more
    const refused = await send('w9', '/api/2.0/portal/userscount')
    t.match(refused, { status: 503, retryAfter: '1' })
    t.match(
      JSON.parse(refused.body).error,
      /^all 4 open portals are in use, and --max-portals is 2: retry in a moment$/,
    )
    const made = await app.inject({ method: 'POST', url: '/__mock/portals', payload: { name: 'w9' } })
    t.match(made, { statusCode: 503, headers: { 'retry-after': '1' } })
    t.strictSame(lines, said, 'each is said once')

    const left = once(app.server, 'request').then(([, response]) => once(response, 'close'))
    const gone = new Promise<void>((resolve) => {
      const look = () => (app.portals.find('w1')?.state.isInUse ? setImmediate(look) : resolve())
      leaveFirst?.()
      look()
    })
    await gone
    t.equal((await send('w9', '/api/2.0/portal/userscount')).status, 200, 'once one is left there is room')
    await left
    t.equal(app.portals.find('w1'), undefined)
  },
)

t.test('evicted snapshots get 410 and can be taken again', async (t) => {
  const { control, lines } = await listening(t, { maxMemory: 2 })
  t.equal((await control('PUT', '/@w1/snapshots/before')).status, 201)
  // each takes 8 kB
  for (let n = 0; n < 300; n++) t.equal((await control('PUT', `/@w${2 + (n % 3)}/snapshots/s${n}`)).status, 201)
  const gone = /^the snapshot before was dropped: memory reached --max-memory.*raise --max-memory, or take it again$/
  t.match(await control('POST', '/@w1/snapshots/before/restore'), { status: 410, body: { error: gone } })
  t.match(await control('DELETE', '/@w1/snapshots/before'), { status: 410, body: { error: gone } })
  t.equal((await control('POST', '/@w1/snapshots/none/restore')).status, 404)
  t.equal((await control('POST', '/@w4/snapshots/s299/restore')).status, 204)
  t.equal((await control('PUT', '/@w1/snapshots/before')).status, 201)
  t.equal((await control('POST', '/@w1/snapshots/before/restore')).status, 204)
  t.equal(lines.filter((line) => /snapshots of the least recently used portals are dropped/.test(line)).length, 1)
})

t.test('evicted marks get 410', async (t) => {
  const { control } = await listening(t, { maxMemory: 2 })
  t.equal((await control('POST', '/@w1/marks')).status, 201)
  for (let n = 0; n < 280; n++) t.equal((await control('POST', `/@m${n % 14}/marks`)).status, 201)
  const gone = { status: 410, body: { error: /^the mark 1 was dropped: memory reached --max-memory/ } }
  t.match(await control('GET', '/@w1/marks/1/effects'), gone)
  t.match(await control('POST', '/@w1/marks/1/rewind'), gone)
  t.match(await control('DELETE', '/@w1/marks/1'), gone)
})

t.test('the oldest entries of the least recently used journal are dropped first, which is logged once', async (t) => {
  const { app, control, lines } = await listening(t, { maxMemory: 3 })
  const payload = JSON.stringify({ text: 'x'.repeat(60_000) })
  const ask = (portal: string) =>
    app.inject({
      method: 'POST',
      url: `/@${portal}/api/2.0/authentication`,
      headers: { 'content-type': 'application/json' },
      payload,
    })
  for (let n = 0; n < 30; n++) await ask('w1')
  const journal = async (portal: string) => {
    const { entries, dropped } = (await control('GET', `/@${portal}/journal?limit=100`)).body
    return { entries: entries.length, dropped }
  }
  t.strictSame(await journal('w1'), { entries: 30, dropped: 0 })
  for (let n = 0; n < 30; n++) await ask('w2')
  t.strictSame(await journal('w2'), { entries: 30, dropped: 0 })
  const first = await journal('w1')
  t.ok(first.dropped > 5 && first.entries === 30 - first.dropped, `${first.dropped} dropped`)
  t.equal(lines.filter((line) => /journal/.test(line)).length, 1, lines.join())
  t.match(lines.join(), 'memory reached --max-memory of 3 MB: the oldest journal entries of the least recently used')
  const { memory } = (await control('GET', '/portals')).body.find(({ name }: { name: string }) => name === 'w2')
  t.ok(memory > 1_800_000 && memory < 3 * 1024 * 1024, `${memory} bytes`)
})

t.test('a snapshot larger than --max-memory is refused', async (t) => {
  const { control } = await controlled(t, { ...SMALL, portal: testPortal(t, { generatedUsers: 60_000 }) })
  const refusal = {
    status: 507,
    body: { error: /MiB, and --max-memory is 1: raise --max-memory, or use fewer users$/ },
  }
  t.match(await control('PUT', '/snapshots/a'), refusal)
  t.match(await control('POST', '/marks'), refusal)
})

t.test('the state before a provider state is never evicted', async (t) => {
  const { app, control, portal } = await controlled(t, SMALL)
  await control('POST', '/provider-states', { state: 'the portal has 5 users', action: 'setup' })
  t.equal(portal.store.users.count(), 5)
  for (let n = 0; n < 30; n++) await app.inject(`/@w${n}/api/2.0/portal/userscount`)
  await control('POST', '/provider-states', { state: '', action: 'teardown' })
  t.equal(portal.store.users.count(), 6)
})

async function heapUsed(): Promise<number> {
  // what finalizers and weak references held goes with the second collection only
  for (let i = 0; i < 2; i++) {
    await collectGarbage()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}

t.test('few authorization servers are kept, whatever hosts portals are asked under', { timeout: 90_000 }, async (t) => {
  const { app } = await controlled(t, { journal: 0 })
  const ask = (n: number) =>
    app.inject({ url: `/@w${n % 30}/.well-known/openid-configuration`, headers: { host: `h${n}.example` } })
  for (let n = 0; n < 30; n++) t.equal((await ask(n)).statusCode, 200)
  const before = await heapUsed()
  for (let n = 30; n < 600; n++) await ask(n)
  const grown = (await heapUsed()) - before
  // each takes 57 kB of it
  t.ok(grown < 20_000_000, `${grown} bytes`)
})

t.test('what anonymous callers make up is not kept', async (t) => {
  const { app } = await controlled(t, { journal: 0 })
  const calls: Record<string, (n: number) => InjectOptions> = {
    'long credentials on many portals': (n) => ({
      url: `/@w${n % 20}/api/2.0/people/@self`,
      headers: { authorization: String(n).padStart(15_000, 'x') },
    }),
    'long names of users': (n) => ({
      method: 'POST',
      url: '/api/2.0/authentication',
      payload: { userName: String(n).padStart(15_000, 'x'), password: 'x' },
    }),
  }
  for (const [what, callOf] of Object.entries(calls)) {
    for (let n = 0; n < 20; n++) await app.inject(callOf(n))
    const before = await heapUsed()
    for (let n = 20; n < 2000; n++) await app.inject(callOf(n))
    const grown = (await heapUsed()) - before
    // 30 MB were sent
    t.ok(grown < 12_000_000, `${what}: ${grown} bytes`)
  }
})

t.test('after a burst memory goes back', { skip: process.platform !== 'linux' && 'only glibc is asked' }, async (t) => {
  const { code, stdout, stderr } = await run(process.execPath, [fileURLToPath(new URL('burst.ts', import.meta.url))])
  t.equal(code, 0, stderr)
  const { before, burst, after } = JSON.parse(stdout)
  const figures = `${before} MB before, ${burst} at the end of the burst, ${after} after a rest`
  // 500 portals would take 160 MB if all were awake
  t.ok(burst < before + 160, figures)
  t.ok(after < 1.5 * before, figures)
})
