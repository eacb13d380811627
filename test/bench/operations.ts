import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { defaultFixture } from '../../src/start.ts'
import type { Portal } from '../../src/store/portal.ts'
import { openPortal } from '../../src/store/portal-slot.ts'

/** A request whose speed is measured. */
export interface Operation {
  name: string
  credential: string
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
}

export const API = '/api/2.0/portal'

const OWNER = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'
/** The one whose every member is set: some 1.5 kB. */
const WINFIELD = 'aae1e103-bca5-9fa1-ba8c-42058b4abf28'

/** The owner's API key. */
export const apiKey = { authorization: `Bearer sk-${'1'.repeat(64)}` }

/** The operations with each credential that they take. Tokens and keys are as good as the mock's own: it made them. */
export function operations(): Operation[] {
  const portal = openPortal({ fixture: defaultFixture })
  try {
    const key = mintConfirmationKey(portal, WINFIELD)
    const path = `${API}/sendcongratulations?userid=${WINFIELD}&key=${encodeURIComponent(key)}`
    return [
      ...guarded('userscount', 'userscount', portal),
      ...guarded('users/{id}', `users/${WINFIELD}`, portal),
      { name: 'sendcongratulations', credential: 'confirmation key', method: 'POST', path, headers: {} },
    ]
  } finally {
    portal.close()
  }
}

function guarded(name: string, path: string, portal: Portal): Operation[] {
  const token = encodeURIComponent(mintSessionToken(portal, OWNER))
  const credentials = {
    'API key': apiKey,
    Basic: { authorization: `Basic ${btoa('owner@example.com:owner-password')}` },
    'session, cookie': { cookie: `asc_auth_key=${token}` },
    'session, Authorization': { authorization: token },
  }
  return Object.entries(credentials).map(([credential, headers]) => {
    return { name, credential, method: 'GET', path: `${API}/${path}`, headers }
  })
}
