import type { UserInfo } from '../../domain/user.ts'
import type { Recipes, Subject } from './subject.ts'

/** What stands behind `Basic `. Passwords that clients have chosen are not known. */
export const logins: Recipes = {
  valid: (subject) => (subject.person.seedPassword === null ? null : login(subject, subject.person.seedPassword)),
  wrongPassword: (subject) => login(subject, `not the password of ${subject.person.id}`),
  malformed: () => 'no Base64!',
}

function login({ person }: Subject, password: string): string {
  const { email }: UserInfo = JSON.parse(person.info)
  return Buffer.from(`${email}:${password}`).toString('base64')
}
