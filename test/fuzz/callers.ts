import { mintConfirmationKey } from '../../src/auth/mint.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import type { Portal } from '../../src/store/portal.ts'
import { apiKey, people } from '../helper.ts'

/** Somebody in whose name the document is tried out. */
export interface Caller {
  name: string
  /** What the configuration says of their credential, in TOML. */
  credential: string
}

const nobody: Caller = { name: 'nobody', credential: '' }

/** Those whose answers differ, by the profile. */
export const callers: Record<ProfileName, readonly Caller[]> = {
  documented: [
    nobody,
    withKey('the owner', '1'),
    withKey("the owner's read-only key", 'a'),
    withKey('a room admin', '3'),
    withKey('a user', '4'),
  ],
  server: [nobody, { name: 'the owner', credential: `[auth.openapi.Bearer]\nbearer = "${apiKey('1')}"\n` }],
}

function withKey(name: string, digit: string): Caller {
  return { name, credential: `[auth.openapi.ApiKeyBearer]\napi_key = "${apiKey(digit)}"\n` }
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
