import { isAdmin } from '../../domain/permissions.ts'
import { READ_PORTAL } from '../../domain/scopes.ts'
import { inTurns } from '../../util/turns.ts'
import { toJson } from '../../wire/json.ts'
import { sendSuccess } from '../../wire/success.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, success, suspended, unauthorized } from '../schemas.ts'
import { apiKeyResponse, CONTROLLER } from './api-key.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getApiKeys',
  summary: 'Get user API keys',
  description: 'Returns a list of all API keys for the current user; for the owner and DocSpace admins, of everybody.',
  tags: [TAG],
  response: {
    200: success('The API keys', 'ApiKeyResponseArrayWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `GET keys`: one's own, and to admins everybody's. */
export const getApiKeys: Operation = (app) => {
  app.get(
    '',
    { schema, config: { scopes: READ_PORTAL, controller: CONTROLLER }, onRequest: app.gate },
    async (request, reply) => {
      const { portal } = request
      const caller = callerOf(request)
      const texts: string[] = []
      let count = 0
      // other requests are answered between the pages of a long list
      for await (const keys of inTurns(portal.store.apiKeys.pages(isAdmin(caller) ? null : caller.id))) {
        texts.push(toJson(keys.map((key) => apiKeyResponse(key, request))).slice(1, -1))
        count += keys.length
      }
      return sendSuccess(request, reply, `[${texts.join(',')}]`, count)
    },
  )
}
