import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { archiveEntries } from '../../journal/archive.ts'
import { describeEntry } from '../../journal/description.ts'
import type { Entry } from '../../journal/entry.ts'
import { type Filter, isMeant } from '../../journal/filter.ts'
import { type Question, verifyJournal } from '../../journal/verification.ts'
import type { PortalSlot } from '../../store/portal-slot.ts'
import { inTurns } from '../../util/turns.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { entry, filters, question, verdict } from '../journal-schemas.ts'
import { userTest } from '../journal-user.ts'
import { checkOperation } from '../operation-name.ts'
import { badRequest, done, notFound } from '../schemas.ts'
import { textStream } from '../text-stream.ts'

/** How many entries are given unless told otherwise. */
const PAGE = 100

const tags = ['Journal'] as const

const list = {
  operationId: 'getJournal',
  summary: 'List what the portal was asked, and what it answered',
  description:
    'Every request to the portal, but for those to the control API and to /health: those too that were refused or given up. Secrets are masked, but for the last four characters of long ones. The oldest make room for new ones where there are too many, or too large ones.',
  tags,
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...filters,
      limit: { type: 'integer', minimum: 1, maximum: 100_000, default: PAGE },
      order: { type: 'string', enum: ['newest', 'oldest'], default: 'newest', description: 'Which come first.' },
    },
  },
  response: {
    200: {
      description: 'The entries that are meant',
      type: 'object',
      required: ['entries', 'last', 'dropped'],
      properties: {
        entries: { type: 'array', items: entry },
        last: { type: 'integer', description: 'The number of the last request there was: for `after`.' },
        dropped: { type: 'integer', description: 'How many had to make room for others since the last clear.' },
      },
    },
    400: badRequest,
  },
} as const

const read = {
  operationId: 'getJournalEntry',
  summary: 'Get one of them',
  tags,
  params: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
  response: { 200: { description: 'The entry', ...entry }, 400: badRequest, 404: notFound },
} as const

const clear = {
  operationId: 'clearJournal',
  summary: 'Forget all of it',
  description: 'Numbers go on. Requests that have begun leave no entry any more.',
  tags,
  response: { 204: done },
} as const

const har = {
  operationId: 'getJournalAsHar',
  summary: 'Get it as an HTTP archive',
  description: 'HAR 1.2, the oldest first, secrets masked. Browsers’ tools and HTTP clients read it.',
  tags,
  querystring: { type: 'object', additionalProperties: false, properties: filters },
  produces: ['application/json'],
  response: { 200: { description: 'The archive' }, 400: badRequest },
} as const

const verify = {
  operationId: 'verifyJournal',
  summary: 'Ask whether there was a request',
  description:
    'Counts the requests that are as described, and where there are too few tells which came nearest. The answer is 200 either way: look at `passed`. Values of secrets are compared as they were sent, and shown masked.',
  tags,
  body: question,
  response: { 200: verdict, 400: badRequest },
} as const

/** `GET journal`, `journal/{n}` and `journal.har`, `DELETE journal`, `POST journal/verify`. */
export const journal: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/journal', { schema: list }, async ({ slot, query }, reply) => {
    const { limit = PAGE, order, after, operation } = query
    checkOperation(operation, app.operationIds, '/operation')
    const kept = app.journalOf(slot)
    const entries = order === 'oldest' ? kept.oldestFirst(after) : kept.newestFirst(after)
    const { last, dropped } = kept
    const text = pageText(matching(entries, meantBy(query, slot)), limit, { last, dropped })
    return reply.type('application/json; charset=utf-8').send(textStream(text) as never)
  })

  app.get('/journal/:n', { schema: read }, async ({ slot, params: { n } }) => {
    const found = app.journalOf(slot).find(n)
    if (found === undefined) throw new MockRefusal(404, `the journal has no entry ${n}, or no longer`)
    return describeEntry(found)
  })

  app.delete('/journal', { schema: clear }, async ({ slot }, reply) => {
    app.journalOf(slot).clear()
    return reply.code(204).send()
  })

  app.get('/journal.har', { schema: har }, async ({ slot, root, query }, reply) => {
    checkOperation(query.operation, app.operationIds, '/operation')
    const entries = matching(app.journalOf(slot).oldestFirst(query.after), meantBy(query, slot))
    const scheme = root.startsWith('https:') ? 'https' : 'http'
    const text = archiveEntries(entries, scheme, packageJson.version)
    return reply.type('application/json').send(textStream(text))
  })

  app.post('/journal/verify', { schema: verify }, async ({ slot, body }) => {
    const { times, user, ...wanted } = body
    checkOperation(wanted.operation, app.operationIds, '/operation')
    const asked: Question = { ...wanted, ...timesOf(times) }
    if (user !== undefined) asked.user = { name: user, isMeant: userTest(slot, user) }
    return verifyJournal(app.journalOf(slot), asked)
  })
}

/** The entries that match. Other requests are answered in between. */
async function* matching(entries: Iterable<Entry>, isMatch: (entry: Entry) => boolean): AsyncGenerator<Entry> {
  for await (const one of inTurns(entries)) if (isMatch(one)) yield one
}

/** A page of entries as JSON, piece by piece. */
async function* pageText(entries: AsyncIterable<Entry>, limit: number, end: object): AsyncGenerator<string> {
  let count = 0
  for await (const one of entries) {
    yield (count === 0 ? '{"entries":[' : ',') + JSON.stringify(describeEntry(one))
    count += 1
    if (count === limit) break
  }
  yield `${count === 0 ? '{"entries":[' : ''}],${JSON.stringify(end).slice(1)}`
}

/** No more than so many may be none at all. */
function timesOf(times: number | { atLeast?: number; atMost?: number } = { atLeast: 1 }) {
  if (typeof times === 'number') return { atLeast: times, atMost: times }
  return { atLeast: times.atLeast ?? 0, atMost: times.atMost ?? Number.POSITIVE_INFINITY }
}

interface FilterQuery extends Omit<Filter, 'isUser' | 'since' | 'until'> {
  user?: string | undefined
  since?: string | undefined
  until?: string | undefined
}

function meantBy({ user, since, until, ...rest }: FilterQuery, slot: PortalSlot): (entry: Entry) => boolean {
  const filter: Filter = {
    ...rest,
    isUser: user === undefined ? undefined : userTest(slot, user),
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
  }
  return (one) => isMeant(one, filter)
}
