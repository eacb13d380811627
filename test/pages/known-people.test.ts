import t from 'tap'
import { knownPeople } from '../../src/pages/known-people.ts'
import { apiKey, people, testPortal } from '../helper.ts'

t.test('the people of a fixture with what they are known to have', async (t) => {
  const known = knownPeople(testPortal(t))
  t.same(
    known.map(({ role }) => role),
    ['owner', 'DocSpaceAdmin', 'RoomAdmin', 'User', 'Guest', 'Guest', 'User, pending', 'User, terminated', 'User'],
  )
  t.same(
    known.flatMap(({ id, isActive }) => (isActive ? [] : id)),
    [people.pending, people.terminated],
  )
  t.match(known[0], {
    id: people.owner,
    email: 'owner@example.com',
    password: 'owner-password',
    fullAccessKey: apiKey('1'),
  })
  t.same(
    known[0]?.apiKeys.map(({ name }) => name),
    ['full access', 'read only', 'accounts only', 'expired', 'revoked'],
  )
  t.match(known[5], { id: people.otherGuest, apiKeys: [], fullAccessKey: undefined })
})

t.test('people who were made up are nobody that one knows, and those who were removed neither', async (t) => {
  const portal = testPortal(t, { generatedUsers: 5 })
  t.equal(knownPeople(portal).length, 9)
  portal.store.users.remove(people.guest)
  t.notOk(knownPeople(portal).some(({ id }) => id === people.guest))
})

t.test('ids in capitals, keys without a name', async (t) => {
  const id = people.owner.toUpperCase()
  const users = [{ id, email: 'o@example.com', type: 'User' as const, apiKeys: [{ key: apiKey('1') }] }]
  const [owner] = knownPeople(testPortal(t, { fixture: { alias: 'a', owner: people.owner, users } }))
  t.match(owner, { id: people.owner, role: 'owner', apiKeys: [{ key: apiKey('1'), name: 'seeded' }] })
})
