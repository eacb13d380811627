import { mintConfirmationKey, mintSessionToken } from '../../../src/auth/mint.ts'
import { congratulationsSubject, createConfirmationKey } from '../../../src/domain/confirmation-key.ts'
import { createSessionToken } from '../../../src/domain/session-token.ts'
import { type AccessTokenOptions, mintAccessToken } from '../../../src/oauth2/access-token.ts'
import type { Portal } from '../../../src/store/portal.ts'
import { people } from '../../helper.ts'

/** An id that nobody has. */
export const NOBODY = '0f0e0d0c-0b0a-4909-8807-060504030201'

/** What can't be read from the fixture and has to be minted. `portal.py` reads it. */
export type Credentials = Awaited<ReturnType<typeof mintCredentials>>

/** Mints what the Python tests send. The people's names are those that their e-mail addresses begin with. */
export async function mintCredentials(portal: Portal, url: string) {
  const { owner, admin, terminated } = people
  const accessToken = (options: Partial<AccessTokenOptions>) =>
    mintAccessToken(portal, { userId: admin, scopes: ['*:write'], root: url, ...options })
  return {
    nobody: NOBODY,
    sessions: Object.fromEntries(
      portal.fixture.users.map(({ id, email }) => [email.slice(0, email.indexOf('@')), mintSessionToken(portal, id)]),
    ),
    wrongSessions: {
      expired: mintSessionToken(portal, owner, { expiresIn: -60 }),
      terminated: mintSessionToken(portal, terminated),
      'of another portal': sessionOfTenant(portal, portal.tenantId + 1),
      'not decryptable': 'A'.repeat(172),
    },
    accessTokens: {
      es256: await accessToken({ algorithm: 'ES256' }),
      rs256: await accessToken({ algorithm: 'RS256' }),
      openid: await accessToken({ scopes: ['openid', '*:write'] }),
      read: await accessToken({ scopes: ['*:read'] }),
      'documented read': await accessToken({ claims: { scope: 'read' } }),
      'documented read and write': await accessToken({ claims: { scope: 'read write' } }),
      'without a portal scope': await accessToken({ scopes: ['openid', 'accounts:read', 'rooms:write'] }),
      'without a subject': await accessToken({ claims: { sub: undefined } }),
    },
    wrongAccessTokens: {
      expired: await accessToken({ expiresIn: -600 }),
      'of another portal': await accessToken({ root: 'http://elsewhere.example.com' }),
      'of nobody': await accessToken({ userId: NOBODY }),
      'of a terminated user': await accessToken({ userId: terminated }),
    },
    confirmationKeys: Object.fromEntries(
      [...Object.values(people), NOBODY].map((id) => [id, mintConfirmationKey(portal, id)]),
    ),
    expiredConfirmationKey: createConfirmationKey(
      congratulationsSubject(people.winfield),
      portal,
      portal.clock.now() - 61 * 60 * 1000,
    ),
  }
}

function sessionOfTenant(portal: Portal, tenantId: number): string {
  const token = {
    tenantId,
    userId: people.owner,
    tenantIndex: 0,
    expires: portal.clock.now() + 60_000,
    userIndex: 0,
    loginEventId: 0,
  }
  return createSessionToken(token, portal.machineKey)
}
