import type { ProfileName } from '../../src/domain/profile.ts'
import { people } from '../helper.ts'

const CREATED = '2026-01-15T09:00:00Z'

const active = { status: 1, activationStatus: 1, isActive: true, checkActivation: false }

/** The people of the shipped fixture as facts §5.3 says they are shown, member by member, in the documented form. */
const users: Record<string, Record<string, unknown>> = {
  winfield: {
    id: people.winfield,
    firstName: 'Winfield',
    lastName: 'Wyman',
    userName: 'winfield.wyman',
    birthDate: '2008-04-10T02:30:00Z',
    sex: true,
    status: 1,
    activationStatus: 1,
    terminatedDate: '2031-12-31T23:59:59Z',
    title: 'Wooden mouse designer',
    workFromDate: '2026-01-19T08:00:00Z',
    email: 'winfield.wyman@example.com',
    contacts: 'skype|winfield.wyman|mail|wyman@example.org|',
    contactsList: ['skype', 'winfield.wyman', 'mail', 'wyman@example.org'],
    location: 'Prague',
    notes: 'Every optional member is set on Winfield.',
    removed: false,
    lastModified: '2026-03-02T10:30:00.25Z',
    tenantId: 1,
    isActive: true,
    cultureName: 'en-US',
    mobilePhone: '+12025550142',
    mobilePhoneActivationStatus: 0,
    sid: 'S-1-5-21-1004336348-1177238915-682003330-512',
    ldapQouta: 0,
    ssoNameId: 'winfield.wyman@sso.example.com',
    ssoSessionId: '_6c3a4f8b9c2d',
    createDate: '2026-01-19T08:00:00Z',
    createdBy: people.admin,
    spam: false,
    checkActivation: false,
  },
  owner: minimal({
    id: people.owner,
    firstName: 'Olivia',
    lastName: 'Ward',
    userName: 'owner',
    email: 'owner@example.com',
    cultureName: 'en-US',
    ...active,
  }),
  guest: minimal({
    id: people.guest,
    firstName: 'Grace',
    lastName: 'Tan',
    userName: 'guest',
    email: 'guest@example.com',
    cultureName: 'fr',
    createdBy: people.roomAdmin,
    ...active,
  }),
  pending: {
    ...minimal({
      id: people.pending,
      firstName: '',
      lastName: '',
      userName: 'pending',
      email: 'pending@example.com',
      status: 4,
      activationStatus: 2,
      isActive: false,
      checkActivation: true,
      createdBy: people.owner,
    }),
    workFromDate: undefined,
  },
  terminated: minimal({
    id: people.terminated,
    firstName: 'Theo',
    lastName: 'Marsh',
    userName: 'terminated',
    email: 'terminated@example.com',
    terminatedDate: '2026-05-04T16:00:00Z',
    createdBy: people.owner,
    ...active,
    status: 2,
  }),
}

/** Somebody as the server shows them in a profile, members in the server's order. */
export function expectedUser(name: string, profile: ProfileName): Record<string, unknown> {
  const user = users[name]
  if (user === undefined) throw new Error(`a case names the user ${name}, whom nobody has written down`)
  if (profile === 'documented') return user
  const inMysqlForm = Object.entries(user).map(([member, value]) => [
    member,
    typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1') : value,
  ])
  return Object.fromEntries(inMysqlForm)
}

function minimal(given: Record<string, unknown>): Record<string, unknown> {
  return {
    id: given.id,
    firstName: given.firstName,
    lastName: given.lastName,
    userName: given.userName,
    status: given.status,
    activationStatus: given.activationStatus,
    terminatedDate: given.terminatedDate,
    workFromDate: CREATED,
    email: given.email,
    removed: false,
    lastModified: CREATED,
    tenantId: 1,
    isActive: given.isActive,
    cultureName: given.cultureName,
    mobilePhoneActivationStatus: 0,
    ldapQouta: 0,
    createDate: CREATED,
    createdBy: given.createdBy,
    checkActivation: given.checkActivation,
  }
}
