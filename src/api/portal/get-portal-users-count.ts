import { inWords } from '../../auth/caller.ts'
import { DomainError } from '../../domain/errors.ts'
import { mayEditPortalSettings } from '../../domain/permissions.ts'
import { READ_PORTAL } from '../../domain/scopes.ts'
import { sendSuccess } from '../../wire/success.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, success, suspended, unauthorized } from '../schemas.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getPortalUsersCount',
  summary: 'Get a number of portal users',
  description: 'Returns a number of portal users.',
  tags: [TAG],
  response: {
    200: success('Number of portal users', 'Int64Wrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `GET userscount`: how many are active and have a user name. Only for those who may edit the portal's settings. */
export const getPortalUsersCount: Operation = (app) => {
  app.get('/userscount', { schema, config: { scopes: READ_PORTAL }, onRequest: app.gate }, (request, reply) => {
    const caller = callerOf(request)
    if (!mayEditPortalSettings(caller)) {
      const reason = `only the owner and DocSpace admins may see the portal's settings, and ${inWords(caller)} is neither`
      throw new DomainError('authorizationDenied', reason)
    }
    return sendSuccess(request, reply, String(request.portal.store.users.count()))
  })
}
