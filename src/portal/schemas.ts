// the members of a route's schema that only the document knows
import type {} from '@fastify/swagger'

/** The tag that DocSpace's document puts these operations under. */
export const TAG = 'Portal / Users'

const rateLimitHeaders = {
  'X-RateLimit-Limit': { type: 'integer', description: 'How many requests are allowed in the window.' },
  'X-RateLimit-Remaining': { type: 'integer', description: 'How many are left.' },
  'X-RateLimit-Reset': { type: 'integer', description: 'When the window ends, in Unix seconds.' },
} as const

const json = <Schema>(schema: Schema) => ({ 'application/json': { schema } }) as const
const problemJson = { 'application/problem+json': { schema: { $ref: 'ProblemDetails#' } } } as const

/** The envelope around a result of this schema, with the name that DocSpace's document gives it. */
export const wrapper = <const Schema extends object>(title: string, response: Schema) =>
  ({
    title,
    type: 'object',
    properties: {
      response,
      count: { type: 'integer', format: 'int32', description: '1 with a response, else 0.' },
      links: {
        type: 'array',
        items: { type: 'object', properties: { href: { type: 'string' }, action: { type: 'string' } } },
      },
      status: { type: 'integer', format: 'int32', description: '0 for a success, 1 for a failure.' },
      statusCode: { type: 'integer', format: 'int32', description: 'The HTTP status.' },
    },
  }) as const

const emptyWrapper = wrapper('EmptyWrapper', {})

/** A success that carries the given schema. */
export const success = <Schema>(description: string, schema: Schema) =>
  ({ description, headers: rateLimitHeaders, content: json(schema) }) as const

/** A success whose envelope has no `response`. */
export const emptySuccess = (description: string) => success(description, { $ref: 'EmptyWrapper#' } as const)

/** What every operation may answer besides its own. */
export const commonResponses = {
  402: { description: 'The portal is not paid for', content: problemJson },
  429: { description: 'Too Many Requests.', headers: { 'Retry-After': { type: 'integer' } } },
  500: { description: 'Internal Server Error', content: json({ $ref: 'ErrorApiResponse#' }) },
  502: { description: 'Bad Gateway: the reverse proxy could not reach the portal; the body may be HTML' },
  503: { description: 'Service Unavailable: the reverse proxy or the portal is not ready; the body may be HTML' },
} as const

/** No credential was accepted: no body. */
export const unauthorized = { description: 'Unauthorized', type: 'null' } as const

/**
 * The caller may not: an error where a rule of the operation said so, a problem document where a setting of the portal
 * did, a bare text where the address isn't allowed, and no body where the credential's scope doesn't suffice.
 */
export const forbidden = {
  description: 'No permissions to perform this action',
  content: { ...json({ $ref: 'ErrorApiResponse#' }), ...problemJson, 'text/plain': { schema: { type: 'string' } } },
} as const

/** The portal is suspended, or the operation has found nothing. */
export const notFound = (description: string) =>
  ({ description, content: { ...json({ $ref: 'ErrorApiResponse#' }), ...problemJson } }) as const

/** The portal is suspended. */
export const suspended = { description: 'The portal is suspended', content: problemJson } as const

/** A parameter is no good: a problem document inside the envelope, or an error. */
export const badRequest = {
  description: 'Bad Request',
  content: {
    'application/problem+json': { schema: { $ref: 'ValidationProblemWrapper#' } },
    ...json({ $ref: 'ErrorApiResponse#' }),
  },
} as const

const traceId = { type: 'string', description: 'In the form of W3C Trace Context.' } as const

/** Schemas that several operations refer to. */
export const sharedSchemas = [
  { ...emptyWrapper, $id: 'EmptyWrapper' },
  {
    $id: 'ErrorApiResponse',
    title: 'ErrorApiResponse',
    type: 'object',
    required: ['error', 'status', 'statusCode'],
    properties: {
      error: {
        type: 'object',
        required: ['message', 'type', 'stack', 'hresult'],
        properties: {
          message: { type: 'string' },
          type: { type: 'string', nullable: true },
          stack: { type: 'string', nullable: true },
          hresult: { type: 'integer', format: 'int32' },
        },
      },
      status: { type: 'integer', format: 'int32', description: 'Always 1.' },
      statusCode: { type: 'integer', format: 'int32', description: 'The HTTP status.' },
    },
  },
  {
    $id: 'ProblemDetails',
    title: 'ProblemDetails',
    type: 'object',
    required: ['status', 'traceId'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer', format: 'int32' },
      traceId,
    },
  },
  {
    ...wrapper('ValidationProblemWrapper', {
      type: 'object',
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer', format: 'int32' },
        errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
        traceId,
      },
    }),
    $id: 'ValidationProblemWrapper',
  },
] as const
