import { mintApiKey, mintConfirmationKey, mintSessionToken } from '../auth/mint.ts'
import type { PortalSettings } from '../domain/settings.ts'
import type { UserInfo } from '../domain/user.ts'
import { mintAccessToken } from '../oauth2/access-token.ts'
import type { FixturePerson } from '../store/fixture.ts'
import type { Portal } from '../store/portal.ts'
import { schemaCheck } from '../store/schema-check.ts'
import type { StoredUser } from '../store/users.ts'
import { describedPerson, personOfRole, removePerson } from './change-people.ts'
import { withoutNull } from './credentials/claims.ts'
import { setUsersCount } from './crowd.ts'
import { findPerson, personOf } from './people.ts'
import type { ProviderState, StateRequest, StateValues } from './state.ts'

/** Settings that have a phrase of their own. */
const settingPhrases: Record<string, Partial<PortalSettings>> = {
  'invitations are disabled': { allowInvitingMembers: false },
  'invitations are enabled': { allowInvitingMembers: true },
  'the portal is active': { tenantStatus: 'active', paid: true },
  'the portal is suspended': { tenantStatus: 'suspended' },
  'the portal is being restored': { tenantStatus: 'restoring' },
  'the portal is unpaid': { paid: false },
}

const USER = 'the id, e-mail or role of somebody; the owner unless given'
const SECONDS = 'seconds; negative: it has expired'

/** Everything that can be made so, by what a consumer says. The first whose pattern fits is meant. */
export const providerStates: readonly ProviderState[] = [
  {
    name: 'a user <id, e-mail or name> exists',
    pattern: /^a user(?: with (?:the )?(?:id|e-?mail|name))?(?: (.+?))? exists$/i,
    description:
      'Adds or changes somebody, so that they are as said. Gives userId, email, firstName, lastName, userName.',
    params: { '…': 'members of a user as a fixture has them: id, email, firstName, type, status, …' },
    check: schemaCheck(async () => personSchema((await import('../store/fixture-schema.ts')).fixtureSchema)),
    setup: ({ portal, words: [reference = ''], params }) =>
      valuesOf(describedPerson(portal, reference, params as Partial<FixturePerson>)),
  },
  {
    name: 'a user <id, e-mail or name> does not exist',
    pattern: /^a user(?: with (?:the )?(?:id|e-?mail|name))? (.+?) does(?: not|n't) exist$/i,
    description: 'Removes somebody.',
    setup: ({ portal, words: [reference = ''] }) => {
      const person = findPerson(portal, reference)
      if (person !== undefined) removePerson(portal, person)
      return {}
    },
  },
  {
    name: 'the portal has <n> users',
    pattern: /^the portal has (\d+) (?:active )?users?$/i,
    description: 'Makes people up or terminates some, never the owner, until userscount answers the number.',
    setup: async ({ portal, words: [count] }) => ({ count: await setUsersCount(portal, Number(count)) }),
  },
  {
    name: 'the caller is a <role>',
    pattern: /^the caller is (?:an? |the )?(.+?)$/i,
    description:
      'Finds somebody active: the owner, a DocSpace admin, a room admin, a user or a guest, or makes one. Gives userId, email, apiKey, sessionToken, and authorization, the value of the header. anonymous: gives nothing.',
    params: {
      apiKey: 'sk- and 64 lower-case hex digits, which become a key of theirs',
      permissions: 'scopes of the key, such as ["*:read"]; everything unless given',
    },
    check: schemaCheck(async () => callerSchema),
    setup: caller,
  },
  ...Object.entries(settingPhrases).map(([name, settings]) => ({
    name,
    pattern: new RegExp(`^${name}$`, 'i'),
    description: `Changes the settings ${JSON.stringify(settings)}.`,
    setup: ({ portal }: StateRequest) => changeSettings(portal, settings),
  })),
  {
    name: 'the settings are',
    pattern: /^the settings are$/i,
    description: 'Changes settings of the portal.',
    params: { '…': "any of a fixture's settings" },
    check: schemaCheck(async () => (await import('../store/fixture-schema.ts')).fixtureSchema.properties.settings),
    setup: ({ portal, params }) => changeSettings(portal, params as Partial<PortalSettings>),
  },
  {
    name: 'a session token',
    pattern: /^a session token$/i,
    description: 'Gives sessionToken.',
    params: { user: USER, expiresIn: SECONDS },
    check: schemaCheck(async () => tokenSchema({ expiresIn })),
    setup: ({ portal, params: { user, ...options } }) => ({
      sessionToken: mintSessionToken(portal, userOf(portal, user).id, options),
    }),
  },
  {
    name: 'an access token',
    pattern: /^an access token$/i,
    description: 'Gives accessToken.',
    params: {
      user: USER,
      scopes: 'a list of scopes such as ["*:read"]; none unless given',
      expiresIn: SECONDS,
      algorithm: 'ES256 or RS256',
      claims: 'claims to add or to change; null leaves one out',
    },
    check: schemaCheck(async () =>
      tokenSchema({
        scopes: { type: 'array', items: { type: 'string' } },
        expiresIn,
        algorithm: { enum: ['ES256', 'RS256'] },
        claims: { type: 'object' },
      }),
    ),
    setup: accessToken,
  },
  {
    name: 'a confirmation key',
    pattern: /^a confirmation key$/i,
    description: 'Gives confirmationKey, which sendcongratulations wants, and userId.',
    params: { user: USER },
    check: schemaCheck(async () => tokenSchema({})),
    setup: ({ portal, params }) => {
      const { id } = userOf(portal, params.user)
      return { confirmationKey: mintConfirmationKey(portal, id), userId: id }
    },
  },
]

/** Some thirty years, in seconds. */
const expiresIn = { type: 'number', minimum: -1e9, maximum: 1e9 }

const callerSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    apiKey: { type: 'string', pattern: '^sk-[0-9a-f]{64}$' },
    permissions: { type: 'array', items: { type: 'string', minLength: 1 } },
  },
}

function tokenSchema(properties: object) {
  return { type: 'object', additionalProperties: false, properties: { user: { type: 'string' }, ...properties } }
}

/** Somebody of a fixture, of whom anything may be said and nothing has to. */
function personSchema({ properties }: { properties: { users: { items: { properties: object } } } }) {
  const {
    password: _,
    apiKeys: __,
    invitedBy: ___,
    tfa: ____,
    ...members
  } = properties.users.items.properties as Record<string, object>
  return { type: 'object', additionalProperties: false, properties: members }
}

function changeSettings(portal: Portal, settings: Partial<PortalSettings>): StateValues {
  portal.changeSettings(settings)
  return {}
}

/** Whom the parameter `user` names. */
function userOf(portal: Portal, user: unknown = 'owner'): StoredUser {
  return personOf(portal, String(user), '/params/user')
}

function caller({ portal, words: [role = ''], params }: StateRequest): StateValues {
  if (/^anonymous/i.test(role)) return {}
  const { apiKey: given, permissions = [] } = params as { apiKey?: string; permissions?: string[] }
  const person = personOfRole(portal, role)
  const apiKey = mintApiKey(portal, person.id, {
    ...(given && { key: given }),
    name: 'provider state',
    permissions,
  }).key
  const sessionToken = mintSessionToken(portal, person.id)
  return { ...valuesOf(person), apiKey, sessionToken, authorization: `Bearer ${apiKey}` }
}

async function accessToken({ portal, root, params }: StateRequest): Promise<StateValues> {
  const { user, scopes = [], claims = {}, ...options } = params as { user?: string; scopes?: string[]; claims?: object }
  const userId = userOf(portal, user).id
  const token = await mintAccessToken(portal, { userId, scopes, root, claims: withoutNull(claims), ...options })
  return { accessToken: token }
}

/** What a consumer can know of somebody. */
function valuesOf({ id, info }: StoredUser): StateValues {
  const { email, firstName, lastName, userName }: UserInfo = JSON.parse(info)
  return { userId: id, email, firstName, lastName, userName }
}
