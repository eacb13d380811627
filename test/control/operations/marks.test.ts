import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { MARK_BOUNDS } from '../../../src/control/effects/marks.ts'
import { packNow } from '../../../src/store/packed-image.ts'
import { asKey, people, testServer } from '../../helper.ts'

function call(app: FastifyInstance, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) {
  return app.inject({ method, url: `/__mock/${path}`, ...(payload && { payload }) })
}

t.test('a mark has an id, the portal’s time and a name if it was given one', async (t) => {
  const { app, portal } = await testServer(t)
  const named = await call(app, 'POST', 'marks', { name: 'before the import' })
  t.equal(named.statusCode, 201)
  const bytes = packNow(portal.image()).length
  const first = { id: '1', name: 'before the import', at: '2026-06-30T10:00:00.000Z', bytes }
  t.strictSame(named.json(), first)
  portal.clock.move(1000)
  const { body: _, ...second } = (await call(app, 'POST', 'marks')).json()
  t.strictSame(second, { id: '2', at: '2026-06-30T10:00:01.000Z', bytes })
  t.strictSame((await call(app, 'GET', 'marks')).json(), [first, second])
})

t.test('the portal can be put back to a mark, again and again', async (t) => {
  const { app, portal } = await testServer(t)
  const count = async () => (await app.inject(asKey('1', 'userscount'))).json().response
  portal.changeSettings({ culture: 'de' })
  await call(app, 'POST', 'marks')
  portal.clock.move(1000)
  const time = portal.clock.now()
  for (const user of [people.guest, people.winfield]) {
    portal.store.users.remove(user)
    portal.changeSettings({ culture: 'fr' })
    t.equal(await count(), 5)
    t.equal((await call(app, 'POST', 'marks/1/rewind')).statusCode, 204)
    t.equal(await count(), 6)
    t.equal(portal.settings.culture, 'de')
    t.equal(portal.clock.now(), time, 'the time goes on')
  }
  const { happened } = (await call(app, 'GET', 'marks/1/effects')).json()
  t.strictSame(Object.keys(happened), ['apiKeysUsed'], 'the one that asked just now')
})

t.test('a mark that is no longer remembered, or never was', async (t) => {
  const { app } = await testServer(t)
  await call(app, 'POST', 'marks')
  t.equal((await call(app, 'DELETE', 'marks/1')).statusCode, 204)
  for (const [method, path] of [
    ['DELETE', 'marks/1'],
    ['GET', 'marks/1/effects'],
    ['POST', 'marks/1/rewind'],
    ['POST', 'marks/nonsense/rewind'],
    ['GET', 'marks/__proto__/effects'],
  ] as const) {
    const answer = await call(app, method, path)
    t.equal(answer.statusCode, 404, `${method} ${path}`)
    t.match(answer.json().error, /^there is no mark .*; there is none: a reset forgets all of them/)
  }
})

t.test('bad bodies make no mark, and say what is wrong', async (t) => {
  const { app } = await testServer(t)
  for (const [payload, message] of [
    [{ label: 'x' }, '/ must NOT have additional properties: label'],
    [{ name: 1 }, '/name must be string'],
    [{ name: 'x'.repeat(101) }, '/name must NOT have more than 100 characters'],
    [[], '/ must be object'],
  ] as const) {
    const answer = await call(app, 'POST', 'marks', payload)
    t.equal(answer.statusCode, 400)
    t.match(answer.json().error, message)
  }
  t.strictSame((await call(app, 'GET', 'marks')).json(), [])
})

t.test('a reset forgets the marks of its portal, and of no other', async (t) => {
  const { app } = await testServer(t)
  await call(app, 'POST', 'marks')
  await app.inject({ method: 'POST', url: '/@w1/__mock/marks' })
  await call(app, 'POST', 'reset')
  t.strictSame((await call(app, 'GET', 'marks')).json(), [])
  t.equal((await app.inject('/@w1/__mock/marks')).json().length, 1)
  t.equal((await app.inject('/@w2/__mock/marks/1/effects')).statusCode, 404)
})

t.test('there can’t be more than a number of marks', async (t) => {
  const { app } = await testServer(t)
  for (let n = 0; n < MARK_BOUNDS.marks + 2; n++) await call(app, 'POST', 'marks')
  const ids = (await call(app, 'GET', 'marks')).json().map(({ id }: { id: string }) => id)
  t.strictSame([ids.length, ids[0]], [MARK_BOUNDS.marks, '3'])
})
