import type { ProfileName } from '../domain/profile.ts'
import type { Person } from './case.ts'
import people from './people.json' with { type: 'json' }
import shapes from './shapes.json' with { type: 'json' }
import type { Subject } from './subject.ts'
import { spelled } from './template.ts'

type Members = Record<string, unknown>

/** What {@link expectedUser} looks at. */
interface Context {
  profile: ProfileName
  subject: Subject
  /** What came as the somebody. */
  received: unknown
}

/**
 * Somebody as `GET users/{userID}` has to show them. The people of the shipped fixture are known member by member. Of
 * others the id is: what they have to have, and of what kind every member is that they may have.
 */
export function expectedUser(person: Person, { profile, subject, received }: Context): Members {
  const user = Object.entries(people).find(([name]) => name === person)?.[1]
  if (subject.shipped && user !== undefined) return profile === 'documented' ? user : inMysqlForm(user)
  const id = subject.people[person]?.id
  return spelled({ ...shapeOf(profile), ...(id !== undefined && { id }) }, received) as Members
}

/** What is published says that dates have a zone. */
function shapeOf(profile: ProfileName): object {
  const shape = shapes['a user']
  if (profile === 'server') return shape
  return JSON.parse(JSON.stringify(shape).replaceAll('<a date and time>', '<a date and time in a zone>'))
}

/** As MySQL deployments send dates: whole seconds, no zone. */
function inMysqlForm(user: Members): Members {
  const entries = Object.entries(user).map(([member, value]) => [
    member,
    typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1') : value,
  ])
  return Object.fromEntries(entries)
}
