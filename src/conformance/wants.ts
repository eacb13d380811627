import type { Person } from './case.ts'

const titles: Record<Person, string> = {
  owner: 'the owner',
  admin: 'a DocSpace admin',
  roomAdmin: 'a room admin',
  user: 'a user',
  guest: 'a guest',
  otherGuest: 'another guest',
  pending: 'somebody pending',
  terminated: 'somebody terminated',
}

/** What kind of thing a name stands for that a case has in double braces. */
const kinds: Record<string, (title: string) => string> = {
  id: (title) => `the id of ${title}`,
  key: (title) => `an API key of ${title}`,
  token: (title) => `a session token of ${title}`,
  basic: (title) => `e-mail and password of ${title}`,
  email: (title) => `the e-mail of ${title}`,
  password: (title) => `the password of ${title}`,
  signature: (title) => `the x-signature of ${title}`,
  made: () => 'what a case makes that changes something',
  confirm: () => 'confirmation keys, which take the machine key of a --fixture',
  jwt: () => 'access tokens, which only docspace-mock signs for anybody',
}

/** Says what a case wants that isn't there: `key.roomAdmin` is an API key of a room admin. */
export function wanted(name: string): string {
  const [kind = '', person = '', ...rest] = name.split('.')
  const title = titles[person as Person]
  if (title === undefined && !['jwt', 'confirm', 'made'].includes(kind))
    return 'tokens made with the machine key of a --fixture'
  const text = kinds[kind]?.(title ?? '') ?? name
  return kind === 'key' && rest.length > 0 ? `${text} (${rest.join()})` : text
}

/** Says who is missing as the caller. */
export function wantedCaller(person: Person): string {
  return `a credential of ${titles[person]}`
}
