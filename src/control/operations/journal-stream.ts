import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { LRUCache } from 'lru-cache'
import { describeEntry } from '../../journal/description.ts'
import type { Entry } from '../../journal/entry.ts'
import type { Journal } from '../../journal/journal.ts'
import { EventStream, eventBytes } from '../event-stream.ts'
import { badRequest } from '../schemas.ts'

const schema = {
  operationId: 'followJournal',
  summary: 'Follow the journal as it is written',
  description:
    'Server-sent events: `request`, whose data is an entry and whose id is its number, and `dropped`, whose data says how many entries were gone before the client has read so far. A client that comes back with Last-Event-ID, as browsers do, gets what has come meanwhile.',
  tags: ['Journal'],
  produces: ['text/event-stream'],
  headers: {
    type: 'object',
    properties: { 'last-event-id': { type: 'integer', minimum: 0, description: 'The number of the last entry read.' } },
  },
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      after: { type: 'integer', minimum: 0, description: 'Begin behind this number; behind the last unless given.' },
    },
  },
  response: { 200: { description: 'The stream. It ends with the server.', type: 'string' }, 400: badRequest },
} as const

/** `GET journal/stream`. */
export const journalStream: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/journal/stream', { schema, exposeHeadRoute: false }, ({ slot, headers, query }, reply) => {
    const journal = app.journalOf(slot)
    reply.hijack()
    const after = headers['last-event-id'] ?? query.after ?? journal.last
    // who asks for more than there was has followed a server that is gone
    const stream = new EventStream(reply.raw, follow(journal, after > journal.last ? 0 : after))
    const unwatch = journal.watch(() => stream.send())
    const end = () => stream.end()
    app.closing.addEventListener('abort', end)
    reply.raw.once('close', () => {
      unwatch()
      app.closing.removeEventListener('abort', end)
    })
    if (app.closing.aborted) end()
  })
}

/** How many bytes of events are cached for clients that lag slightly behind. */
const KEPT_BYTES = 1024 * 1024

/** The events of journal entries. Each is described and masked once, however many clients follow. */
const events = new LRUCache<Entry, Buffer>({ maxSize: KEPT_BYTES, sizeCalculation: ({ length }) => length })

/** Returns the events after an entry, one per call. */
function follow(journal: Journal, after: number): () => Buffer | null {
  let last = after
  return () => {
    const entry = journal.firstAfter(last)
    if (entry === undefined) return null
    const missed = entry.n - last - 1
    // those that are gone are told first, and then what is there
    last = missed > 0 ? entry.n - 1 : entry.n
    return missed > 0 ? eventBytes({ event: 'dropped', data: { count: missed } }) : entryEvent(entry)
  }
}

function entryEvent(entry: Entry): Buffer {
  let event = events.get(entry)
  if (event === undefined) {
    event = eventBytes({ event: 'request', id: entry.n, data: describeEntry(entry) })
    events.set(entry, event)
  }
  return event
}
