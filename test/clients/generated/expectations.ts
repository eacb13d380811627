import { mintConfirmationKey, mintSessionToken } from '../../../src/auth/mint.ts'
import people from '../../../src/conformance/people.json' with { type: 'json' }
import { congratulationsSubject, createConfirmationKey } from '../../../src/domain/confirmation-key.ts'
import type { ProfileName } from '../../../src/domain/profile.ts'
import { mintAccessToken } from '../../../src/oauth2/access-token.ts'
import type { Portal } from '../../../src/store/portal.ts'
import { apiKey, people as ids } from '../../helper.ts'

const HOUR = 60 * 60 * 1000

/**
 * What the generated clients are told: whom to call as, and what has to come back. They read it as JSON from the file
 * that `EXPECTATIONS` names, so that the four test the same.
 */
export async function expectations(url: string, profile: ProfileName, portal: Portal) {
  return {
    url,
    profile,
    usersCount: 6,
    employeeTypes: ['All', 'RoomAdmin', 'Guest', 'DocSpaceAdmin', 'User'],
    /** Somebody with every member, and somebody with few. */
    users: [people.user, people.pending],
    nobody: '0f0e0d0c-0b0a-4909-8807-060504030201',
    owner: ids.owner,
    apiKeys: {
      owner: apiKey('1'),
      readOnly: apiKey('a'),
      guest: apiKey('5'),
      unknown: apiKey('7'),
    },
    login: { username: 'owner@example.com', password: 'owner-password' },
    sessionToken: mintSessionToken(portal, ids.owner),
    accessToken: await mintAccessToken(portal, { userId: ids.owner, scopes: ['*:write'], root: url }),
    expiredAccessToken: await mintAccessToken(portal, {
      userId: ids.owner,
      scopes: ['*:write'],
      root: url,
      expiresIn: -600,
    }),
    confirmationKey: mintConfirmationKey(portal, ids.owner),
    expiredConfirmationKey: createConfirmationKey(
      congratulationsSubject(ids.owner),
      portal,
      portal.clock.now() - 2 * HOUR,
    ),
  }
}
