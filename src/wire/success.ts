import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonContentType } from './accept.ts'
import { successEnvelope } from './envelope.ts'
import { requestLink } from './root.ts'

/**
 * Answers with 200 and the envelope.
 *
 * @param response the result as JSON text; left out by operations that give none, whose envelope is all there is
 */
export function sendSuccess(request: FastifyRequest, reply: FastifyReply, response?: string): FastifyReply {
  return reply.type(jsonContentType(request.headers.accept)).send(successEnvelope(requestLink(request), response))
}
