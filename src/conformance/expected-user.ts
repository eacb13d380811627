import type { ProfileName } from '../domain/profile.ts'
import type { Person } from './case.ts'
import { Matcher } from './matcher.ts'
import people from './people.json' with { type: 'json' }
import type { Subject } from './subject.ts'

type Members = Record<string, unknown>

/** What {@link expectedUser} looks at. */
interface Context {
  profile: ProfileName
  subject: Subject
  received: unknown
}

/**
 * Somebody as `GET users/{userID}` has to show them. The people of the shipped fixture are known member by member. Of
 * others the id is: what they have to have, and of what kind every member is that they may have.
 */
export function expectedUser(person: Person, { profile, subject, received }: Context): Members {
  const user = Object.entries(people).find(([name]) => name === person)?.[1]
  if (subject.shipped && user !== undefined) return profile === 'documented' ? user : inMysqlForm(user)
  const kinds = { ...members(profile), id: subject.people[person]?.id ?? guid }
  const given = responseOf(received)
  return Object.fromEntries(Object.entries(kinds).filter(([member]) => member in given || required.has(member)))
}

/** As MySQL deployments send dates: whole seconds, no zone. */
function inMysqlForm(user: Members): Members {
  const entries = Object.entries(user).map(([member, value]) => [
    member,
    typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1') : value,
  ])
  return Object.fromEntries(entries)
}

function responseOf(received: unknown): object {
  const { response } = (received ?? {}) as { response?: unknown }
  return typeof response === 'object' && response !== null ? response : {}
}

const guid = Matcher.text('<an id>', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const text = new Matcher('<a text>', (value) => typeof value === 'string')
const number = new Matcher('<a whole number>', Number.isInteger)
const boolean = new Matcher('<true or false>', (value) => typeof value === 'boolean')
const texts = new Matcher('<texts>', (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'))

/** Every member that a server may send, in the server's order. */
function members(profile: ProfileName): Members {
  const zone = profile === 'documented' ? '(Z|[+-]\\d\\d:\\d\\d)' : '(Z|[+-]\\d\\d:\\d\\d)?'
  const date = Matcher.text('<a date>', new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,7})?${zone}$`))
  return {
    id: guid,
    firstName: text,
    lastName: text,
    userName: text,
    birthDate: date,
    sex: boolean,
    status: number,
    activationStatus: number,
    terminatedDate: date,
    title: text,
    workFromDate: date,
    email: text,
    contacts: text,
    contactsList: texts,
    location: text,
    notes: text,
    removed: false,
    lastModified: date,
    tenantId: number,
    isActive: boolean,
    cultureName: text,
    mobilePhone: text,
    mobilePhoneActivationStatus: number,
    sid: text,
    ldapQouta: number,
    ssoNameId: text,
    ssoSessionId: text,
    createDate: date,
    createdBy: guid,
    spam: boolean,
    checkActivation: boolean,
  }
}

const required = new Set([
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
