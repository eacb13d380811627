import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import type { Finding, Sighting } from '../../journal/findings.ts'
import { knownFindings } from '../../journal/known-findings.ts'
import { maskedTarget } from '../../journal/masks.ts'
import { done, moment } from '../schemas.ts'

const sighting = {
  type: 'object',
  required: ['n', 'at', 'time', 'operation', 'method', 'target'],
  properties: {
    n: { type: 'integer', description: 'Its number in the journal.' },
    at: { ...moment, description: "By the portal's clock." },
    time: { ...moment, description: "By the machine's clock." },
    operation: { type: 'string', nullable: true },
    method: { type: 'string' },
    target: { type: 'string', description: 'Path and query, secrets masked.' },
  },
} as const

const tags = ['Findings'] as const

const list = {
  operationId: 'getFindings',
  summary: 'List what worked here and would not on a real portal',
  description:
    'One entry for each kind, however often. Answers to requests at which something was found have its code in the header X-DocSpace-Mock-Finding.',
  tags,
  response: {
    200: {
      description: 'What was found',
      type: 'array',
      items: {
        type: 'object',
        required: ['code', 'severity', 'what', 'instead', 'count', 'first', 'last'],
        properties: {
          code: { type: 'string', enum: knownFindings.map(({ code }) => code) },
          severity: {
            type: 'string',
            enum: ['fails', 'note'],
            description: '`fails`: a real portal would have refused the request. `note`: it would not, for now.',
          },
          what: { type: 'string', description: 'What was done, and what a real portal makes of it.' },
          instead: { type: 'string', description: 'What to do instead.' },
          count: { type: 'integer', description: 'At how many requests.' },
          first: sighting,
          last: sighting,
        },
      },
    },
  },
} as const

const clear = {
  operationId: 'clearFindings',
  summary: 'Forget what was found',
  description: 'Requests that have begun add nothing to it any more.',
  tags,
  response: { 204: done },
} as const

/** `GET` and `DELETE findings`. */
export const findings: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  app.get('/findings', { schema: list }, async ({ slot }) => app.journalOf(slot).findings.list().map(describe))

  app.delete('/findings', { schema: clear }, async ({ slot }, reply) => {
    app.journalOf(slot).findings.clear()
    return reply.code(204).send()
  })
}

function describe({ code, count, first, last }: Finding) {
  const known = knownFindings.find((one) => one.code === code)
  return {
    code,
    severity: known?.severity ?? 'note',
    what: known?.what ?? '',
    instead: known?.instead ?? '',
    count,
    first: describeSighting(first),
    last: describeSighting(last),
  }
}

function describeSighting({ n, exchange: { at, time, operation, method, target } }: Sighting) {
  return {
    n,
    at: new Date(at).toISOString(),
    time: new Date(time).toISOString(),
    operation,
    method,
    target: maskedTarget(target),
  }
}
