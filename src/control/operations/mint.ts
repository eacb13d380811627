import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import {
  mintApiKey,
  mintConfirmationKey,
  mintInvitationLink,
  mintSessionToken,
  signIn as mintSignIn,
} from '../../auth/mint.ts'
import { apiKeyHash } from '../../domain/api-key.ts'
import { EmployeeType } from '../../domain/employee-type.ts'
import { mintAccessToken } from '../../oauth2/access-token.ts'
import { SIGNING_ALGORITHMS } from '../../oauth2/signing-keys.ts'
import type { Portal } from '../../store/portal.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { withoutNull } from '../credentials/claims.ts'
import { userMembers } from '../fixture-schemas.ts'
import { personOf, WHO } from '../people.ts'
import { badRequest, problem } from '../schemas.ts'

const tags = ['Credentials'] as const

const user = { type: 'string', default: 'owner', description: WHO } as const
const userId = { type: 'string', description: 'Whose it is.' } as const
const headers = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description: 'What to send.',
} as const

/** Some thirty years, in seconds: what is minted at the last moment that the clock shows ends before the year 10000. */
const LONGEST = 1_000_000_000

function expiresIn(usual: string) {
  const description = `Seconds; negative: it has expired. ${usual} unless given.`
  return { type: 'number', minimum: -LONGEST, maximum: LONGEST, description } as const
}

const { key, name, permissions, active } = userMembers.apiKeys.items.properties

const sessionToken = {
  operationId: 'mintSessionToken',
  summary: 'Mint a session token',
  description: 'Gives what a sign-in would: the value of the cookie `asc_auth_key`.',
  tags,
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      user,
      expiresIn: expiresIn('A year'),
      signIn: { type: 'boolean', default: false, description: 'Note the sign-in, so that a logout ends it.' },
    },
  },
  response: {
    201: {
      description: 'The token',
      type: 'object',
      required: ['userId', 'sessionToken', 'headers'],
      properties: { userId, sessionToken: { type: 'string' }, headers },
    },
    400: badRequest,
  },
} as const

const apiKey = {
  operationId: 'mintApiKey',
  summary: 'Mint an API key',
  description: 'Adds an API key. Unlike one that a client makes it is in the fixture that the portal is exported as.',
  tags,
  body: {
    type: 'object',
    additionalProperties: false,
    properties: { user, key, name, permissions, active, expiresIn: expiresIn('Never') },
  },
  response: {
    201: {
      description: 'The key',
      type: 'object',
      required: ['userId', 'id', 'apiKey', 'headers'],
      properties: { userId, id: { type: 'string' }, apiKey: { type: 'string' }, headers },
    },
    400: badRequest,
    409: { description: 'The key is somebody’s.', ...problem },
  },
} as const

const accessToken = {
  operationId: 'mintAccessToken',
  summary: 'Mint an access token',
  description: "Signs a JSON Web Token as DocSpace's identity service does.",
  tags,
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      user,
      scopes: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Such as `*:read`, `*:write`, `openid`; `read` and `write` in the documented profile.',
      },
      clientId: { type: 'string', description: 'The OAuth2 client that it was given to.' },
      algorithm: { enum: SIGNING_ALGORITHMS, default: 'ES256' },
      expiresIn: expiresIn('An hour'),
      claims: {
        type: 'object',
        additionalProperties: true,
        default: {},
        description: 'Claims to add or to put in the place of the usual ones; `null` leaves one out.',
      },
    },
  },
  response: {
    201: {
      description: 'The token',
      type: 'object',
      required: ['userId', 'accessToken', 'headers'],
      properties: { userId, accessToken: { type: 'string' }, headers },
    },
    400: badRequest,
  },
} as const

const confirmationKey = {
  operationId: 'mintConfirmationKey',
  summary: 'Mint a confirmation key',
  description: 'Makes the key that `sendcongratulations` wants for somebody.',
  tags,
  body: { type: 'object', additionalProperties: false, properties: { user, expiresIn: expiresIn('An hour') } },
  response: {
    201: {
      description: 'The key',
      type: 'object',
      required: ['userId', 'confirmationKey', 'query'],
      properties: {
        userId,
        confirmationKey: { type: 'string' },
        query: { type: 'string', description: 'The query of a request to `sendcongratulations`.' },
      },
    },
    400: badRequest,
  },
} as const

const invitation = {
  operationId: 'mintInvitation',
  summary: 'Mint an invitation',
  description:
    'Makes an invitation in the name of somebody, whether or not they might: the server decides when it is used.',
  tags,
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      user,
      type: { ...userMembers.type, default: 'User', description: 'The role that the invited will have.' },
      expiresIn: expiresIn('Seven days'),
    },
  },
  response: {
    201: {
      description: 'The invitation',
      type: 'object',
      required: ['userId', 'invitationKey', 'link', 'headers'],
      properties: {
        userId,
        invitationKey: { type: 'string', description: 'The `key` in the body of `POST people`.' },
        link: { type: 'string', description: 'What somebody who is invited opens.' },
        headers: { ...headers, description: 'What to send with `POST people`.' },
      },
    },
    400: badRequest,
  },
} as const

/** `POST credentials/session-token`, `api-key`, `access-token`, `confirmation-key` and `invitation`. */
export const mint: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.post('/credentials/session-token', { schema: sessionToken }, async ({ slot, body }, reply) => {
    const { user, signIn, ...options } = body
    const userId = idOf(slot, user)
    const token = signIn ? mintSignIn(slot, userId, options) : mintSessionToken(slot, userId, options)
    return reply.code(201).send({ userId, sessionToken: token, headers: { Authorization: token } })
  })

  app.post('/credentials/api-key', { schema: apiKey }, async ({ slot, body }, reply) => {
    const { user, ...options } = body
    const userId = idOf(slot, user)
    requireFree(slot, options.key)
    const { id, key } = mintApiKey(slot, userId, options)
    return reply.code(201).send({ userId, id, apiKey: key, headers: { Authorization: `Bearer ${key}` } })
  })

  app.post('/credentials/access-token', { schema: accessToken }, async ({ slot, root, body }, reply) => {
    const { user, claims, ...options } = body
    const userId = idOf(slot, user)
    const token = await mintAccessToken(slot, { ...options, userId, root, claims: withoutNull(claims) })
    return reply.code(201).send({ userId, accessToken: token, headers: { Authorization: `Bearer ${token}` } })
  })

  app.post('/credentials/confirmation-key', { schema: confirmationKey }, async ({ slot, body }, reply) => {
    const { user, ...options } = body
    const userId = idOf(slot, user)
    const key = mintConfirmationKey(slot, userId, options)
    const query = new URLSearchParams({ Userid: userId, Key: key }).toString()
    return reply.code(201).send({ userId, confirmationKey: key, query })
  })

  app.post('/credentials/invitation', { schema: invitation }, async ({ slot, root, body }, reply) => {
    const { user, type, ...options } = body
    const inviterId = idOf(slot, user)
    const link = mintInvitationLink(slot, { ...options, inviterId, employeeType: EmployeeType[type], root })
    const { searchParams, search } = new URL(link)
    const invitationKey = searchParams.get('key') ?? ''
    return reply.code(201).send({ userId: inviterId, invitationKey, link, headers: { confirm: search.slice(1) } })
  })
}

function idOf(portal: Portal, user: string): string {
  return personOf(portal, user, '/user').id
}

function requireFree({ store }: Portal, key: string | undefined): void {
  const owner = key === undefined ? undefined : store.apiKeys.find(apiKeyHash(key))?.userId
  if (owner !== undefined) throw new MockRefusal(409, `/key is one of ${owner}'s`)
}
