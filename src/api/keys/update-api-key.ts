import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { optionalFlag, text, texts } from '../../wire/json-members.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindBody, refuseInvalid } from '../body.ts'
import type { Operation } from '../operation.ts'
import {
  badRequest,
  commonResponses,
  forbidden,
  notFound,
  success,
  unauthorized,
  unsupportedMediaType,
} from '../schemas.ts'
import { CONTROLLER, type KeyRoute, keyIdParams, keyOf, onlyGuids, requirePermissions } from './api-key.ts'
import { TAG } from './tag.ts'
import { invalidName } from './validation.ts'

const shape = {
  netType: 'ASC.People.ApiModels.RequestDto.UpdateApiKeyRequest',
  members: { name: text, permissions: texts, isActive: optionalFlag },
} as const

const schema = {
  operationId: 'updateApiKey',
  summary: 'Update an API key',
  description: 'Updates an existing API key changing its name, permissions and status. What is left out stays.',
  tags: [TAG],
  params: keyIdParams,
  body: { $ref: 'UpdateApiKeyRequest#' },
  response: {
    200: success('The API key was updated', 'BooleanWrapper'),
    400: badRequest,
    401: unauthorized,
    403: forbidden,
    404: notFound('The record could not be found'),
    415: unsupportedMediaType,
    ...commonResponses,
  },
} as const

/** `PUT keys/{keyId}`. */
export const updateApiKey: Operation = (app) => {
  app.put<KeyRoute>(
    '/:keyId',
    { schema, config: { scopes: WRITE_PORTAL, controller: CONTROLLER }, onRequest: [onlyGuids, app.gate] },
    (request, reply) => {
      const { name, permissions, isActive } = bindBody(request, shape)
      if (name != null) refuseInvalid(invalidName(name))
      const key = keyOf(request)
      request.portal.store.apiKeys.update({
        id: key.id,
        name: name ?? key.name,
        permissions: permissions == null ? key.permissions : requirePermissions(permissions),
        active: isActive ?? key.active,
      })
      return sendSuccess(request, reply, 'true')
    },
  )
}
