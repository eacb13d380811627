import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { Portals, type PortalsOptions, RetiredIds } from '../../src/store/portals.ts'
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

t.test('a portal that somebody is in makes room last', async (t) => {
  const evicted: string[] = []
  const portals = testPortals(t, { limit: 2, onEvicted: (name) => evicted.push(name) })
  const state = portals.obtain('a')?.state
  state?.enter()
  for (const name of ['b', 'c', 'd']) portals.obtain(name)
  t.strictSame(evicted, ['b', 'c'])
  state?.leave()
  portals.obtain('e')
  t.strictSame(evicted, ['b', 'c', 'a'])
})

t.test('who is in a portal that makes room may finish', async (t) => {
  const portals = testPortals(t, { limit: 1 })
  const state = portals.obtain('a')?.state
  state?.enter()
  portals.obtain('b')
  t.equal(state?.store.users.count(), 6)
  state?.leave()
  t.throws(() => state?.store.users.count(), /not open/)
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
  t.equal(portals.obtain('w1')?.store.users.count(), 5, 'one that made room is as it was')
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

t.test('ids of a portal that was dropped or made room are not given by the next one of its name', async (t) => {
  const portals = testPortals(t, { limit: 1 })
  const signIn = (name: string) => portals.obtain(name)?.store.loginEvents.insert(people.owner, 0)
  t.equal(signIn('w1'), 1)
  const slot = portals.find('w1')
  if (slot) portals.drop(slot)
  t.equal(signIn('w1'), 2)
  t.equal(signIn('w2'), 1, 'another portal has ids of its own')
  t.equal(signIn('w1'), 3, 'one that made room')
  t.equal(signIn('w2'), 2)
})

t.test('what is remembered of portals that are gone is bounded, and errs on the safe side', async (t) => {
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

t.test('a portal of a file whose tenant id another has is not opened', async (t) => {
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

t.test('there has to be one, and no two may have one alias or one tenant id', async (t) => {
  t.throws(() => new Portals({ portals: [] as never, onDemand: true, limit: 1 }), TypeError)
  t.throws(() => new Portals({ portals: [testPortal(t), testPortal(t)], onDemand: true, limit: 1 }), TypeError)
  const twins = [testPortal(t), testPortal(t, { alias: 'twin' })] as const
  t.throws(() => new Portals({ portals: twins, onDemand: true, limit: 1 }), {
    name: 'TypeError',
    message: /^the portals localhost and twin have the same tenant id 1, .*: open one of them with another tenantId$/,
  })
})
