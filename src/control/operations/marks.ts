import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { pack, unpack } from '../../store/packed-image.ts'
import { compareImages, MOST_ROWS } from '../effects/comparison.ts'
import { happened, occurrences } from '../effects/happened.ts'
import { MARK_BOUNDS, type Mark, marksOf } from '../effects/marks.ts'
import { badRequest, done, dropped, moment, notFound, problem } from '../schemas.ts'

const mark = {
  type: 'object',
  required: ['id', 'at', 'bytes'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string', description: 'What it was called, if anything.' },
    at: { ...moment, description: "The portal's time." },
    bytes: { type: 'integer', description: 'Its packed size in memory.' },
  },
} as const

const params = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } as const
const tags = ['Effects'] as const

const tooLarge = { description: 'The portal is too large. Nothing has changed.', ...problem } as const

const list = {
  operationId: 'getMarks',
  summary: 'List the marks',
  tags,
  response: { 200: { description: 'Those that are remembered, the earliest first', type: 'array', items: mark } },
} as const

const make = {
  operationId: 'createMark',
  summary: 'Remember this moment',
  description: `Remembers what the portal is now: people, credentials, settings, links, mails. The earliest mark makes room where there are more than ${MARK_BOUNDS.marks}, or where they take too much together, and a reset forgets all.`,
  tags,
  body: {
    type: 'object',
    nullable: true,
    additionalProperties: false,
    properties: { name: { type: 'string', maxLength: 100, description: 'For whoever reads the list.' } },
  },
  response: { 201: { description: 'The mark', ...mark }, 400: badRequest, 507: tooLarge },
} as const

const row = { type: 'object', additionalProperties: true } as const
const rows = { type: 'array', items: row } as const

const change = {
  type: 'object',
  required: ['before', 'after', 'members'],
  properties: {
    before: row,
    after: row,
    members: {
      type: 'array',
      items: { type: 'string' },
      description: 'What is another: `lastUsed`, `info.firstName`.',
    },
  },
} as const

const tableChanges = {
  type: 'object',
  required: ['added', 'changed', 'removed', 'total'],
  properties: {
    added: rows,
    changed: { type: 'array', items: change },
    removed: rows,
    total: {
      type: 'object',
      required: ['added', 'changed', 'removed'],
      properties: { added: { type: 'integer' }, changed: { type: 'integer' }, removed: { type: 'integer' } },
    },
  },
} as const

const effects = {
  operationId: 'getEffects',
  summary: 'Tell what has changed since a mark',
  description: `Compares the portal with what it was. \`happened\` says it in DocSpace's words and has a member only for what did happen; \`tables\` has the rows of every table that are others. Secrets are masked, and at most ${MOST_ROWS} rows of a table are listed of each kind, in both. Whatever the mock does for itself is left out: a password of a fixture that is hashed when it is first needed, keys that are made to sign tokens with.`,
  tags,
  params,
  response: {
    200: {
      description: 'What has changed',
      type: 'object',
      required: ['mark', 'at', 'happened', 'tables'],
      properties: {
        mark,
        at: { ...moment, description: "The portal's time now." },
        happened: {
          type: 'object',
          properties: Object.fromEntries(
            Object.entries(occurrences).map(([name, { description }]) => [name, { ...rows, description }]),
          ),
        },
        tables: { type: 'object', additionalProperties: tableChanges },
      },
    },
    404: notFound,
    410: dropped,
  },
} as const

const rewind = {
  operationId: 'rewindToMark',
  summary: 'Go back to a mark',
  description:
    'Makes people, credentials, settings, links and mails what they were. The time goes on, and the mark stays.',
  tags,
  params,
  response: { 204: done, 404: notFound, 410: dropped },
} as const

const remove = {
  operationId: 'deleteMark',
  summary: 'Forget a mark',
  tags,
  params,
  response: { 204: done, 404: notFound, 410: dropped },
} as const

/** `GET` and `POST marks`, `DELETE marks/{id}`, `GET marks/{id}/effects`, `POST marks/{id}/rewind`. */
export const marks: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/marks', { schema: list }, async ({ slot }) => marksOf(slot).list().map(describe))

  app.post('/marks', { schema: make }, async ({ slot, body }, reply) => {
    const moment = { name: body?.name ?? null, at: slot.clock.now(), image: await pack(slot.image()) }
    const made = marksOf(slot).add(moment)
    return reply.code(201).send(describe(made))
  })

  app.get('/marks/:id/effects', { schema: effects }, async ({ slot, params: { id } }) => {
    const since = marksOf(slot).get(id)
    const at = new Date(slot.clock.now()).toISOString()
    const changes = await compareImages(await unpack(since.image), slot.image())
    return { mark: describe(since), at, happened: happened(changes), tables: Object.fromEntries(changes) }
  })

  app.post('/marks/:id/rewind', { schema: rewind }, async ({ slot, params: { id } }, reply) => {
    slot.restore(await unpack(marksOf(slot).get(id).image))
    return reply.code(204).send()
  })

  app.delete('/marks/:id', { schema: remove }, async ({ slot, params: { id } }, reply) => {
    marksOf(slot).remove(id)
    return reply.code(204).send()
  })
}

function describe({ id, name, at, image }: Mark) {
  return { id, ...(name !== null && { name }), at: new Date(at).toISOString(), bytes: image.length }
}
