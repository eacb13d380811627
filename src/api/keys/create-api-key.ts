import { apiKeyHash, createApiKey as newApiKey } from '../../domain/api-key.ts'
import { EmployeeType } from '../../domain/employee-type.ts'
import { DomainError } from '../../domain/errors.ts'
import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { toJson } from '../../wire/json.ts'
import { optionalInt32, text, texts } from '../../wire/json-members.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindBody, refuseInvalid } from '../body.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import {
  badRequest,
  commonResponses,
  forbidden,
  success,
  suspended,
  unauthorized,
  unsupportedMediaType,
} from '../schemas.ts'
import { apiKeyResponse, CONTROLLER, requirePermissions } from './api-key.ts'
import { TAG } from './tag.ts'
import { invalidExpiration, invalidName } from './validation.ts'

const DAY = 24 * 60 * 60 * 1000

const shape = {
  netType: 'ASC.People.ApiModels.RequestDto.CreateApiKeyRequestDto',
  members: { name: text, permissions: texts, expiresInDays: optionalInt32 },
} as const

const schema = {
  operationId: 'createApiKey',
  summary: 'Create a user API key',
  description:
    'Creates a user API key with the parameters specified in the request. Only this answer has the key itself.',
  tags: [TAG],
  body: { $ref: 'CreateApiKeyRequestDto#' },
  response: {
    200: success('The API key', 'ApiKeyResponseWrapper'),
    400: badRequest,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    415: unsupportedMediaType,
    ...commonResponses,
  },
} as const

/** `POST keys`. */
export const createApiKey: Operation = (app) => {
  app.post(
    '',
    { schema, config: { scopes: WRITE_PORTAL, controller: CONTROLLER }, onRequest: app.gate },
    (request, reply) => {
      const { name = null, permissions, expiresInDays = null } = bindBody(request, shape)
      refuseInvalid({ ...invalidName(name), ...invalidExpiration(expiresInDays) })
      const caller = callerOf(request)
      if (caller.type === EmployeeType.Guest) throw new DomainError('accessDenied', 'guests may not make API keys')
      const { portal } = request
      const now = portal.clock.now()
      const key = newApiKey(portal.randomBytes)
      const hash = apiKeyHash(key)
      portal.store.apiKeys.insert({
        hash,
        postfix: key.slice(-4),
        userId: caller.id,
        name: name ?? '',
        permissions: requirePermissions(permissions ?? []),
        active: true,
        createdAt: now,
        expiresAt: expiresInDays === null ? null : now + expiresInDays * DAY,
      })
      const stored = portal.store.apiKeys.find(hash)
      if (stored === undefined) throw new TypeError('the API key was not kept')
      return sendSuccess(request, reply, toJson({ ...apiKeyResponse(stored, request), key }))
    },
  )
}
