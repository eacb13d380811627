import t from 'tap'
import { NOW, people, testPortal } from '../helper.ts'

t.test('a sign-in is active until it is ended', async (t) => {
  const { loginEvents } = testPortal(t).store
  const first = loginEvents.insert(people.owner, NOW)
  const second = loginEvents.insert(people.owner, NOW)

  t.ok(first > 0)
  t.not(first, second)
  t.strictSame(
    [first, second].map((id) => loginEvents.isActive(id)),
    [true, true],
  )
  loginEvents.end(first)
  t.strictSame(
    [first, second].map((id) => loginEvents.isActive(id)),
    [false, true],
  )
  loginEvents.end(first)
  t.equal(loginEvents.isActive(first), false)
})

t.test('what hasn’t happened isn’t active, and ending it does nothing', async (t) => {
  const { loginEvents } = testPortal(t).store
  loginEvents.end(1)

  t.equal(loginEvents.isActive(1), false)
  t.equal(loginEvents.isActive(0), false)
  t.equal(loginEvents.isActive(-1), false)
  t.ok(loginEvents.isActive(loginEvents.insert(people.guest, NOW)))
})

t.test('nobody can’t sign in', async (t) => {
  const { loginEvents } = testPortal(t).store

  t.throws(() => loginEvents.insert('nobody', NOW), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
})
