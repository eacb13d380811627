import t from 'tap'
import { EmployeeType } from '../../src/domain/employee-type.ts'
import { EmployeeStatus, type User, userInfo, userInfoDates } from '../../src/domain/user.ts'

const bare: User = {
  id: 'b7a4a6c1-4f0e-4b52-9d4b-0e6d8a1c2f33',
  type: EmployeeType.User,
  firstName: 'Mike',
  lastName: 'Zanyatski',
  userName: 'mike',
  status: EmployeeStatus.Active,
  activationStatus: 1,
  email: 'mike@example.com',
  lastModified: '2026-06-30T10:13:12Z',
  createDate: '2026-06-30T10:13:11Z',
}

const full: User = {
  ...bare,
  birthDate: '1990-04-10T00:00:00Z',
  sex: false,
  terminatedDate: '2026-07-01T00:00:00Z',
  title: '',
  workFromDate: '2026-06-30T12:13:11Z',
  contacts: 'skype|mike|',
  location: 'Riga',
  notes: 'none',
  cultureName: 'en-US',
  mobilePhone: '+1',
  sid: 'S-1',
  ssoNameId: 'name',
  ssoSessionId: 'session',
  createdBy: '66faa6e4-f133-11ea-b126-00ffeec8b4ef',
  spam: false,
}

t.test('shows 31 members in the server’s order (facts §5.3)', async (t) => {
  t.equal(
    JSON.stringify(userInfo(full, 7)),
    JSON.stringify({
      id: 'b7a4a6c1-4f0e-4b52-9d4b-0e6d8a1c2f33',
      firstName: 'Mike',
      lastName: 'Zanyatski',
      userName: 'mike',
      birthDate: '1990-04-10T00:00:00Z',
      sex: false,
      status: 1,
      activationStatus: 1,
      terminatedDate: '2026-07-01T00:00:00Z',
      title: '',
      workFromDate: '2026-06-30T12:13:11Z',
      email: 'mike@example.com',
      contacts: 'skype|mike|',
      contactsList: ['skype', 'mike'],
      location: 'Riga',
      notes: 'none',
      removed: false,
      lastModified: '2026-06-30T10:13:12Z',
      tenantId: 7,
      isActive: true,
      cultureName: 'en-US',
      mobilePhone: '+1',
      mobilePhoneActivationStatus: 0,
      sid: 'S-1',
      ldapQouta: 0,
      ssoNameId: 'name',
      ssoSessionId: 'session',
      createDate: '2026-06-30T10:13:11Z',
      createdBy: '66faa6e4-f133-11ea-b126-00ffeec8b4ef',
      spam: false,
      checkActivation: false,
    }),
  )
  t.equal(Object.keys(userInfo(full, 7)).length, 31)
})

t.test('what isn’t set is left out', async (t) => {
  t.strictSame(Object.keys(JSON.parse(JSON.stringify(userInfo(bare, 1)))), [
    'id',
    'firstName',
    'lastName',
    'userName',
    'status',
    'activationStatus',
    'email',
    'removed',
    'lastModified',
    'tenantId',
    'isActive',
    'mobilePhoneActivationStatus',
    'ldapQouta',
    'createDate',
    'checkActivation',
  ])
})

t.test('the contacts are split on bars, empty parts dropped', async (t) => {
  const cases: [contacts: string | undefined, list: string[] | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['|', []],
    ['a|b|', ['a', 'b']],
    ['a', ['a']],
    ['||a||b|', ['a', 'b']],
    [' | a', [' ', ' a']],
  ]
  for (const [contacts, list] of cases) {
    const user = contacts === undefined ? bare : { ...bare, contacts }
    t.strictSame(userInfo(user, 1).contactsList, list, String(contacts))
  }
})

t.test('activation is a flag, and has nothing to do with the status', async (t) => {
  for (const [activationStatus, isActive] of [
    [0, false],
    [1, true],
    [2, false],
    [3, true],
    [4, false],
    [5, true],
  ] as const) {
    const info = userInfo({ ...bare, activationStatus, status: EmployeeStatus.Terminated }, 1)
    t.equal(info.isActive, isActive, String(activationStatus))
    t.equal(info.checkActivation, !isActive, String(activationStatus))
    t.equal(info.status, 2)
  }
})

t.test('knows which members are moments', async (t) => {
  const moments = Object.entries(userInfo(full, 1)).filter(([, value]) => /^\d{4}-\d\d-\d\dT/.test(String(value)))

  t.strictSame(
    moments.map(([name]) => name),
    ['birthDate', 'terminatedDate', 'workFromDate', 'lastModified', 'createDate'],
  )
  t.strictSame(userInfoDates, ['birthDate', 'terminatedDate', 'workFromDate', 'lastModified', 'createDate'])
})
