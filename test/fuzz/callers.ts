import { mintConfirmationKey } from '../../src/auth/mint.ts'
import type { Portal } from '../../src/store/portal.ts'
import { apiKey, people } from '../helper.ts'

/** Somebody in whose name the document is tried out. */
export interface Caller {
  name: string
  /** What the configuration says of them, in TOML. */
  configuration: string
  /** Arguments for schemathesis. */
  args: readonly string[]
}

/** Everybody whose answers differ. */
export function callers(portal: Portal): Caller[] {
  return [
    { name: 'nobody', configuration: '', args: [] },
    withKey('the owner', '1'),
    withKey("the owner's read-only key", 'a'),
    withKey('a room admin', '3'),
    withKey('a user', '4'),
    congratulator(portal),
  ]
}

function withKey(name: string, digit: string): Caller {
  return { name, configuration: `[auth.openapi.ApiKeyBearer]\napi_key = "${apiKey(digit)}"\n`, args: [] }
}

/** Made-up keys are always refused: only with a good one does the operation do anything. */
function congratulator(portal: Portal): Caller {
  const key = mintConfirmationKey(portal, people.owner)
  return {
    name: 'somebody with a confirmation key',
    configuration: `[[operations]]\ninclude-operation-id = "sendCongratulations"\nparameters = { Userid = "${people.owner}", Key = "${key}" }\n`,
    args: ['--include-operation-id', 'sendCongratulations'],
  }
}
