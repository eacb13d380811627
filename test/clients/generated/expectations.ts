import { mintConfirmationKey, mintSessionToken } from '../../../src/auth/mint.ts'
import people from '../../../src/conformance/people.json' with { type: 'json' }
import { congratulationsSubject, createConfirmationKey } from '../../../src/domain/confirmation-key.ts'
import { mintAccessToken } from '../../../src/oauth2/access-token.ts'
import type { Portal } from '../../../src/store/portal.ts'
import { apiKey, people as ids } from '../../helper.ts'

const HOUR = 60 * 60 * 1000

/** A portal that the generated clients call. */
export interface CalledPortal {
  name: string
  profile: 'documented' | 'server'
  /** Its address. */
  url: string
  portal: Portal
}

/**
 * What the generated clients are told of a portal: whom to call as, what to send, and what has to come back. They read
 * a list of such portals as JSON from the file that `EXPECTATIONS` names, so that the four test the same.
 */
export async function expectations({ name, profile, url, portal }: CalledPortal) {
  const { tenantId } = portal
  return {
    name,
    url,
    profile,
    tenantId,
    usersCount: 6,
    employeeTypes: ['All', 'RoomAdmin', 'Guest', 'DocSpaceAdmin', 'User'],
    /** A user with every member, and one with few. */
    users: [people.user, people.pending].map((user) => ({ ...user, tenantId })),
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
    bodies,
  }
}

/** Bodies of requests. */
const bodies = {
  signIn: { userName: 'owner@example.com', password: 'owner-password', session: true },
  member: { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', type: 'User' },
  invitationLink: { employeeType: 'User', expiration: new Date(Date.now() + 24 * HOUR).toISOString(), maxUseCount: 3 },
  apiKey: { name: 'mine', permissions: ['*:read'], expiresInDays: 1 },
  apiKeyChange: { name: 'yours' },
  client: {
    name: 'Reports',
    logo: 'data:image/png;base64,iVBORw0KGgo=',
    website_url: 'https://example.com',
    terms_url: 'https://example.com/terms',
    policy_url: 'https://example.com/policy',
    redirect_uris: ['https://example.com/callback'],
    allowed_origins: ['https://example.com'],
    logout_redirect_uri: 'https://example.com/logout',
    scopes: ['accounts:read'],
  },
  clientChange: {
    name: 'Other reports',
    logo: 'data:image/png;base64,iVBORw0KGgo=',
    allowed_origins: ['https://example.com'],
  },
}
