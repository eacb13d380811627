import t from 'tap'
import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { checkConfirmationKey } from '../../src/domain/confirmation-key.ts'
import { readSessionToken } from '../../src/domain/session-token.ts'
import { NOW, people, testPortal } from '../helper.ts'

t.test('a session token is what a sign-in gives: good for a year', async (t) => {
  const portal = testPortal(t)
  portal.store.users.endSessions(people.guest)

  t.strictSame(readSessionToken(mintSessionToken(portal, people.guest), portal.machineKey), {
    tenantId: 1,
    userId: people.guest,
    tenantIndex: 0,
    expires: NOW + 365 * 24 * 60 * 60 * 1000,
    userIndex: 1,
    loginEventId: 0,
  })
})

t.test('it may end sooner, belong to a sign-in, and be of another portal', async (t) => {
  const portal = testPortal(t, { machineKey: 'another' })
  const token = mintSessionToken(portal, people.owner, { expiresIn: -60, loginEventId: 7 })

  t.match(readSessionToken(token, 'another'), { expires: NOW - 60_000, loginEventId: 7 })
  t.equal(readSessionToken(token, '1123askdasjklasbnd'), null)
})

t.test('nobody gets none', async (t) => {
  const portal = testPortal(t)
  portal.store.users.remove(people.winfield)
  for (const id of ['99999999-9999-4999-8999-999999999999', people.winfield]) {
    t.throws(() => mintSessionToken(portal, id), {
      name: 'TypeError',
      message: `mintSessionToken: nobody has the id ${id}`,
    })
  }
})

t.test('a confirmation key lets congratulations be sent', async (t) => {
  const portal = testPortal(t)
  const key = mintConfirmationKey(portal, people.owner)

  t.equal(checkConfirmationKey(key, `${people.owner}Auth`, portal, NOW, 0), 'ok')
  t.equal(checkConfirmationKey(key, `${people.admin}Auth`, portal, NOW, 0), 'invalid')
  t.equal(checkConfirmationKey(key, `${people.owner}Auth`, portal, NOW + 1, 0), 'expired')
})
