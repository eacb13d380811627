import { setImmediate } from 'node:timers/promises'
import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { GUARD_NAMES } from '../../auth/guards.ts'
import type { PortalSlot } from '../../store/portal-slot.ts'
import type { KnownUser } from '../../store/users.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { type GuardedRequest, guardedRequests } from '../credentials/guarded-operations.ts'
import { type CreateServer, Rehearsal } from '../credentials/rehearsal.ts'
import { type Credential, credentialsOf } from '../credentials/schemes.ts'
import { KINDS } from '../credentials/subject.ts'
import { nameNextPage, nextPageHeader } from '../next-page.ts'
import { personOf, WHO } from '../people.ts'
import { badRequest, notFound } from '../schemas.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Puts a server like the one that is controlled in front of a portal. */
    createServer: CreateServer
  }
}

const scheme = { enum: GUARD_NAMES, description: "DocSpace's name of the security scheme." } as const

const kind = {
  enum: KINDS,
  description:
    'What is the matter with it. `readOnly` and `weakScope` have fewer scopes than the operations need, `revoked` session tokens are those of a session that was ended, `disabledUser` is that of somebody who is terminated or pending.',
} as const

const request = {
  type: 'object',
  required: ['operationId', 'method', 'path'],
  properties: {
    operationId: { type: 'string' },
    method: { type: 'string' },
    path: { type: 'string' },
    body: { type: 'object', additionalProperties: true },
  },
} as const

const credential = {
  type: 'object',
  required: ['userId', 'email', 'scheme', 'sentAs', 'kind', 'headers', 'statuses'],
  properties: {
    userId: { type: 'string' },
    email: { type: 'string' },
    scheme,
    sentAs: { type: 'string', description: 'The header that it is in.' },
    kind,
    headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'What to send.' },
    statuses: {
      type: 'object',
      additionalProperties: { type: 'integer' },
      description: 'What each of the requests is answered with it, by the operation.',
    },
  },
} as const

const schema = {
  operationId: 'getCredentials',
  summary: 'List ready-made credentials',
  description: `Returns credentials of every kind and scheme, for one user or all, as headers to send, with the status that this server returns for each on every operation that authenticates callers. The statuses come from requests to a copy of the portal in its current state, with its guards, profile, settings and roles; one request stands for all that get the same response.

Repeated calls on the same day return the same credentials. API keys of the fixture are reused; a missing kind of key is created, and named after the kind. Passwords are known only if a fixture or this API has set them.`,
  tags: ['Credentials'],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      user: { type: 'string', description: `${WHO} Everybody unless given.` },
      operation: { type: 'string', description: 'An operationId. All unless given.' },
      scheme,
      kind,
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 20, description: 'How many people at most.' },
      offset: { type: 'integer', minimum: 0, maximum: 1_000_000_000, default: 0 },
    },
  },
  response: {
    200: {
      description: 'Credentials',
      headers: nextPageHeader,
      type: 'object',
      required: ['profile', 'total', 'requests', 'credentials'],
      properties: {
        profile: { type: 'string' },
        total: { type: 'integer', description: 'How many people there are.' },
        requests: { type: 'array', items: request, description: 'What the statuses are those of.' },
        credentials: { type: 'array', items: credential },
      },
    },
    400: badRequest,
    404: notFound,
  },
} as const

/** `GET credentials`. */
export const credentials: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/credentials', { schema }, async (request, reply) => {
    const { slot, root, portalPath, query } = request
    const { user, operation, limit, offset, ...filter } = query
    const requests = requestsFor(slot, operation)
    const people = user === undefined ? slot.store.users.list({}, { limit, offset }) : [known(slot, user)]
    const made: { person: KnownUser; credential: Credential }[] = []
    // missing API keys are added first, so that all requests are rehearsed on the same state
    for (const person of people) {
      const theirs = await credentialsOf({ portal: slot, person, root }, filter)
      made.push(...theirs.map((credential) => ({ person, credential })))
      // lets other requests be answered in between
      await setImmediate()
    }
    const rehearsal = new Rehearsal({ slot, root, portalPath, createServer: app.createServer })
    const answered = []
    try {
      for (const { person, credential } of made) {
        const statuses = await rehearsal.statusesOf(credential, person, requests)
        answered.push({ userId: person.id, email: JSON.parse(person.info).email, ...credential, statuses })
      }
    } finally {
      await rehearsal.close()
    }
    const total = user === undefined ? slot.store.users.countOf({}) : 1
    if (user === undefined && offset + limit < total) nameNextPage(request, reply, { offset: offset + limit })
    return {
      profile: app.profile.name,
      total,
      requests: requests.map(({ operationId, method, path, body }) => ({
        operationId,
        method,
        path: portalPath + path,
        ...(body && { body }),
      })),
      credentials: answered,
    }
  })
}

function requestsFor(slot: PortalSlot, operation: string | undefined): GuardedRequest[] {
  const all = guardedRequests(slot)
  if (operation === undefined) return all
  const wanted = all.filter(({ operationId }) => operationId === operation)
  if (wanted.length > 0) return wanted
  const names = all.map(({ operationId }) => operationId).join(', ')
  throw new MockRefusal(400, `/operation: ${operation} is none of those that ask who is calling: ${names}`)
}

function known(slot: PortalSlot, reference: string): KnownUser {
  return slot.store.users.findKnown(personOf(slot, reference).id) as KnownUser
}
