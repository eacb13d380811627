import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { pack, unpack } from '../../store/packed-image.ts'
import { badRequest, done, dropped, failed, moment, notFound, problem } from '../schemas.ts'
import { type Snapshot, snapshotsOf } from '../snapshots.ts'

const snapshot = {
  type: 'object',
  required: ['name', 'takenAt', 'bytes'],
  properties: {
    name: { type: 'string' },
    takenAt: { ...moment, description: "What the portal's clock showed." },
    bytes: { type: 'integer', description: 'Its packed size in memory.' },
  },
} as const

const name = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$', description: '1 to 64 of A-Z a-z 0-9 . _ -' } as const
const params = { type: 'object', required: ['name'], properties: { name } } as const
const tags = ['State'] as const

const list = {
  operationId: 'getSnapshots',
  summary: 'List the snapshots',
  tags,
  response: { 200: { description: 'The earliest taken first', type: 'array', items: snapshot } },
} as const

const take = {
  operationId: 'takeSnapshot',
  summary: 'Take a snapshot',
  description:
    'Keeps the current state of the portal under a name: users, credentials, settings, links, e-mails. A portal has at most 100 snapshots, of 256 MiB together. They survive a reset, and end when the portal is dropped or closed. Beyond --max-memory the least recently used are evicted.',
  tags,
  params,
  response: {
    200: { description: 'It took the place of another', ...snapshot },
    201: { description: 'It was taken', ...snapshot },
    400: badRequest,
    507: { description: 'There are too many. Nothing has changed.', ...problem },
  },
} as const

const restore = {
  operationId: 'restoreSnapshot',
  summary: 'Go back to a snapshot',
  description:
    'Makes the portal what it was when the snapshot was taken. The time goes on, and what the portal signs tokens with stays. Requests that are being answered meanwhile see it as it was before.',
  tags,
  params,
  response: { 204: done, 400: badRequest, 404: notFound, 410: dropped, 500: failed },
} as const

const remove = {
  operationId: 'deleteSnapshot',
  summary: 'Delete a snapshot',
  tags,
  params,
  response: { 204: done, 400: badRequest, 404: notFound, 410: dropped },
} as const

/** `GET snapshots`, `PUT` and `DELETE snapshots/{name}`, `POST snapshots/{name}/restore`. */
export const snapshots: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/snapshots', { schema: list }, async ({ slot }) => snapshotsOf(slot).list().map(describe))

  app.put('/snapshots/:name', { schema: take }, async ({ slot, params: { name } }, reply) => {
    const taken = { name, takenAt: slot.clock.now(), image: await pack(slot.image()) }
    const isNew = snapshotsOf(slot).put(taken)
    return reply.code(isNew ? 201 : 200).send(describe(taken))
  })

  app.post('/snapshots/:name/restore', { schema: restore }, async ({ slot, params: { name } }, reply) => {
    slot.restore(await unpack(snapshotsOf(slot).get(name).image))
    return reply.code(204).send()
  })

  app.delete('/snapshots/:name', { schema: remove }, async ({ slot, params: { name } }, reply) => {
    snapshotsOf(slot).remove(name)
    return reply.code(204).send()
  })
}

function describe({ name, takenAt, image }: Snapshot) {
  return { name, takenAt: new Date(takenAt).toISOString(), bytes: image.length }
}
