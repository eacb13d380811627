import t from 'tap'
import { EmployeeType } from '../../src/domain/employee-type.ts'
import { EMPTY_GUID } from '../../src/domain/guid.ts'
import { isAdmin, type Member, mayEditPortalSettings, mayInvite, mayView } from '../../src/domain/permissions.ts'

const member = (id: string, type: EmployeeType, isOwner = false): Member => ({ id, type, isOwner })

const callers = {
  owner: member('owner', EmployeeType.DocSpaceAdmin, true),
  admin: member('admin', EmployeeType.DocSpaceAdmin),
  roomAdmin: member('roomAdmin', EmployeeType.RoomAdmin),
  user: member('user', EmployeeType.User),
  guest: member('guest', EmployeeType.Guest),
}
type Caller = keyof typeof callers
const names = Object.keys(callers) as Caller[]

t.test('the owner and the DocSpace admins edit the portal’s settings (facts §5.2)', async (t) => {
  t.strictSame(
    names.filter((name) => mayEditPortalSettings(callers[name])),
    ['owner', 'admin'],
  )
  t.ok(isAdmin(member('x', EmployeeType.User, true)), 'an owner is one, whatever the type')
})

t.test('who invites whom (facts §5.1)', async (t) => {
  const matrix: Record<Caller, EmployeeType[]> = {
    owner: [0, 1, 2, 3, 4, 5, 6, 7],
    admin: [0, 1, 2, 4, 5, 6, 7],
    roomAdmin: [2, 4],
    user: [],
    guest: [],
  }
  for (const name of names) {
    const invited = [0, 1, 2, 3, 4, 5, 6, 7].filter((type) => mayInvite(callers[name], type))
    t.strictSame(invited, matrix[name], name)
  }
})

/** The columns of the matrix: whom somebody looks at, and whether they have invited them. */
const targets = {
  member: { id: 'other', type: EmployeeType.User, invited: false },
  owner: { id: 'the owner', type: EmployeeType.DocSpaceAdmin, invited: false },
  'guest they invited': { id: 'other', type: EmployeeType.Guest, invited: true },
  'guest of another': { id: 'other', type: EmployeeType.Guest, invited: false },
  nobody: { id: '99999999-9999-4999-8999-999999999999', type: undefined, invited: false },
  'Guid.Empty': { id: EMPTY_GUID, type: undefined, invited: false },
  CoreSystem: { id: 'a37ee56e-3302-4a7b-b67e-ddbea64cd032', type: undefined, invited: false },
  NamingPoster: { id: '17097d73-2d1e-4b36-aa07-aeb34af993cd', type: undefined, invited: false },
  'the guest account': { id: '712d9ec3-5d2b-4b13-824f-71f00191dcca', type: undefined, invited: false },
  LostUser: { id: '4a515a15-d4d6-4b8e-828e-e0586f18f3a3', type: undefined, invited: false },
  OutsideUser: { id: 'e78f4c20-2f3b-4a9d-ad13-5f298bd5a3ba', type: undefined, invited: false },
}

t.test('who may look at whom (facts §5.3)', async (t) => {
  const everybody = Object.keys(targets)
  const hiddenFromRoomAdmins = ['guest of another', 'LostUser', 'OutsideUser']
  const matrix: Record<Caller, string[]> = {
    owner: everybody,
    admin: everybody,
    roomAdmin: everybody.filter((name) => !hiddenFromRoomAdmins.includes(name)),
    user: [],
    guest: [],
  }
  for (const name of names) {
    const seen = Object.entries(targets).filter(([, { id, type, invited }]) =>
      mayView(callers[name], { id, type }, () => invited),
    )
    t.strictSame(
      seen.map(([target]) => target),
      matrix[name],
      name,
    )
  }
})

t.test('everybody may look at themselves', async (t) => {
  for (const { id, type, isOwner } of Object.values(callers)) {
    t.ok(
      mayView({ id, type, isOwner }, { id, type }, () => false),
      id,
    )
  }
})

t.test('who invited whom is asked only where it matters', async (t) => {
  const asked: string[] = []
  for (const name of names) {
    for (const [target, { id, type }] of Object.entries(targets)) {
      mayView(callers[name], { id, type }, () => asked.push(`${name} ${target}`) > 0)
    }
  }
  t.strictSame(asked, [
    'roomAdmin guest they invited',
    'roomAdmin guest of another',
    'roomAdmin LostUser',
    'roomAdmin OutsideUser',
  ])
})
