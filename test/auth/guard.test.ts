import t from 'tap'
import { accept, isAccepted, refuse } from '../../src/auth/guard.ts'
import { people, testPortal } from '../helper.ts'

t.test('a verdict accepts somebody, for everything unless it says otherwise', async (t) => {
  const user = testPortal(t).store.users.find(people.owner)
  if (user === undefined) return t.bailout('the owner is missing')

  t.strictSame(accept(user), { user, scopes: ['*:write'] })
  t.strictSame(accept(user, ['*:read']), { user, scopes: ['*:read'] })
  t.strictSame(accept(user, []), { user, scopes: [] }, 'no scope is not every scope')
  t.equal(isAccepted(accept(user)), true)
  return undefined
})

t.test('or refuses, with a reason', async (t) => {
  t.strictSame(refuse('expired'), { refused: 'expired' })
  t.equal(isAccepted(refuse('expired')), false)
})
