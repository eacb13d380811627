import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../domain/errors.ts'
import { logFailure, publicMessage } from '../store/log-failure.ts'
import { wantsJsonText } from '../wire/accept.ts'
import { localized } from '../wire/culture.ts'
import { errorAnswer } from '../wire/errors.ts'
import { readFields, selectFields } from '../wire/fields.ts'
import { toJson } from '../wire/json.ts'
import {
  mediaTypeEnvelope,
  PROBLEM_TYPE,
  type ProblemStatus,
  problemDocument,
  validationEnvelope,
  validationProblem,
} from '../wire/problem.ts'
import { queryOf } from '../wire/query.ts'
import {
  AddressRefusal,
  EmptyRefusal,
  MediaTypeRefusal,
  MockRefusal,
  ProblemRefusal,
  ValidationRefusal,
} from '../wire/refusals.ts'
import { requestLink } from '../wire/root.ts'
import { createTraceId } from '../wire/trace-id.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The .NET class that the operation is a method of, where it isn't the one of the portal. */
    controller?: string
  }
}

/** Turns everything that is thrown into the answer that the real server gives. */
export const errors = fp(
  async (app) => {
    app.setErrorHandler((error: Error, request, reply) => {
      // the client hung up in the middle of the body, which the journal tells
      if (request.raw.errored === error) return reply.hijack()
      request.refusal = publicMessage(error)
      if (error instanceof EmptyRefusal) {
        // Fastify would close the connection, and a client that still sends its body would not read the answer
        if (error.status === 413) reply.removeHeader('connection')
        return sendEmpty(reply, error.status)
      }
      if (error instanceof MockRefusal) {
        return reply.code(error.status).headers(error.headers).send({ error: error.message })
      }
      if (error instanceof ProblemRefusal) {
        return reply.send(problemBody(error.status, request, reply))
      }
      if (error instanceof ValidationRefusal) return sendValidation(error, request, reply, traceIdOf(request))
      if (error instanceof AddressRefusal) return sendAddressRefusal(request, reply)
      if (error instanceof MediaTypeRefusal) return sendMediaTypeRefusal(request, reply)
      if (isBodyError(error)) return sendEmpty(reply, error.statusCode)
      return sendError(asDomainError(error, request), request, reply)
    })
  },
  { name: 'errors' },
)

function traceIdOf({ headers, portal }: FastifyRequest): string {
  return createTraceId(headers.traceparent?.toString(), portal.randomBytes)
}

/** Makes an answer a bare problem document: status and headers. Gives its body. */
export function problemBody(status: ProblemStatus, request: FastifyRequest, reply: FastifyReply): string {
  reply.code(status).type(PROBLEM_TYPE)
  return problemDocument(status, traceIdOf(request))
}

/** Ends a request with a status and no body. */
export function sendEmpty(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).removeHeader('content-type').send()
}

function sendValidation(error: ValidationRefusal, request: FastifyRequest, reply: FastifyReply, traceId: string) {
  const problem = validationProblem(error.errors, traceId)
  const fields = readFields(queryOf(request))
  const shown = fields === undefined ? problem : selectFields(problem, fields)
  // binding fails before the filter that reports versions
  reply.removeHeader('api-supported-versions')
  return reply
    .code(400)
    .type(PROBLEM_TYPE)
    .send(validationEnvelope(shown, requestLink(request)))
}

function sendMediaTypeRefusal(request: FastifyRequest, reply: FastifyReply) {
  reply.removeHeader('api-supported-versions')
  return reply
    .code(415)
    .type(PROBLEM_TYPE)
    .send(mediaTypeEnvelope(traceIdOf(request), requestLink(request)))
}

/** Whether a body was too large or shorter than announced, which Fastify says before anybody reads it. */
function isBodyError(error: Error): error is Error & { statusCode: number } {
  return 'code' in error && String(error.code).startsWith('FST_ERR_CTP_') && 'statusCode' in error
}

function sendAddressRefusal(request: FastifyRequest, reply: FastifyReply) {
  const text = localized('ipRestricted', cultureOf(request))
  const asJson = wantsJsonText(request.headers.accept)
  return reply
    .code(403)
    .type(asJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
    .send(asJson ? toJson(text) : text)
}

function sendError(error: DomainError, request: FastifyRequest, reply: FastifyReply) {
  return reply.send(errorBody(error, request, reply))
}

/** Makes an answer that of an error: status and headers. Gives its body. */
export function errorBody(error: DomainError, request: FastifyRequest, reply: FastifyReply): string {
  const { schema, config } = request.routeOptions
  const operation = reply.hasHeader('api-supported-versions') ? schema?.operationId : undefined
  const { status, body } = errorAnswer(error, cultureOf(request), operation, config.controller)
  // an exception wipes what earlier stages have put into the answer
  reply.removeHeader('set-cookie').removeHeader('www-authenticate')
  reply
    .code(status)
    .headers({ 'cache-control': 'no-cache,no-store', pragma: 'no-cache', expires: '-1' })
    .type('application/json; charset=utf-8')
  return body
}

function cultureOf({ caller, portal }: FastifyRequest): string {
  return caller?.culture ?? portal.settings.culture
}

function asDomainError(error: Error, request: FastifyRequest): DomainError {
  if (error instanceof DomainError) return error
  logFailure(request.log, error)
  const message = publicMessage(error)
  return new DomainError('unexpected', message, message)
}
