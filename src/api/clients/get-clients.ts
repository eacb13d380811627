import type { FastifyRequest } from 'fastify'
import type { OAuth2ClientCursor } from '../../store/oauth2-clients.ts'
import { type FieldError, IdentityRefusal, validationFailed } from '../../wire/identity-problem.ts'
import { queryOf } from '../../wire/query.ts'
import type { Operation } from '../operation.ts'
import { listedClient, zonedDateTime } from './client.ts'
import { config, memberOf, sendJson } from './identity-service.ts'
import { badRequest, identityResponses, json } from './responses.ts'
import { QUERYING } from './tags.ts'

const DEFAULT_LIMIT = 30
const MAX_LIMIT = 50

const ZONED_DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))(?:\[[^\]]+\])?$/

const schema = {
  operationId: 'getClients',
  summary: 'Get clients',
  description:
    'Returns a page of the OAuth2 clients, the newest first: to users their own, to admins all. Their secrets are not to be read there. The next page begins after the last client of this one.',
  tags: [QUERYING],
  querystring: {
    type: 'object',
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
      last_client_id: { type: 'string', description: 'The ID of the last client of the page before.' },
      last_created_on: {
        type: 'string',
        format: 'date-time',
        description: 'When that client was created. Only both together count.',
      },
    },
  },
  response: {
    ...identityResponses,
    400: badRequest,
    200: json('Client list successfully retrieved', 'PageableClientResponse'),
  },
} as const

/** `GET clients`. */
export const getClients: Operation = (app) => {
  app.get('', { schema, config }, (request, reply) => {
    const limit = readLimit(request)
    const after = readCursor(request)
    const { role, userId } = memberOf(request)
    // one more than the page has tells whether there is another page
    const found = request.portal.store.oauth2Clients.list({
      createdBy: role === 'ADMIN' ? null : userId,
      after,
      limit: limit + 1,
    })
    const shown = found.slice(0, limit)
    const last = found.length > limit ? shown.at(-1) : undefined
    return sendJson(reply, {
      data: shown.map((client) => listedClient(client, request)),
      last_client_id: last?.clientId ?? null,
      last_created_on: last === undefined ? null : zonedDateTime(last.createdAt),
      limit,
    })
  })
}

function readLimit(request: FastifyRequest): number {
  const text = queryOf(request).first('limit')?.trim()
  if (!text) return DEFAULT_LIMIT
  if (!/^[+-]?\d+$/.test(text)) throw notConverted('limit', text)
  const limit = Number(text)
  const outOfBounds = (message: string): FieldError => ({ field: 'limit', code: 'ErrorName', message })
  if (limit < 1) throw validationFailed([outOfBounds('limit must be at least 1')])
  if (limit > MAX_LIMIT) throw validationFailed([outOfBounds(`limit must be at most ${MAX_LIMIT}`)])
  return limit
}

function readCursor(request: FastifyRequest): OAuth2ClientCursor | null {
  const query = queryOf(request)
  const clientId = query.first('last_client_id')
  const text = query.first('last_created_on')
  if (!text) return null
  const createdAt = Date.parse(ZONED_DATE_TIME.exec(text)?.[1] ?? '')
  if (Number.isNaN(createdAt)) throw notConverted('last_created_on', text)
  return clientId ? { clientId: clientId.toLowerCase(), createdAt } : null
}

function notConverted(parameter: string, value: string): IdentityRefusal {
  return new IdentityRefusal(400, `Failed to convert '${parameter}' with value: '${value}'`)
}
