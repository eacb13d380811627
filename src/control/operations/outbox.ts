import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import type { PortalSlot } from '../../store/portal-slot.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { nameNextPage, nextPageHeader } from '../next-page.ts'
import { badRequest, done, moment, notFound } from '../schemas.ts'

const mail = {
  type: 'object',
  required: ['id', 'at', 'action', 'userId', 'from', 'to', 'subject', 'text', 'html', 'links', 'delivery'],
  properties: {
    id: { type: 'integer' },
    at: { ...moment, description: "When it was sent, by the portal's clock." },
    action: { type: 'string', description: "DocSpace's name of the notification." },
    userId: { type: 'string', format: 'uuid' },
    from: { type: 'string' },
    to: { type: 'string' },
    subject: { type: 'string' },
    text: { type: 'string' },
    html: { type: 'string' },
    links: { type: 'array', items: { type: 'string' }, description: 'The links in it, in their order. They work.' },
    delivery: {
      type: 'object',
      required: ['state'],
      properties: {
        state: { type: 'string', enum: ['none', 'pending', 'delivered', 'failed'] },
        error: { type: 'string' },
      },
      description: 'What became of it at the SMTP server; none: there is no server.',
    },
  },
} as const

/** The maximum and default number of e-mails in a page. */
const PAGE = 1000

const tags = ['Outbox'] as const
const params = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer', minimum: 1 } },
} as const

const list = {
  operationId: 'getMails',
  summary: 'List the e-mails',
  description:
    'Lists the e-mails that operations have sent or would have sent, oldest first. The header Link names the next page.',
  tags,
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      to: { type: 'string', description: 'An e-mail address, case-insensitive.' },
      action: { type: 'string', description: "DocSpace's name of the notification." },
      after: { type: 'integer', minimum: 0, default: 0, description: 'Only those with a higher id.' },
      limit: { type: 'integer', minimum: 1, maximum: PAGE, default: PAGE },
    },
  },
  response: {
    200: { description: 'E-mails', type: 'array', items: mail, headers: nextPageHeader },
    400: badRequest,
  },
} as const

const get = {
  operationId: 'getMail',
  summary: 'Get an e-mail',
  tags,
  params,
  response: { 200: { description: 'The e-mail', ...mail }, 400: badRequest, 404: notFound },
} as const

const show = {
  operationId: 'showMail',
  summary: 'Show an e-mail as a mail program would',
  tags,
  params,
  response: {
    200: { description: 'Its HTML', content: { 'text/html': { schema: { type: 'string' } } } },
    404: notFound,
  },
} as const

const clear = {
  operationId: 'clearMails',
  summary: 'Empty the outbox',
  tags,
  response: { 204: done },
} as const

/** The Content-Security-Policy of an e-mail's page: it loads nothing and runs no script, but has inline styles. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}

/** `GET` and `DELETE outbox`, `GET outbox/{id}` and `outbox/{id}/html`. */
export const outbox: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/outbox', { schema: list }, async (request, reply) => {
    const { slot, query } = request
    const { limit = PAGE, ...filter } = query
    // one more than the page has tells whether there is another page
    const found = slot.store.outbox.list({ ...filter, limit: limit + 1 })
    const shown = found.slice(0, limit)
    const last = found.length > limit ? shown.at(-1) : undefined
    if (last !== undefined) nameNextPage(request, reply, { after: last.id })
    return shown.map(toMail)
  })

  app.get('/outbox/:id', { schema: get }, async ({ slot, params: { id } }) => mailOf(slot, id))

  app.get('/outbox/:id/html', { schema: show }, async ({ slot, params: { id } }, reply) =>
    reply
      .headers(HEADERS)
      .type('text/html; charset=utf-8')
      .send(mailOf(slot, id).html as never),
  )

  app.delete('/outbox', { schema: clear }, async ({ slot }, reply) => {
    slot.store.outbox.clear()
    return reply.code(204).send()
  })
}

function mailOf({ store }: PortalSlot, id: number) {
  const mail = store.outbox.find(id)
  if (mail === undefined) throw new MockRefusal(404, `the outbox has no e-mail ${id}`)
  return toMail(mail)
}

function toMail({ email, at, ...mail }: ReturnType<PortalSlot['store']['outbox']['list']>[number]) {
  return { ...mail, to: email, at: new Date(at).toISOString() }
}
