import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { anonymousResponses, success } from '../schemas.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getIsAuthentificated',
  summary: 'Check authentication',
  description: 'Says whether the caller has proven who they are.',
  tags: [TAG],
  response: { ...anonymousResponses, 200: success('Whether the caller is signed in', 'BooleanWrapper') },
} as const

/** `GET authentication`. The spelling is DocSpace's. */
export const getIsAuthentificated: Operation = (app) => {
  app.get('', { schema, config: { answersUnpaid: true } }, (request, reply) =>
    sendSuccess(request, reply, String(request.caller !== null)),
  )
}
