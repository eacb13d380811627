import { mintSessionToken } from '../auth/mint.ts'
import type { Portal } from '../store/portal.ts'
import type { KnownPerson } from './known-people.ts'

/**
 * The arguments that make curl somebody, in a form that both profiles take.
 *
 * @param guards the names of those that are on: a credential that nobody would look at is of no use
 * @returns `undefined` for people who cannot sign in
 */
export function curlCredential(person: KnownPerson, portal: Portal, guards: readonly string[]): string | undefined {
  const { id, email, isActive, password, fullAccessKey } = person
  if (!isActive) return undefined
  if (fullAccessKey !== undefined && guards.includes('ApiKeyBearer')) return authorization(`Bearer ${fullAccessKey}`)
  if (password !== undefined && guards.includes('Basic')) return `-u ${shellWord(`${email}:${password}`)}`
  if (guards.includes('asc_auth_key')) return authorization(mintSessionToken(portal, id))
  return undefined
}

/**
 * A curl command.
 *
 * @param isOwnTls whether it meets the certificate of the mock, which curl doesn't know
 */
export function curlCommand(words: readonly string[], isOwnTls: boolean): string {
  return ['curl', ...(isOwnTls ? ['-k'] : []), ...words].join(' ')
}

function authorization(value: string): string {
  return `-H ${shellWord(`Authorization: ${value}`)}`
}

/** Text as a shell takes it for one word. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
