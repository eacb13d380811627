import { EmployeeStatus, type User } from '../domain/user.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'

/** Somebody who can sign in, by id; `undefined` where there is nobody, or their account doesn't work. */
export function activePerson({ store }: Portal, id: string): StoredUser | undefined {
  const user = store.users.find(id.toLowerCase())
  return user?.status === EmployeeStatus.Active ? user : undefined
}

/** Somebody who can sign in, by id or e-mail. */
export function namedPerson(portal: Portal, name: string): StoredUser | undefined {
  const user = portal.store.users.find(name.toLowerCase()) ?? portal.store.users.findByName(name)
  return user && activePerson(portal, user.id)
}

/** Claims about a person, which the scope `openid` gives, in the order in which they are told. */
export const PERSON_CLAIMS = [
  'sub',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'email',
  'email_verified',
  'locale',
]

/** What OpenID Connect tells of a person. Members that are `undefined` aren't told. */
export function personClaims({ id, culture, info }: StoredUser): Record<string, unknown> & { sub: string } {
  const { firstName, lastName, userName, email, activationStatus }: User = JSON.parse(info)
  return {
    sub: id,
    name: [firstName, lastName].filter(Boolean).join(' ') || undefined,
    given_name: firstName || undefined,
    family_name: lastName || undefined,
    preferred_username: userName || undefined,
    email: email || undefined,
    email_verified: (activationStatus & 1) === 1,
    locale: culture ?? undefined,
  }
}
