import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonContentType } from './accept.ts'
import { successEnvelope } from './envelope.ts'
import { readFields, selectInResponse } from './fields.ts'
import { queryOf } from './query.ts'
import { requestLink } from './root.ts'

/**
 * Answers with 200 and the envelope. Of an object, or of those in a list, the query parameter `fields` leaves no more
 * than it names.
 *
 * @param response the result as JSON text; left out by operations that give none, whose envelope is all there is
 * @param count how many the result has where it is a list
 */
export function sendSuccess(
  request: FastifyRequest,
  reply: FastifyReply,
  response?: string,
  count?: number,
): FastifyReply {
  const fields = response === undefined ? undefined : readFields(queryOf(request))
  const shown = response === undefined || fields === undefined ? response : selectInResponse(response, fields)
  const envelope = successEnvelope(requestLink(request), shown, count)
  return reply.type(jsonContentType(request.headers.accept)).send(envelope)
}
