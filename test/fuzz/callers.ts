import { mintConfirmationKey } from '../../src/auth/mint.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import type { Portal } from '../../src/store/portal.ts'
import { type Person, signatureOf } from '../api/clients/call.ts'
import { apiKey, people } from '../helper.ts'

/** Somebody in whose name the document is tried out. */
export interface Caller {
  name: string
  /** What the configuration says of their credential, in TOML. */
  credential: string
  /** Who that is to the identity service. */
  person: Person | null
}

/** How long a run may take at most, in seconds. */
const LONGEST_RUN = 24 * 60 * 60

const nobody: Caller = { name: 'nobody', credential: '', person: null }

/** Those whose answers differ, by the profile. */
export const callers: Record<ProfileName, readonly Caller[]> = {
  documented: [
    nobody,
    withKey('the owner', '1', 'owner'),
    withKey("the owner's read-only key", 'a', 'guest'),
    withKey('a room admin', '3', 'roomAdmin'),
    withKey('a user', '4', 'winfield'),
  ],
  server: [
    nobody,
    { name: 'the owner', credential: `[auth.openapi.Bearer]\nbearer = "${apiKey('1')}"\n`, person: 'owner' },
  ],
}

function withKey(name: string, digit: string, person: Person): Caller {
  return { name, credential: `[auth.openapi.ApiKeyBearer]\napi_key = "${apiKey(digit)}"\n`, person }
}

/** Everything that the configuration says of a caller, in TOML. */
export function configurationOf({ credential, person }: Caller, portal: Portal): string {
  if (person === null) return credential
  return `${credential}[auth.openapi.x-signature]\napi_key = "${signatureOf(portal, person, LONGEST_RUN)}"\n`
}

/** The dictionaries that `schemathesis.toml` names, in TOML: what no one can make up. */
export function dictionaries(portal: Portal): string {
  const entries = {
    people: portal.fixture.users.map(({ id }) => id),
    congratulated: [people.owner],
    keys: [mintConfirmationKey(portal, people.owner)],
  }
  return Object.entries(entries)
    .map(([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`)
    .join('')
}
