import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonContentType } from './accept.ts'
import { successEnvelope } from './envelope.ts'
import { requestLink } from './root.ts'

/**
 * Answers with 200 and the envelope.
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
  const envelope = successEnvelope(requestLink(request), response, count)
  return reply.type(jsonContentType(request.headers.accept)).send(envelope)
}
