import t from 'tap'
import { generatedUserId, generateUsers } from '../../src/store/generate-users.ts'
import { people, testPortal } from '../helper.ts'

t.test('the people made up are always the same ones', async (t) => {
  const { store, tenantId } = testPortal(t)
  for (const _ of generateUsers(store, 11, people.owner));

  t.equal(store.users.count(), 6 + 11)
  t.equal(generatedUserId(1), '00000000-0000-4000-8000-000000000001')
  t.equal(generatedUserId(1_000_000), '00000000-0000-4000-8000-0000000f4240')
  const eleventh = store.users.find('00000000-0000-4000-8000-00000000000b')
  t.strictSame(JSON.parse(eleventh?.info ?? ''), {
    id: '00000000-0000-4000-8000-00000000000b',
    firstName: 'User',
    lastName: '11',
    userName: 'user11',
    status: 1,
    activationStatus: 1,
    workFromDate: '2026-01-15T09:00:00Z',
    email: 'user11@example.com',
    removed: false,
    lastModified: '2026-01-15T09:00:00Z',
    tenantId,
    isActive: true,
    mobilePhoneActivationStatus: 0,
    ldapQouta: 0,
    createDate: '2026-01-15T09:00:00Z',
    createdBy: people.owner,
    checkActivation: false,
  })
  t.match(eleventh, { type: 4, status: 1 })
  t.equal(store.users.find(generatedUserId(12)), undefined)
  t.strictSame(store.users.findPassword('user11@example.com'), {
    id: generatedUserId(11),
    seedPassword: null,
    passwordHash: null,
  })
})

t.test('tells how far it is, every ten thousand and at the end', async (t) => {
  const { store } = testPortal(t)
  const told: [number, number][] = []
  for (const _ of generateUsers(store, 20_001, people.owner, (generated, total) => told.push([generated, total])));

  t.strictSame(told, [
    [10_000, 20_001],
    [20_000, 20_001],
    [20_001, 20_001],
  ])
  t.equal(store.users.count(), 6 + 20_001)
})

t.test('none is none', async (t) => {
  const { store } = testPortal(t)
  for (const _ of generateUsers(store, 0, people.owner, () => t.fail('nothing to tell')));

  t.equal(store.users.count(), 6)
})
