import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { DomainError, type ErrorCode } from '../../domain/errors.ts'
import { defaultRateLimits } from '../../domain/rate-limit.ts'
import { errorBody, problemBody } from '../../http/errors.ts'
import { toJson } from '../../wire/json.ts'
import type { ProblemStatus } from '../../wire/problem.ts'
import { type AnswerKind, kindOf } from './answer-kind.ts'
import type { FaultAnswer } from './definition.ts'

/** Headers that an answer of DocSpace keeps whatever becomes of it. */
const KEPT = /^(access-control-.*|vary|server-timing|api-supported-versions|x-docspace-mock-.*)$/

/** Headers that are the mock's, and not of what it stands for. */
const OWN = /^x-docspace-mock-/

/** The error that DocSpace is likeliest to mean by a status, and what .NET says where nobody has said anything. */
const errorsByStatus: Record<number, [code: ErrorCode, detail?: string]> = {
  400: ['argument', 'Value does not fall within the expected range.'],
  401: ['authenticationFailed'],
  403: ['accessDenied'],
  404: ['recordNotFound'],
  500: ['unexpected', "Exception of type 'System.Exception' was thrown."],
}

type Filling = (answer: FaultAnswer, request: FastifyRequest, reply: FastifyReply) => string | null

const fillings: Record<AnswerKind, Filling> = {
  error: ({ status }, request, reply) => {
    const [code, detail] = errorsByStatus[status] ?? ['unexpected']
    return errorBody(new DomainError(code, 'a fault', detail), request, reply)
  },
  problem: ({ status }, request, reply) => problemBody(status as ProblemStatus, request, reply),
  empty: () => null,
  proxy: ({ status }, _, reply) => {
    reply.header('server', 'nginx').type('text/html')
    return proxyPage(status)
  },
  own: ({ body }, _, reply) => {
    reply.type(typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8')
    return typeof body === 'string' ? body : toJson(body)
  },
}

/** Puts the answer of a fault in the place of the one that there is or would be: status and headers. Gives its body. */
export function fillIn(answer: FaultAnswer, request: FastifyRequest, reply: FastifyReply): string | null {
  const kind = kindOf(answer)
  const kept = kind === 'proxy' ? OWN : KEPT
  for (const name of Object.keys(reply.getHeaders())) if (!kept.test(name)) reply.removeHeader(name)
  const body = fillings[kind](answer, request, reply)
  reply.code(answer.status).headers(retryHeaders(answer, kind, request))
  // set-cookie would add up
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.removeHeader(name).header(name, value)
  return body
}

/** When to try again. DocSpace's own 429 tells of its limits too: of the one by the day where there is a time to tell. */
function retryHeaders({ status, retryAfter }: FaultAnswer, kind: AnswerKind, { portal }: FastifyRequest) {
  const seconds = retryAfter === undefined && status === 429 ? 1 : retryAfter
  const retry = seconds == null ? {} : { 'retry-after': seconds }
  if (status !== 429 || kind === 'proxy') return retry
  const limit = seconds == null ? defaultRateLimits.perMinute : defaultRateLimits.writesPerDay
  const reset = seconds == null ? {} : { 'x-ratelimit-reset': Math.ceil(portal.clock.now() / 1000) + seconds }
  return { 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': 0, ...reset, ...retry }
}

/** What a proxy shows whose server doesn't answer. */
function proxyPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  return `<!DOCTYPE html>
<html>
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
<p>The proxy has no answer of the portal behind it.</p>
</body>
</html>
`
}
