import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { ControlError, control, freshPortal, usePortal } from '../../src/client/index.ts'
import { type RunningServer, type StartOptions, start } from '../../src/start.ts'
import { apiKey, people } from '../helper.ts'

async function mock(t: Test, options: StartOptions = {}): Promise<RunningServer> {
  const server = await start({ port: 0, ...options })
  t.teardown(() => server.close())
  return server
}

async function usersCount(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey('1')}` }
  const answer = await fetch(`${url}/api/2.0/portal/userscount`, { headers })
  return ((await answer.json()) as { response: number }).response
}

t.test('a portal is reset', async (t) => {
  const { url, portals } = await mock(t)
  const portal = control(url)
  portals[0].store.users.remove(people.guest)
  t.equal(await usersCount(portal.url), 5)
  await portal.reset()
  t.equal(await usersCount(portal.url), 6)
})

t.test('a fresh portal is nobody else’s, and is dropped', async (t) => {
  const { url, app } = await mock(t)
  const one = freshPortal({ url })
  const two = freshPortal({ url })
  t.equal(app.portals.size, 1, 'none is made before it is used')
  t.equal(await usersCount(one.url), 6)
  await two.clock.stop()
  t.equal(app.portals.size, 3)
  t.equal((await one.clock.get()).rate, 1)
  await one.drop()
  {
    await using three = freshPortal({ url })
    await three.reset()
    t.equal(app.portals.size, 3)
  }
  await two.drop()
  t.equal(app.portals.size, 1)
  await freshPortal({ url }).drop()
  t.equal(app.portals.size, 1, 'one that was never used as well')
})

t.test('a portal for a file of tests is dropped after them', async (t) => {
  const { url, app } = await mock(t)
  await t.test('as in a file', async (t) => {
    const portal = usePortal((drop) => t.teardown(drop), { url })
    t.equal(await usersCount(portal.url), 6)
    t.equal(app.portals.size, 2)
  })
  t.equal(app.portals.size, 1)
})

t.test('the one that the server was started with can’t be dropped', async (t) => {
  const { url } = await mock(t)
  await t.rejects(control(url).drop(), { name: 'ControlError', status: 409, message: /was started with/ })
  await t.rejects(control(url, { portal: 'localhost' }).drop(), { name: 'ControlError', status: 409 })
})

t.test('the clock', async (t) => {
  const { url } = await mock(t)
  const { clock } = control(url)
  t.match(await clock.get(), { rate: 1, isChanged: false })
  await clock.stop()
  t.match(await clock.set('2030-01-01T00:00:00Z'), { now: '2030-01-01T00:00:00.000Z', rate: 0, isChanged: true })
  t.match(await clock.set(new Date(0)), { now: '1970-01-01T00:00:00.000Z' })
  t.match(await clock.move(90), { now: '1970-01-01T00:01:30.000Z' })
  t.match(await clock.run(60), { rate: 60 })
  t.match(await clock.run(), { rate: 1 })
  t.match(await clock.reset(), { rate: 1, isChanged: false })
  await t.rejects(clock.run(-1), { status: 400, message: /PATCH .*\/__mock\/clock: \/rate must be >= 0/ })
})

t.test('the outbox', async (t) => {
  const { url } = await mock(t)
  const { outbox } = control(url)
  t.same(await outbox.list(), [])
  t.same(await outbox.list({ to: 'guest@example.com' }), [])
  await t.rejects(outbox.get(1), { status: 404, message: /the outbox has no e-mail 1/ })
  await outbox.clear()
})

t.test('lists are read to their last page', async (t) => {
  const { url, portals } = await mock(t)
  const { store, ownerId: userId } = portals[0]
  store.transaction(() => {
    for (let n = 1; n <= 2001; n++) {
      const message = { subject: 's', paragraphs: [], button: null, portalUrl: url }
      const email = `${n === 1001 ? 'one' : 'other'}@example.com`
      store.outbox.add({ at: 0, action: 'a', userId, from: 'a@example.com', email, message })
    }
  })
  const { outbox, users, credentials } = control(url)
  t.strictSame(
    (await outbox.list()).map(({ id }) => id),
    Array.from({ length: 2001 }, (_, i) => i + 1),
  )
  t.match(await outbox.list({ to: 'ONE@example.com' }), [{ id: 1001 }])
  for await (const { id } of outbox.each()) if (id === 1) break

  await users.generate(1000)
  const ids: string[] = []
  for await (const { id } of users.each()) ids.push(id)
  t.equal(ids.length, 1009)
  t.equal(new Set(ids).size, 1009)
  const guests: string[] = []
  for await (const { id } of users.each({ type: 'Guest' })) guests.push(id)
  t.equal(guests.length, 2)
  t.equal((await users.list()).users.length, 100, 'a list of users is one page')
  const ready = await credentials.list({ scheme: 'asc_auth_key', kind: 'malformed', operation: 'getSelfProfile' })
  t.equal(ready.length / 2, 1007, 'all users with a working account')
})

t.test('people', async (t) => {
  const { url } = await mock(t)
  const { users } = control(url)
  const ada = await users.create({ email: 'ada@example.com', type: 'RoomAdmin', firstName: 'Ada' })
  t.match(ada, { email: 'ada@example.com', type: 'RoomAdmin' })
  t.match(await users.get('ADA@example.com'), { id: ada.id })
  t.match(await users.change(ada.id, { status: 'terminated', title: null }), { status: 'terminated' })
  t.match(await users.list({ status: 'terminated', type: 'RoomAdmin' }), { total: 1, users: [{ id: ada.id }] })
  await users.endSessions('owner')
  await users.remove(ada.id)
  await t.rejects(users.get(ada.id), { name: 'ControlError', status: 404 })
  await t.rejects(users.create({ email: 'owner@example.com' }), { name: 'ControlError', status: 409 })
  t.match(await users.generate(10, 'Guest'), { total: 16, first: { email: 'user1@example.com' } })
})

t.test('snapshots, settings and fixtures', async (t) => {
  const { url } = await mock(t)
  const portal = control(url)
  t.match(await portal.snapshots.take('before'), { name: 'before' })
  t.match(await portal.changeSettings({ culture: 'de' }), { culture: 'de', paid: true })
  const fixture = await portal.exportFixture()
  t.match(fixture, { alias: 'localhost', settings: { culture: 'de' } })
  await portal.snapshots.restore('before')
  t.equal((await portal.settings()).culture, 'en-US')
  await portal.loadFixture(fixture)
  t.equal((await portal.settings()).culture, 'de')
  t.match(await portal.snapshots.list(), [{ name: 'before' }])
  await portal.snapshots.delete('before')
  t.same(await portal.snapshots.list(), [])
  await portal.endSessions()

  const mine = control(url, { portal: 'mine' })
  await mine.create({ ...fixture, users: fixture.users.slice(0, 1) })
  t.equal(await usersCount(mine.url), 1)
  await t.rejects(mine.create(fixture), { name: 'ControlError', status: 409 })
})

t.test('names with anything in them are refused for what they are', async (t) => {
  const { url } = await mock(t)
  const { snapshots, faults } = control(url)
  for (const name of ['a b/c', 'a?b', '../fixture', 'a#b']) {
    await t.rejects(snapshots.take(name), { status: 400, message: /name must match/ }, name)
    await t.rejects(snapshots.restore(name), { status: 400, message: /name must match/ }, name)
    await t.rejects(snapshots.delete(name), { status: 400, message: /name must match/ }, name)
    await t.rejects(faults.apply(name), { status: 400, message: /name must match/ }, name)
    await t.rejects(faults.definePlan(name, { faults: [] }), { status: 400, message: /name must match/ }, name)
    await t.rejects(faults.get(name), { status: 404, message: /there is no fault / }, name)
    await t.rejects(faults.remove(name), { status: 404, message: /there is no fault / }, name)
  }
})

t.test('credentials are sent as they say, and answered as they say', async (t) => {
  const { url } = await mock(t)
  const portal = control(url)
  const ask = async (headers: Record<string, string>, path = 'userscount', method = 'GET') =>
    (await fetch(`${url}/api/2.0/portal/${path}`, { headers, method })).status
  const { credentials } = portal
  t.equal(await ask((await credentials.sessionToken()).headers), 200)
  t.equal(await ask((await credentials.sessionToken({ expiresIn: -1 })).headers), 401)
  t.equal(await ask((await credentials.apiKey({ user: 'guest' })).headers), 403)
  t.equal(await ask((await credentials.accessToken({ scopes: ['read'] })).headers), 200)
  const { query } = await credentials.confirmationKey({ user: 'guest' })
  t.equal(await ask({}, `sendcongratulations?${query}`, 'POST'), 200)
  t.match((await credentials.invitation({ type: 'Guest' })).link, /\/confirm\/LinkInvite\?/)
  const [first] = await credentials.list({ user: 'owner', operation: 'getPortalUsersCount', kind: 'valid' })
  t.equal(await ask(first?.headers ?? {}), first?.statuses.getPortalUsersCount)
})

t.test('what has changed since a mark, and back to it', async (t) => {
  const { url } = await mock(t)
  const portal = control(url)
  const mark = await portal.mark('before')
  await portal.users.remove('guest')
  const { happened, tables } = await mark.effects()
  t.match(happened, { usersRemoved: [{ email: 'guest@example.com' }] })
  t.equal(tables.users?.total.changed, 1)
  await mark.rewind()
  t.equal(await usersCount(url), 6)
  await mark.delete()
  await t.rejects(mark.effects(), { name: 'ControlError', status: 404 })
})

t.test('faults', async (t) => {
  const { url } = await mock(t)
  const { faults } = control(url)
  const fault = await faults.add({
    match: { operation: 'getPortalUsersCount' },
    effect: { answer: { status: 503 } },
    times: 1,
  })
  t.equal((await fetch(`${url}/api/2.0/portal/userscount`)).status, 503)
  t.match(await faults.get(fault.id), { hits: 1, remaining: 0 })
  await faults.remove(fault.id)
  t.ok((await faults.plans()).some(({ name }) => name === 'flaky-10-percent'))
  await faults.definePlan('mine', { faults: [{ effect: { delay: 1 } }] })
  t.equal((await faults.apply('mine', { seed: 7 })).length, 1)
  t.equal((await faults.list()).length, 1)
  await faults.clear()
  t.same(await faults.list(), [])
  await t.rejects(faults.add({ effect: { answer: { status: 99 } } }), { name: 'ControlError', status: 400 })
})

t.test('the journal is read, asked, followed and cleared', async (t) => {
  const { url } = await mock(t)
  const { journal, findings } = control(url)
  await usersCount(url)
  for await (const entry of journal.follow({ after: 0 })) {
    t.match(entry, { n: 1, operation: 'getPortalUsersCount', status: 200 })
    break
  }
  const stop = new AbortController()
  const followed = journal.follow({ after: 1, signal: stop.signal })
  const next = followed.next()
  await usersCount(url)
  t.match(await next, { value: { n: 2 } })
  stop.abort()
  await t.rejects(followed.next(), { name: 'AbortError' })
  const [entry] = await journal.list({ operation: 'getPortalUsersCount', user: 'owner', since: new Date(0), limit: 1 })
  t.match(await journal.get(entry?.n ?? 0), {
    path: '/api/2.0/portal/userscount',
    principal: { email: 'owner@example.com', role: 'Owner' },
  })
  t.same(entry?.decisions[0], { guard: 'ApiKeyBearer', accepted: true, reason: 'owner@example.com with *:write' })
  t.match(await journal.verify({ operation: 'getPortalUsersCount', times: { atLeast: 1 } }), { passed: true })
  t.match(await journal.verify({ operation: 'getPortalUsersCount', status: 403 }), { passed: false, count: 0 })
  t.match(JSON.parse(await journal.har()), { log: { version: '1.2' } })
  await fetch(`${url}/api/2.0/portal/userscount?asc_auth_key=x`)
  await findings.list()
  await findings.clear()
  await journal.clear()
  t.same(await journal.list(), [])
  t.same(await findings.list(), [])
})

t.test('a token is sent, given or from the environment', async (t) => {
  const { url } = await mock(t, { control: { token: 'secret' } })
  await t.rejects(control(url).reset(), { status: 401, message: /wants Authorization: Bearer/ })
  await t.rejects(control(url, { token: 'other' }).reset(), { name: 'ControlError', status: 401 })
  await control(url, { token: 'secret' }).reset()
  await freshPortal({ url, token: 'secret' }).drop()
  process.env.DOCSPACE_MOCK_CONTROL_TOKEN = 'secret'
  process.env.DOCSPACE_MOCK_URL = `${url}/`
  t.teardown(() => {
    delete process.env.DOCSPACE_MOCK_CONTROL_TOKEN
    delete process.env.DOCSPACE_MOCK_URL
  })
  await control().reset()
  t.equal(control().url, url)
  t.match(freshPortal().url, new RegExp(`^${url}/@t-`))
})

t.test('where nobody is, or somebody else, the message says so', async (t) => {
  const other = createServer((_, response) => response.writeHead(404).end('<h1>Not Found</h1>'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const there = control(`http://127.0.0.1:${port}`)
  await t.rejects(there.reset(), { status: 404, message: /answered 404, <h1>Not Found/ })
  await new Promise((resolve) => other.close(resolve))
  const error = await there.reset().catch((error) => error)
  t.ok(error instanceof ControlError)
  t.match(error, { status: 0, message: /nobody answers there \(.*ECONNREFUSED.*\)\. Is docspace-mock up\?/ })
})
