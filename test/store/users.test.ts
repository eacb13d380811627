import t from 'tap'
import { EmployeeType } from '../../src/domain/employee-type.ts'
import { EmployeeStatus, type User } from '../../src/domain/user.ts'
import { people, testPortal } from '../helper.ts'

const mike: User = {
  id: 'b7a4a6c1-4f0e-4b52-9d4b-0e6d8a1c2f33',
  type: EmployeeType.User,
  firstName: 'Mike',
  lastName: 'Zanyatski',
  userName: 'mike',
  status: EmployeeStatus.Active,
  activationStatus: 1,
  email: 'Mike@example.com',
  cultureName: 'de-DE',
  sid: 'S-1',
  lastModified: '2026-06-30T10:13:12Z',
  createDate: '2026-06-30T10:13:11Z',
}

t.test('keeps what rules and guards ask for, and the rest as text', async (t) => {
  const { users } = testPortal(t).store
  users.insert(mike)

  const { info, ...rest } = users.find(mike.id) ?? { info: '' }
  t.strictSame(rest, {
    id: mike.id,
    email: mike.email,
    type: 4,
    status: 1,
    culture: 'de-DE',
    sid: 'S-1',
    tokenIndex: 0,
  })
  t.match(JSON.parse(info), { id: mike.id, email: 'Mike@example.com', tenantId: 1, isActive: true })
  t.notOk(info.includes('null'), 'what isn’t set is left out')
  t.equal(users.find(mike.id.toUpperCase()), undefined, 'ids are asked for in lower case')
  t.equal(users.find('nobody'), undefined)
})

t.test('culture and sid may be missing', async (t) => {
  const { users } = testPortal(t).store

  t.match(users.find(people.nameless), { culture: null, sid: null })
})

t.test('an e-mail is found, and taken, whatever its letter case', async (t) => {
  const { users } = testPortal(t).store
  users.insert(mike, { seedPassword: 'secret' })

  for (const email of ['Mike@example.com', 'mike@example.com', 'MIKE@EXAMPLE.COM']) {
    t.strictSame(users.findPassword(email), { id: mike.id, seedPassword: 'secret', passwordHash: null }, email)
  }
  t.equal(users.findPassword('mike@example'), undefined)
  t.equal(users.findPassword(' mike@example.com'), undefined)
  t.throws(() => users.insert({ ...mike, id: mike.id.replace('b', 'c'), email: 'mike@EXAMPLE.com' }), {
    code: 'SQLITE_CONSTRAINT_UNIQUE',
  })
  t.throws(() => users.insert({ ...mike, email: 'other@example.com' }), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })
  t.throws(() => users.update({ ...mike, email: 'OWNER@example.com' }), { code: 'SQLITE_CONSTRAINT_UNIQUE' })
})

t.test('a password stands as it was seeded until its hash is known', async (t) => {
  const { users } = testPortal(t).store
  users.insert(mike, { passwordHash: 'hash' })
  t.strictSame(users.findPassword(mike.email), { id: mike.id, seedPassword: null, passwordHash: 'hash' })
  users.setPasswordHash(mike.id, 'other')

  t.equal(users.findPassword(mike.email)?.passwordHash, 'other')
  t.match(users.findPassword('owner@example.com'), { seedPassword: 'owner-password', passwordHash: null })
})

t.test('an update changes the data, and leaves password and sessions', async (t) => {
  const { users } = testPortal(t).store
  users.insert(mike, { seedPassword: 'secret' })
  users.endSessions(mike.id)
  const { cultureName: _, sid: __, ...others } = mike
  users.update({ ...others, email: 'm@example.com', type: EmployeeType.Guest, status: 2, firstName: 'Michael' })

  const { info, ...rest } = users.find(mike.id) ?? { info: '{}' }
  t.strictSame(rest, {
    id: mike.id,
    email: 'm@example.com',
    type: 2,
    status: 2,
    culture: null,
    sid: null,
    tokenIndex: 1,
  })
  t.match(JSON.parse(info), { firstName: 'Michael', email: 'm@example.com', status: 2 })
  t.equal(users.findPassword('m@example.com')?.seedPassword, 'secret')
  t.equal(users.findPassword(mike.email), undefined)
})

t.test('an update of nobody makes nobody', async (t) => {
  const { users } = testPortal(t).store
  users.update(mike)

  t.equal(users.find(mike.id), undefined)
  t.equal(users.count(), 6)
})

t.test('counts the active ones with a name (facts §5.2)', async (t) => {
  const { users } = testPortal(t).store
  const steps: [name: string, expected: number, step: () => void][] = [
    ['as seeded', 6, () => {}],
    ['somebody new', 7, () => users.insert(mike)],
    ['terminated', 6, () => users.update({ ...mike, status: EmployeeStatus.Terminated })],
    ['pending', 6, () => users.update({ ...mike, status: EmployeeStatus.Pending })],
    ['active again', 7, () => users.update(mike)],
    ['not activated', 7, () => users.update({ ...mike, activationStatus: 0 })],
    ['nameless', 6, () => users.update({ ...mike, userName: '' })],
    ['a guest', 7, () => users.update({ ...mike, type: EmployeeType.Guest })],
    ['removed', 6, () => users.remove(mike.id)],
    ['removed again', 6, () => users.remove(mike.id)],
    ['somebody terminated removed', 6, () => users.remove(people.terminated)],
    ['nobody removed', 6, () => users.remove('nobody')],
  ]
  for (const [name, expected, step] of steps) {
    step()
    t.equal(users.count(), expected, name)
  }
})

t.test('the removed are never found, and their e-mail is free', async (t) => {
  const { users } = testPortal(t).store
  users.insert(mike)
  users.remove(mike.id)

  t.equal(users.find(mike.id), undefined)
  t.equal(users.findPassword(mike.email), undefined)
  users.insert({ ...mike, id: mike.id.replace('b', 'c') })
  t.equal(users.findPassword(mike.email)?.id, mike.id.replace('b', 'c'))
  t.throws(() => users.insert({ ...mike, email: 'x@example.com' }), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })
})

t.test('ending sessions concerns one person', async (t) => {
  const { users } = testPortal(t).store
  users.endSessions(people.guest)
  users.endSessions(people.guest)

  t.equal(users.find(people.guest)?.tokenIndex, 2)
  t.equal(users.find(people.owner)?.tokenIndex, 0)
})

t.test('remembers who invited whom', async (t) => {
  const { users } = testPortal(t).store

  t.equal(users.hasInvited(people.roomAdmin, people.guest), true)
  t.equal(users.hasInvited(people.guest, people.roomAdmin), false)
  t.equal(users.hasInvited(people.roomAdmin, people.otherGuest), false)
  t.equal(users.hasInvited(people.owner, people.otherGuest), true)
  users.addInvitedGuest(people.roomAdmin, people.otherGuest)
  users.addInvitedGuest(people.roomAdmin, people.otherGuest)
  t.equal(users.hasInvited(people.roomAdmin, people.otherGuest), true)
  t.throws(() => users.addInvitedGuest(people.roomAdmin, 'nobody'), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
})
