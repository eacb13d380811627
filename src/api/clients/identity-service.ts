import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { signatoryOf } from '../../auth/x-signature.ts'
import type { Signatory } from '../../domain/x-signature.ts'
import { IdentityRefusal, identityProblem } from '../../wire/identity-problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling the identity service; `null` everywhere else. */
    signatory: Signatory | null
  }
}

/** The configuration of its operations. */
export const config = { identityService: true } as const

/**
 * What stands in front of the operations of DocSpace's identity service, which is another server than the API's: it
 * knows people by their `x-signature` alone, and has problem documents of its own.
 */
export const identityService = fp(
  async (app) => {
    app.decorateRequest('signatory', null)
    app.addHook('onRequest', (request, _, done) => {
      request.signatory = signatoryOf(request)
      done()
    })
    app.setErrorHandler((error, request, reply) => {
      if (!(error instanceof IdentityRefusal)) throw error
      request.refusal = error.message
      const problem = identityProblem(error, request.originalUrl)
      return reply.code(error.status).type('application/problem+json').send(JSON.stringify(problem))
    })
  },
  { name: 'identity-service' },
)

/**
 * Who is calling an operation that guests may not call. Asked for last: a body that is no good is refused before.
 *
 * @throws IdentityRefusal 403
 */
export function memberOf({ signatory }: FastifyRequest): Signatory {
  if (signatory === null) throw new TypeError('this operation is none of the identity service')
  if (signatory.role === 'GUEST') throw new IdentityRefusal(403, 'Access denied', { reason: 'guests have no clients' })
  return signatory
}

/** Answers with JSON as the identity service writes it: without an envelope. */
export function sendJson(reply: FastifyReply, value: unknown, status = 200): FastifyReply {
  return reply.code(status).type('application/json').send(JSON.stringify(value))
}
