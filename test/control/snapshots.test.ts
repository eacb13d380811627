import t from 'tap'
import { Snapshots } from '../../src/control/snapshots.ts'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import { apiKey, asKey, NOW, people } from '../helper.ts'
import { controlled, refuses } from './call.ts'

t.test('a portal goes back to a snapshot, again and again', async (t) => {
  const { app, portal, control } = await controlled(t)
  await control('PATCH', '/users/guest', { title: 'before' })
  const taken = await control('PUT', '/snapshots/before')
  t.match(taken, { status: 201, body: { name: 'before', takenAt: '2026-06-30T10:00:00.000Z', bytes: Number } })
  for (const user of [people.guest, people.winfield]) {
    portal.store.users.remove(user)
    portal.changeSettings({ culture: 'de' })
    portal.store.apiKeys.removeOf(people.owner)
    await control('PATCH', '/clock', { move: 60 })
    t.strictSame(await control('POST', '/snapshots/before/restore'), { status: 204, body: null })
    t.equal((await app.inject(asKey('1', 'userscount'))).json().response, 6)
    t.equal((await control('GET', '/users/guest')).body.title, 'before')
    t.equal(portal.settings.culture, 'en-US')
    t.ok(portal.store.apiKeys.find(apiKeyHash(apiKey('1'))))
  }
  t.equal(portal.clock.now(), NOW + 120_000, 'the time goes on')
})

t.test('a snapshot survives a reset, and is listed with its size and time', async (t) => {
  const { portal, control } = await controlled(t)
  t.strictSame((await control('GET', '/snapshots')).body, [])
  portal.store.users.remove(people.guest)
  await control('PUT', '/snapshots/without.guest')
  await control('PATCH', '/clock', { now: '2030-01-01T00:00:00Z' })
  await control('PUT', '/snapshots/b')
  await control('POST', '/reset')
  const bytes = (await control('GET', '/snapshots')).body.map((snapshot: { bytes: number }) => snapshot.bytes)
  t.same((await control('GET', '/snapshots')).body, [
    { name: 'without.guest', takenAt: '2026-06-30T10:00:00.000Z', bytes: bytes[0] },
    { name: 'b', takenAt: '2030-01-01T00:00:00.000Z', bytes: bytes[1] },
  ])
  t.ok(bytes[0] > 1000 && bytes[0] < 20_000, 'packed')
  t.equal(portal.store.users.count(), 6)
  await control('POST', '/snapshots/without.guest/restore')
  t.equal(portal.store.users.count(), 5)
})

t.test('one takes the place of another of its name, and is deleted', async (t) => {
  const { portal, control } = await controlled(t)
  t.equal((await control('PUT', '/snapshots/a')).status, 201)
  portal.store.users.remove(people.guest)
  t.equal((await control('PUT', '/snapshots/a')).status, 200)
  await control('POST', '/reset')
  await control('POST', '/snapshots/a/restore')
  t.equal(portal.store.users.count(), 5)
  t.equal((await control('GET', '/snapshots')).body.length, 1)
  t.equal((await control('DELETE', '/snapshots/a')).status, 204)
  t.equal((await control('DELETE', '/snapshots/a')).status, 404)
})

t.test("one portal's snapshots are nobody else's", async (t) => {
  const { control } = await controlled(t)
  await control('PUT', '/@w1/snapshots/a')
  t.strictSame((await control('GET', '/snapshots')).body, [])
  t.equal((await control('POST', '/@w2/snapshots/a/restore')).status, 404)
  t.equal((await control('POST', '/@w1/snapshots/a/restore')).status, 204)
})

t.test('a portal in a file goes back too', async (t) => {
  const { testPortal } = await import('../helper.ts')
  const { portal, control } = await controlled(t, { portal: testPortal(t, { dataDirectory: t.testdir() }) })
  await control('PUT', '/snapshots/a')
  portal.store.users.remove(people.guest)
  await control('POST', '/snapshots/a/restore')
  t.equal(portal.store.users.count(), 6)
})

t.test('refused', async (t) => {
  const server = await controlled(t)
  await refuses(t, server, [
    ['POST', '/snapshots/none/restore', undefined, /^there is no snapshot none$/, 404],
    ['DELETE', '/snapshots/none', undefined, /^there is no snapshot none$/, 404],
    ['PUT', '/snapshots/a%20b', undefined, /^\/name must match pattern/],
    ['PUT', `/snapshots/${'x'.repeat(65)}`, undefined, /^\/name must match pattern/],
    ['PUT', '/snapshots/..%2Fetc', undefined, /^\/name must match pattern/],
    ['GET', '/snapshots/a', undefined, /there is no GET/, 404],
  ])
  t.strictSame((await server.control('GET', '/snapshots')).body, [])
})

t.test('the hundred-and-first is refused, and says what to do', async (t) => {
  const server = await controlled(t)
  for (let n = 1; n <= 100; n++) t.equal((await server.control('PUT', `/snapshots/${n}`)).status, 201)
  await refuses(t, server, [['PUT', '/snapshots/101', undefined, /^a portal keeps at most 100 snapshots: delete/, 507]])
  t.equal((await server.control('PUT', '/snapshots/7')).status, 200)
  t.equal((await server.control('GET', '/snapshots')).body.length, 100)
})

t.test('too many, or too large together, are refused, and all are as they were', async (t) => {
  const snapshot = (name: string, bytes: number) => ({ name, takenAt: 0, image: Buffer.alloc(bytes) })
  const snapshots = new Snapshots({ count: 2, bytes: 3 * 1024 * 1024 })
  const MiB = 1024 * 1024
  t.ok(snapshots.put(snapshot('a', MiB)))
  t.ok(snapshots.put(snapshot('b', MiB)))
  t.throws(() => snapshots.put(snapshot('c', 1)), { status: 507, message: /at most 2 snapshots: delete one/ })
  t.throws(() => snapshots.put(snapshot('b', 2.5 * MiB)), {
    status: 507,
    message: /take at most 3 MiB together, and with this one it would be 3\.5: delete some/,
  })
  t.strictSame(
    snapshots.list().map(({ name, image }) => [name, image.length]),
    [
      ['a', MiB],
      ['b', MiB],
    ],
  )
  t.notOk(snapshots.put(snapshot('a', 2 * MiB)), 'its own room is free for the new one')
  snapshots.remove('b')
  t.ok(snapshots.put(snapshot('c', MiB)))
})
