import t from 'tap'
import { SESSION_LIFETIME } from '../../src/domain/session-token.ts'
import { NOW, people, testPortal } from '../helper.ts'

t.test('a sign-in is active until it is ended', async (t) => {
  const { loginEvents } = testPortal(t).store
  const first = loginEvents.insert(people.owner, NOW)
  const second = loginEvents.insert(people.guest, NOW, NOW + 1)
  const found = () => [first, second].map((id) => loginEvents.find(id))
  const events = [
    { id: first, userId: people.owner, expiresAt: NOW + SESSION_LIFETIME, active: true },
    { id: second, userId: people.guest, expiresAt: NOW + 1, active: true },
  ]

  t.ok(first > 0)
  t.not(first, second)
  t.strictSame(found(), events)
  loginEvents.end(first)
  loginEvents.end(first)
  t.strictSame(found(), [{ ...events[0], active: false }, events[1]])
})

t.test('what hasn’t happened isn’t found, and ending it does nothing', async (t) => {
  const { loginEvents } = testPortal(t).store
  loginEvents.end(1)

  for (const id of [1, 0, -1]) t.equal(loginEvents.find(id), undefined)
  t.equal(loginEvents.find(loginEvents.insert(people.guest, NOW))?.active, true)
})

t.test('nobody can’t sign in', async (t) => {
  const { loginEvents } = testPortal(t).store

  t.throws(() => loginEvents.insert('nobody', NOW), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
})
