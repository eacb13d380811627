import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { logFailure } from '../../store/log-failure.ts'
import { sendSuccess } from '../../wire/success.ts'
import { callerOf } from '../caller.ts'
import type { Operation } from '../operation.ts'
import { commonResponses, forbidden, malformedToken, success, suspended, unauthorized } from '../schemas.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'markGiftMessageAsRead',
  summary: 'Mark a gift message as read',
  description: 'Marks a gift message as read.',
  tags: [TAG],
  response: {
    200: success('OK', 'EmptyWrapper'),
    400: malformedToken,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `POST present/mark`. Never fails on the caller's behalf: what can't be saved is logged and forgotten. */
export const markGiftMessageAsRead: Operation = (app) => {
  app.post('/present/mark', { schema, config: { scopes: WRITE_PORTAL }, onRequest: app.gate }, (request, reply) => {
    try {
      request.portal.store.webstudioSettings.markGiftMessageAsRead(callerOf(request).id)
    } catch (error) {
      logFailure(request.log, error as Error)
    }
    return sendSuccess(request, reply)
  })
}
