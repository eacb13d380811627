import { PERMISSIONS, READ_PORTAL } from '../../domain/scopes.ts'
import { toJson } from '../../wire/json.ts'
import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, success, suspended, unauthorized } from '../schemas.ts'
import { CONTROLLER } from './api-key.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getAllPermissions',
  summary: 'Get API key permissions',
  description: 'Returns a list of all available permissions for the API key.',
  tags: [TAG],
  response: {
    200: success('The permissions', 'STRINGArrayWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `GET keys/permissions`. */
export const getAllPermissions: Operation = (app) => {
  app.get(
    '/permissions',
    { schema, config: { scopes: READ_PORTAL, controller: CONTROLLER }, onRequest: app.gate },
    (request, reply) => sendSuccess(request, reply, toJson(PERMISSIONS), PERMISSIONS.length),
  )
}
