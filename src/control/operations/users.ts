import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { EmployeeType } from '../../domain/employee-type.ts'
import type { User } from '../../domain/user.ts'
import { exportUsers } from '../../store/export-fixture.ts'
import type { FixtureUser } from '../../store/fixture.ts'
import type { Portal } from '../../store/portal.ts'
import { statuses } from '../../store/seed.ts'
import { changePerson, createPerson, removePerson } from '../change-people.ts'
import { MOST_PEOPLE, makeUpPeople } from '../crowd.ts'
import { changeableMembers, userMembers } from '../fixture-schemas.ts'
import { nameNextPage, nextPageHeader } from '../next-page.ts'
import { personOf, WHO } from '../people.ts'
import { badRequest, done, notFound, problem } from '../schemas.ts'

const { type, status } = userMembers

const user = {
  type: 'object',
  description:
    'Somebody as a fixture has them. Of passwords and API keys those are told whose text is known: not those that clients have chosen.',
  required: ['id', 'email', 'type'],
  properties: userMembers,
} as const

const conflict = {
  description: 'The id, the e-mail or an API key is somebody’s, or it is the owner.',
  ...problem,
} as const

const params = {
  type: 'object',
  required: ['user'],
  properties: { user: { type: 'string', description: WHO } },
} as const

const tags = ['Users'] as const

const list = {
  operationId: 'getUsers',
  summary: 'List people',
  description:
    'Lists users in the order in which they were added, without removed ones. The header Link names the next page.',
  tags,
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      type,
      status,
      email: { type: 'string', description: 'A part of the e-mail, in any letter case.' },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
      offset: { type: 'integer', minimum: 0, maximum: 1_000_000_000, default: 0 },
    },
  },
  response: {
    200: {
      description: 'A page of them',
      headers: nextPageHeader,
      type: 'object',
      required: ['total', 'users'],
      properties: {
        total: { type: 'integer', description: 'How many the filter lets through.' },
        users: { type: 'array', items: user },
      },
    },
    400: badRequest,
  },
} as const

const read = {
  operationId: 'getUser',
  summary: 'Get somebody',
  tags,
  params,
  response: { 200: user, 404: notFound },
} as const

const create = {
  operationId: 'createUser',
  summary: 'Create somebody',
  description:
    'Takes what a fixture says of somebody. What is left out is as in a fixture; the id and the e-mail are made up, and the type is `User`.',
  tags,
  body: { type: 'object', additionalProperties: false, properties: userMembers },
  response: { 201: user, 400: badRequest, 409: conflict },
} as const

const change = {
  operationId: 'changeUser',
  summary: 'Change somebody',
  description:
    'Takes what a fixture says of somebody; what is left out stays. `null` takes away a password, the second factor, whoever invited them, or any other member that people may be without. `apiKeys` are in the place of all that they have, those of clients too. Their sessions go on.',
  tags,
  params,
  body: { type: 'object', additionalProperties: false, minProperties: 1, properties: changeableMembers },
  response: { 200: user, 400: badRequest, 404: notFound, 409: conflict },
} as const

const remove = {
  operationId: 'removeUser',
  summary: 'Remove somebody',
  description: 'From then on there is no such user, and nothing that they have holds. The owner can’t be removed.',
  tags,
  params,
  response: { 204: done, 404: notFound, 409: conflict },
} as const

const named = {
  type: 'object',
  required: ['id', 'email'],
  properties: { id: { type: 'string' }, email: { type: 'string' } },
} as const

const generate = {
  operationId: 'generateUsers',
  summary: 'Make people up',
  description:
    'Adds active users: `user1@example.com` with the id `00000000-0000-4000-8000-000000000001`, and so on, continuing from the last generated one. They are written in batches, and other requests are answered in between: 100,000 take a second or two.',
  tags,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['count'],
    properties: {
      count: { type: 'integer', minimum: 1, maximum: MOST_PEOPLE },
      type: { ...type, default: 'User' },
    },
  },
  response: {
    201: {
      description: 'They were added',
      type: 'object',
      required: ['total', 'first', 'last'],
      properties: {
        total: { type: 'integer', description: 'What userscount answers now.' },
        first: named,
        last: named,
      },
    },
    400: badRequest,
  },
} as const

const endSessions = {
  operationId: 'endUserSessions',
  summary: "End somebody's sessions",
  description: 'The session tokens that they were given before no longer hold.',
  tags,
  params,
  response: { 204: done, 404: notFound },
} as const

/** `GET` and `POST users`, `GET`, `PATCH` and `DELETE users/{user}`, `POST users/generate`, `DELETE users/{user}/sessions`. */
export const users: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/users', { schema: list }, async (request, reply) => {
    const { slot, query } = request
    const { type, status, email, limit, offset } = query
    const filter = { type: type && EmployeeType[type], status: status && statuses[status], email }
    const { users } = slot.store
    const total = users.countOf(filter)
    if (offset + limit < total) nameNextPage(request, reply, { offset: offset + limit })
    return { total, users: exportUsers(slot, users.list(filter, { limit, offset })) }
  })

  app.get('/users/:user', { schema: read }, async ({ slot, params }) => {
    return describe(slot, personOf(slot, params.user).id)
  })

  app.post('/users', { schema: create }, async ({ slot, body }, reply) => {
    const { id } = createPerson(slot, body)
    return reply.code(201).send(describe(slot, id))
  })

  app.patch('/users/:user', { schema: change }, async ({ slot, params, body }) => {
    return describe(slot, changePerson(slot, personOf(slot, params.user), body).id)
  })

  app.delete('/users/:user', { schema: remove }, async ({ slot, params }, reply) => {
    removePerson(slot, personOf(slot, params.user))
    return reply.code(204).send()
  })

  app.post('/users/generate', { schema: generate }, async ({ slot, body: { count, type } }, reply) => {
    const { first, last } = await makeUpPeople(slot, count, type)
    return reply.code(201).send({ total: slot.store.users.count(), first: idAndEmail(first), last: idAndEmail(last) })
  })

  app.delete('/users/:user/sessions', { schema: endSessions }, async ({ slot, params }, reply) => {
    slot.store.users.endSessions(personOf(slot, params.user).id)
    return reply.code(204).send()
  })
}

function describe(portal: Portal, id: string): FixtureUser {
  const [described] = exportUsers(
    portal,
    [portal.store.users.findKnown(id)].filter((user) => user !== undefined),
  )
  if (described === undefined) throw new TypeError(`nobody has the id ${id}`)
  return described
}

function idAndEmail({ id, email }: User) {
  return { id, email }
}
