import { DomainError } from '../../domain/errors.ts'
import { READ_SELF } from '../../domain/scopes.ts'
import { toJson } from '../../wire/json.ts'
import { sendSuccess } from '../../wire/success.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, notFound, success, unauthorized } from '../schemas.ts'
import { apiKeyResponse, CONTROLLER } from './api-key.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getApiKey',
  summary: 'Get user API key info',
  description: 'Returns current user API key info: the key that the request was sent with.',
  tags: [TAG],
  response: {
    200: success('The API key', 'ApiKeyResponseWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: notFound('The record could not be found'),
    ...commonResponses,
  },
} as const

/** `GET keys/@self`: there is none for callers who have proven themselves by something else. */
export const getApiKey: Operation = (app) => {
  app.get(
    '/@self',
    { schema, config: { scopes: READ_SELF, controller: CONTROLLER }, onRequest: app.gate },
    (request, reply) => {
      const { portal } = request
      const { apiKeyId, guard } = callerOf(request)
      const key = apiKeyId === null ? undefined : portal.store.apiKeys.findById(apiKeyId)
      if (key === undefined)
        throw new DomainError(
          'recordNotFound',
          `the request was authenticated by ${guard}; this operation describes the API key it is called with`,
        )
      return sendSuccess(request, reply, toJson(apiKeyResponse(key, request)))
    },
  )
}
