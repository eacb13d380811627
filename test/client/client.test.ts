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
