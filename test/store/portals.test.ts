import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { MemoryBudget } from '../../src/store/memory-budget.ts'
import { openPortal, type PortalSlot } from '../../src/store/portal-slot.ts'
import { Portals, PortalsInUseError, type PortalsOptions, RetiredIds } from '../../src/store/portals.ts'
import { people, testPortal } from '../helper.ts'

function testPortals(t: Test, options: Partial<PortalsOptions> = {}): Portals {
  const portals = new Portals({ portals: [testPortal(t)], onDemand: true, limit: 10, ...options })
  t.teardown(() => portals.close())
  return portals
}

t.test('a portal that is asked for is made', async (t) => {
  const portals = testPortals(t)
  const made = portals.obtain('w1')
  t.equal(made?.alias, 'w1')
  t.equal(made?.store.users.count(), 6)
  t.equal(portals.obtain('w1'), made, 'once')
  t.equal(portals.obtain('localhost'), portals.first)
  t.strictSame(
    portals.list().map(({ alias }) => alias),
    ['localhost', 'w1'],
  )
  t.equal(portals.size, 2)
})

t.test('it is a tenant of its own', async (t) => {
  const portals = testPortals(t)
  const one = portals.obtain('w1')
  const two = portals.obtain('w2')
  t.not(one?.tenantId, two?.tenantId)
  t.ok((one?.tenantId ?? 0) > 1)
  t.equal(testPortals(t).obtain('w1')?.tenantId, one?.tenantId, 'the same on every server')
  for (const portal of [one, two]) {
    const expected = `"tenantId":${portal?.tenantId},`
    t.match(portal?.store.users.find(people.owner)?.info ?? '', expected)
    t.match(portal?.store.users.findByName('Grace Tan')?.info ?? '', expected)
    t.match(portal?.store.users.list({}, { limit: 1, offset: 0 })[0]?.info ?? '', expected)
  }
  one?.store.users.remove(people.guest)
  t.strictSame([one?.store.users.count(), two?.store.users.count()], [5, 6])
})

t.test('none is made where they are fixed', async (t) => {
  const portals = testPortals(t, { onDemand: false })
  t.equal(portals.obtain('w1'), null)
  t.equal(portals.obtain('localhost'), portals.first)
  t.equal(portals.size, 1)
})

t.test('the least recently used makes room', async (t) => {
  const evicted: string[] = []
  const portals = testPortals(t, { limit: 3, onEvicted: (name) => evicted.push(name) })
  const first = portals.obtain('a')
  for (const name of ['b', 'c', 'a', 'd', 'e']) portals.obtain(name)
  t.strictSame(evicted, ['b', 'c'])
  t.equal(portals.find('a'), first)
  t.equal(portals.find('b'), undefined)
  t.equal(portals.size, 4, 'the fixed one does not count')
})

t.test('a portal in use is never closed: the limit is exceeded until one is idle', async (t) => {
  const evicted: string[] = []
  let exceeded = 0
  const portals = testPortals(t, {
    limit: 2,
    onEvicted: (name) => evicted.push(name),
    onExceeded: () => {
      exceeded += 1
    },
  })
  const enter = (name: string) => {
    const { state } = portals.obtain(name) as PortalSlot
    state.enter()
    return state
  }
  const states = ['a', 'b', 'c', 'd'].map(enter)
  t.strictSame([evicted, exceeded, portals.size], [[], 2, 5])
  for (const state of states) t.equal(state.store.users.count(), 6)
  t.throws(() => portals.obtain('e'), PortalsInUseError, 'no more than twice as many')
  t.throws(() => portals.create('e'), { name: 'PortalsInUseError', message: /--max-portals is 2: retry/ })
  t.equal(portals.find('e'), undefined)
  t.equal(portals.obtain('a')?.state, states[0], 'those that are there answer')

  states[2]?.leave()
  portals.settle(portals.first)
  t.strictSame(evicted, ['c'], 'the first one that is left goes')
  states[1]?.leave()
  portals.settle(portals.first)
  t.strictSame(evicted, ['c', 'b'])
  states[3]?.leave()
  portals.settle(portals.first)
  t.strictSame(evicted, ['c', 'b'], 'and no more than has to')
  portals.obtain('f')
  t.strictSame(evicted, ['c', 'b', 'd'])
})

t.test('what was written to a portal in use while others were made reaches its file', async (t) => {
  const portals = testPortals(t, { portals: [testPortal(t, { dataDirectory: t.testdir() })], limit: 1 })
  const { state } = portals.obtain('a') as PortalSlot
  state.enter()
  portals.obtain('b')
  state.store.users.remove(people.guest)
  state.leave()
  portals.settle(portals.first)
  t.equal(portals.find('a'), undefined)
  t.equal(portals.obtain('a')?.store.users.count(), 5)
})

t.test('a portal with a domain of its own counts as used when it is asked by it', async (t) => {
  const portals = testPortals(t, { limit: 2 })
  portals.obtain('a')?.changeSettings({ mappedDomain: 'docs.example.com' })
  portals.obtain('b')
  portals.findByDomain('docs.example.com')
  portals.obtain('c')
  t.strictSame(
    portals.list().map(({ alias }) => alias),
    ['localhost', 'a', 'c'],
  )
})

t.test('a portal sleeps, and its clients don’t notice', async (t) => {
  const portals = testPortals(t)
  const slot = portals.obtain('a') as PortalSlot
  slot.store.users.remove(people.guest)
  const before = slot.image()
  const awake = slot.memory.bytes
  t.ok(awake > before.length, 'an open database takes more than its pages')
  for (const _ of portals.sleep());
  t.ok(slot.state.isAsleep)
  t.ok(slot.memory.bytes < awake / 5, String(slot.memory.bytes))
  t.equal(slot.store.users.count(), 5)
  t.strictSame(slot.image(), before)
  t.ok(slot.state.isAsleep, 'how many people there are, and what it holds, wakes it not')
  t.equal(slot.store.users.find(people.guest), undefined)
  t.notOk(slot.state.isAsleep)
  slot.store.users.remove(people.winfield)
  for (const _ of portals.sleep());
  t.equal(portals.obtain('a')?.store.users.find(people.winfield), undefined, 'a second time')
  for (const _ of portals.sleep());
  slot.reset()
  t.equal(slot.store.users.count(), 6, 'it is reset in its sleep')
  for (const _ of portals.sleep());
  portals.drop(slot)
  t.throws(() => slot.store.users.find(people.owner), /not open/)
})

t.test('a portal in use, in a file or with many people stays awake', async (t) => {
  const inFile = testPortals(t, { portals: [testPortal(t, { dataDirectory: t.testdir() })] })
  const large = testPortals(t, { portals: [testPortal(t, { generatedUsers: 3000 })] })
  const used = testPortals(t)
  for (const portals of [inFile, large, used]) {
    const { state } = portals.obtain('a') as PortalSlot
    if (portals === used) state.enter()
    for (const _ of portals.sleep());
    t.notOk(state.isAsleep)
  }
})

t.test('portals beyond --max-memory sleep, and close where that is not enough, but for those in use', async (t) => {
  const events: string[] = []
  const memory = new MemoryBudget(2_000_000, (event) => events.push(event))
  const portals = testPortals(t, { limit: 1000, memory })
  const used = portals.obtain('used')
  used?.state.enter()
  used?.store.users.remove(people.guest)
  for (let n = 1; n <= 20; n++) portals.obtain(`w${n}`)?.store.users.find(people.owner)
  t.strictSame([events, portals.size], [['awake'], 22])
  t.ok(memory.used <= memory.limit, String(memory.used))
  t.ok(portals.list().some(({ state }) => state.isAsleep))
  for (let n = 21; n <= 100; n++) portals.obtain(`w${n}`)
  t.strictSame(events, ['awake', 'portals'], 'each is told once')
  t.ok(memory.used <= memory.limit, String(memory.used))
  t.equal(portals.find('w1'), undefined, 'the least recently used go first')
  t.ok(portals.find('w100'))
  t.equal(portals.find('used'), used)
  t.equal(used?.store.users.count(), 5)
  for (const slot of portals.list()) if (!portals.isFixed(slot)) portals.drop(slot)
  t.equal(memory.used, 0, 'what is dropped counts no longer')
})

t.test('while portals in use take twice the bound, no other is created', async (t) => {
  const portals = testPortals(t, { limit: 1000, memory: new MemoryBudget(500_000) })
  const make = () => {
    for (let n = 1; n <= 10; n++) portals.obtain(`w${n}`)?.state.enter()
  }
  t.throws(make, { name: 'PortalsInUseError', message: /twice what --max-memory allows: retry/ })
  t.ok(portals.size < 7, String(portals.size))
})

/** People of whom 1000 take more than half a MB. */
const many = Array.from({ length: 1000 }, (_, n) => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  email: `many${n}@example.com`,
  type: 'User' as const,
}))

t.test('what a request has made of a portal counts once it has left', async (t) => {
  const memory = new MemoryBudget(100_000_000)
  const portals = testPortals(t, { memory })
  const slot = portals.obtain('a') as PortalSlot
  const before = memory.used
  slot.load({ ...defaultFixture, users: [...defaultFixture.users, ...many] })
  portals.settle(slot)
  const size = slot.image().length
  t.ok(size > 500_000)
  // the database, the image that it is reset to, and the fixture
  t.ok(memory.used - before > 2 * size, `${memory.used - before} bytes, of ${size}`)
  portals.settle(slot)
  for (const _ of portals.sleep());
  t.ok(memory.used - before > size, 'a portal that sleeps keeps its template')
  portals.drop(slot)
  t.equal(memory.used, 0)
})

t.test('all of a large portal in memory counts', async (t) => {
  const memory = new MemoryBudget(1_000_000_000)
  const portals = testPortals(t, { portals: [testPortal(t, { generatedUsers: 30_000 })], memory })
  const slot = portals.obtain('a') as PortalSlot
  const size = slot.image().length
  t.ok(size > 20_000_000, String(size))
  t.ok(memory.used > size, `${memory.used} of ${size}`)
})

t.test('nothing is counted twice, and nothing is left, whatever becomes of portals', async (t) => {
  const memory = new MemoryBudget(3_000_000)
  const portals = testPortals(t, { limit: 5, memory })
  for (let n = 0; n < 2000; n++) {
    const slot = portals.obtain(`w${n % 7}`) as PortalSlot
    const visit = slot.enter()
    if (n % 3 === 0) slot.store.users.remove(people.guest)
    if (n % 5 === 0) slot.reset()
    if (n % 11 === 0) portals.drop(slot)
    if (n % 13 === 0) for (const _ of portals.sleep());
    if (n % 17 === 0) visit.abandon()
    else visit.leave()
    portals.settle(slot)
    const sum = portals.list().reduce((bytes, { memory }) => bytes + memory.bytes, 0)
    if (memory.used !== sum) t.equal(memory.used, sum, String(n))
  }
  for (const slot of portals.list()) if (!portals.isFixed(slot)) portals.drop(slot)
  t.equal(memory.used, 0)
})

t.test('a portal whose file could not be deleted goes on from there', async (t) => {
  const portals = testPortals(t, { portals: [testPortal(t, { dataDirectory: t.testdir() })] })
  const slot = portals.obtain('a') as PortalSlot
  slot.store.users.remove(people.guest)
  slot.drop = () => {
    slot.close()
    throw new Error('not permitted')
  }
  t.throws(() => portals.drop(slot), { message: 'not permitted' })
  t.equal(portals.obtain('a')?.store.users.count(), 5)
})

t.test('one that is dropped is new when it is asked for again', async (t) => {
  const portals = testPortals(t)
  const made = portals.obtain('w1')
  made?.store.users.remove(people.guest)
  if (made) portals.drop(made)
  t.equal(portals.find('w1'), undefined)
  t.equal(portals.obtain('w1')?.store.users.count(), 6)
})

t.test('each has a file of its own in a data directory, and nothing is outside it', async (t) => {
  const dataDirectory = join(t.testdir(), 'data')
  const portals = testPortals(t, { portals: [testPortal(t, { dataDirectory })], limit: 1 })
  portals.obtain('w1')?.store.users.remove(people.guest)
  portals.obtain('w2')
  t.equal(portals.find('w1'), undefined)
  t.equal(portals.obtain('w1')?.store.users.count(), 5, 'a closed one is unchanged')
  t.strictSame(
    readdirSync(dataDirectory).filter((name) => name.endsWith('.sqlite')),
    ['localhost.sqlite', 'w1.sqlite', 'w2.sqlite'],
  )
  t.strictSame(readdirSync(join(dataDirectory, '..')), ['data'])
  const w1 = portals.find('w1')
  if (w1) portals.drop(w1)
  t.notOk(existsSync(join(dataDirectory, 'w1.sqlite')))
})

t.test('who is still in a portal that was dropped leaves the file of the next one of its name alone', async (t) => {
  const dataDirectory = join(t.testdir(), 'data')
  const portals = testPortals(t, { portals: [testPortal(t, { dataDirectory })], limit: 1 })
  const dropped = portals.create('w1')
  const { state } = dropped
  state.enter()
  const image = dropped.image()
  portals.drop(dropped)
  portals.obtain('w1')?.store.users.remove(people.guest)
  for (const late of [() => dropped.reset(), () => dropped.restore(image), () => dropped.load(defaultFixture)]) {
    late()
    t.equal(dropped.store.users.count(), 6)
  }
  state.leave()
  t.equal(portals.obtain('w1')?.store.users.count(), 5)
  portals.obtain('w2')
  t.equal(portals.obtain('w1')?.store.users.count(), 5, 'after it was closed, too')
})

t.test('ids of a dropped or closed portal are not reused by the next one with its name', async (t) => {
  const portals = testPortals(t, { limit: 1 })
  const signIn = (name: string) => portals.obtain(name)?.store.loginEvents.insert(people.owner, 0)
  t.equal(signIn('w1'), 1)
  const slot = portals.find('w1')
  if (slot) portals.drop(slot)
  t.equal(signIn('w1'), 2)
  t.equal(signIn('w2'), 1, 'another portal has ids of its own')
  t.equal(signIn('w1'), 3, 'a closed one')
  t.equal(signIn('w2'), 2)
})

t.test('remembered ids of closed portals are bounded, and later ids are never too low', async (t) => {
  const ids = new RetiredIds(2)
  const all = (name: string) => Object.fromEntries(ids.of(name))
  t.strictSame(all('a'), {})
  ids.put('a', new Map([['outbox', 5]]))
  ids.put('b', new Map())
  ids.put('c', new Map([['outbox', 3]]))
  t.strictSame([all('a'), all('b'), all('c')], [{ outbox: 5 }, {}, { outbox: 3 }])
  ids.put('d', new Map([['login_events', 7]]))
  t.strictSame([all('a'), all('b')], [{ outbox: 5 }, { outbox: 5 }], 'a is forgotten, and so are its ids')
  t.strictSame([all('c'), all('d')], [{ outbox: 3 }, { login_events: 7 }])
})

t.test('a tenant id that is taken is not given again', async (t) => {
  const { tenantId = 0 } = testPortals(t).obtain('w1') ?? {}
  const portals = testPortals(t, { portals: [testPortal(t, { fixture: { ...defaultFixture, tenantId } })] })
  t.equal(portals.obtain('w1')?.tenantId, tenantId + 1)
})

t.test('a portal whose file has the tenant id of another is not opened', async (t) => {
  const dataDirectory = t.testdir()
  const before = new Portals({ portals: [testPortal(t, { dataDirectory })], onDemand: true, limit: 10 })
  const { tenantId = 0 } = before.obtain('w1') ?? {}
  before.close()
  before.first.close()
  const fixture = { ...defaultFixture, alias: 'twin', tenantId }
  const portals = testPortals(t, { portals: [testPortal(t, { dataDirectory, fixture })] })
  for (let i = 0; i < 2; i++) {
    t.throws(() => portals.obtain('w1'), {
      name: 'DataFileError',
      message: new RegExp(`w1.sqlite: has the tenant id ${tenantId}, as the portal twin`),
    })
  }
  t.equal(portals.size, 1)
  openPortal({ fixture: { ...defaultFixture, alias: 'w1' }, dataDirectory }).close()
})

t.test('a domain of its own leads to a portal', async (t) => {
  const portals = testPortals(t)
  portals.obtain('w1')?.changeSettings({ mappedDomain: 'docs.example.com' })
  t.equal(portals.findByDomain('docs.example.com')?.alias, 'w1')
  t.equal(portals.findByDomain('other.example.com'), undefined)
})

t.test('at least one is required, and no two may have the same alias or tenant id', async (t) => {
  t.throws(() => new Portals({ portals: [] as never, onDemand: true, limit: 1 }), TypeError)
  t.throws(() => new Portals({ portals: [testPortal(t), testPortal(t)], onDemand: true, limit: 1 }), TypeError)
  const twins = [testPortal(t), testPortal(t, { alias: 'twin' })] as const
  t.throws(() => new Portals({ portals: twins, onDemand: true, limit: 1 }), {
    name: 'TypeError',
    message: /^the portals localhost and twin have the same tenant id 1, .*: open one of them with another tenantId$/,
  })
})
