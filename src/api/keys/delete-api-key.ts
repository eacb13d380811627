import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, notFound, success, unauthorized } from '../schemas.ts'
import { CONTROLLER, type KeyRoute, keyIdParams, keyOf, onlyGuids } from './api-key.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'deleteApiKey',
  summary: 'Delete a user API key',
  description: 'Deletes a user API key by its ID.',
  tags: [TAG],
  params: keyIdParams,
  response: {
    200: success('The API key was deleted', 'BooleanWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: notFound('The record could not be found'),
    ...commonResponses,
  },
} as const

/** `DELETE keys/{keyId}`. */
export const deleteApiKey: Operation = (app) => {
  app.delete<KeyRoute>(
    '/:keyId',
    { schema, config: { scopes: WRITE_PORTAL, controller: CONTROLLER }, onRequest: [onlyGuids, app.gate] },
    (request, reply) => {
      request.portal.store.apiKeys.remove(keyOf(request).id)
      return sendSuccess(request, reply, 'true')
    },
  )
}
