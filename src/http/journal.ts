import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { SESSION_COOKIE, unreadCredentials } from '../auth/credentials.ts'
import { type Exchange, type KeptBody, keepBody, NO_BODY, UNSEEN_BODY } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import { findingsOf } from '../journal/known-findings.ts'
import { maskedPath } from '../journal/masks.ts'
import { fingerprintOf } from '../journal/unanswered-posts.ts'
import type { PortalSlot } from '../store/portal-slot.ts'
import type { Portals } from '../store/portals.ts'
import { plainTarget, splitTarget } from '../wire/target.ts'
import { BodyKeepingRequest, type Interruption } from './body-keeping-request.ts'
import { SpelledResponse } from './spelled-response.ts'
import { REFUSAL_HEADERS } from './tell-refusal.ts'
import { askedPortal } from './tenant.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that has happened to the request, and which of its calls this was; `null`: none. */
    fault: string | null
    /** Codes of what worked at this request and would not have elsewhere. */
    findings: readonly string[]
    /** What was sent as the answer's body. */
    sentBody: KeptBody
    /** What the request is for, as it was made once: Fastify makes it anew each time that it is asked. */
    route: FastifyRequest['routeOptions']
  }
}

/** The header that names what worked here and would not have elsewhere. */
export const FINDING_HEADER = 'x-docspace-mock-finding'

/** What {@link journal} needs. */
export interface JournalOptions {
  portals: Portals
  journalOf: (slot: PortalSlot) => Journal
}

const NOTHING: readonly never[] = []

/**
 * Writes down what a portal was asked and what it answered. A request is written down when it is over: when all of the
 * answer has gone out, or the client has hung up. It stands in front of all that may end one.
 */
export const journal = fp<JournalOptions>(
  async (app, { portals, journalOf }) => {
    app.decorateRequest('fault', null)
    app.decorateRequest('findings')
    app.decorateRequest('sentBody')
    app.decorateRequest('route')
    app.addHook('onRequest', (request, reply, done) => {
      request.findings = NOTHING
      request.sentBody = UNSEEN_BODY
      request.route = request.routeOptions
      if (request.raw instanceof BodyKeepingRequest) request.raw.answer = reply.raw
      reply.raw.on('close', () => {
        const slot = askedPortal(request, portals)
        if (slot === null) return
        const kept = journalOf(slot)
        const exchange = exchangeOf(request, reply, slot)
        if (!exchange.isComplete) tellEnd(exchange, request, reply)
        kept.record(exchange)
        if (isUnanswered(exchange)) kept.findings.unansweredPosts.add(fingerprint(request), performance.now())
      })
      done()
    })
  },
  { name: 'journal', dependencies: ['arrival'] },
)

/** Looks at answers as they go out, behind everything that may change them, and says in a header what was found. */
export const answers = fp<Pick<JournalOptions, 'journalOf'>>(
  async (app, { journalOf }) => {
    app.addHook('onSend', (request, reply, payload, done) => {
      request.sentBody = sentBodyOf(request, reply, payload)
      // what was refused before the portal was chosen is nothing to find anything at
      if (request.slot !== undefined) {
        request.findings = findingsOf(
          request,
          request.route,
          reply.statusCode,
          isRepeated(request, journalOf(request.slot)),
        )
        if (request.findings.length > 0) reply.header(FINDING_HEADER, request.findings.join(', '))
      }
      done(null, payload)
    })
  },
  { name: 'answers', dependencies: ['journal', 'authentication'] },
)

function sentBodyOf({ fault, method }: FastifyRequest, reply: FastifyReply, payload: unknown): KeptBody {
  if (payload === null || payload === undefined || method === 'HEAD') return NO_BODY
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return UNSEEN_BODY
  // the mock's own pages show passwords
  const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
  return isPage && fault === null ? UNSEEN_BODY : keepBody(payload)
}

function exchangeOf(request: FastifyRequest, reply: FastifyReply, slot: PortalSlot): Exchange {
  const { raw, route, decisions = NOTHING, refusal } = request
  const { headersSent } = reply.raw
  const duration = performance.now() - request.arrivedAt
  return {
    at: (request.portal ?? slot).clock.now(),
    time: Date.now(),
    arrivedAt: request.arrivedAt,
    duration,
    method: request.method,
    target: request.originalUrl,
    headers: raw.rawHeaders,
    body: bodyOf(request),
    status: headersSent ? reply.raw.statusCode : null,
    answerHeaders: headersSent ? headersOf(reply.raw) : [],
    answerBody: headersSent ? request.sentBody : UNSEEN_BODY,
    isComplete: headersSent && hasGoneOut(reply.raw),
    operation: route.schema?.operationId ?? null,
    route: route.config.isImplemented === false ? null : (route.url ?? null),
    caller: request.caller,
    decisions,
    unread: refusal === null ? NOTHING : unreadOf(request),
    refusal,
    fault: request.fault,
    findings: request.findings,
  }
}

/** What a refused request has sent that the profile does not read. It takes a look at every place of a credential. */
function unreadOf(request: FastifyRequest): readonly string[] {
  const { profile, decisions } = request
  return profile.credentials === 'any' || decisions === undefined ? NOTHING : unreadCredentials(request)
}

/** Says why a request has no whole answer: in its entry, and in the log. */
function tellEnd(exchange: Exchange, request: FastifyRequest, reply: FastifyReply): void {
  const { raw, fault } = request
  const interruption = raw instanceof BodyKeepingRequest ? raw.interruption : null
  if (interruption === null && fault !== null && hasHungUp(reply)) return
  if (interruption?.isAnswered === false) Object.assign(exchange, answerOf(interruption))
  const reason = interruption?.reason ?? whyIncomplete(exchange, request)
  exchange.refusal ??= reason
  const line = `${exchange.method} ${maskedPath(splitTarget(plainTarget(exchange.target)).path)}`
  if (interruption === null || interruption.status === null) request.log.info(`${line}: ${reason}`)
  else request.log.warn(`${line}: refused with ${interruption.status}, ${reason}`)
}

/** Whether it was the server that hung up, as faults have it do. */
function hasHungUp({ raw, sent }: FastifyReply): boolean {
  return raw.headersSent ? raw instanceof SpelledResponse && raw.isBrokenOff : sent
}

/** What was sent in place of an answer that may have been made all the same. */
function answerOf({ status }: Interruption): Partial<Exchange> {
  if (status === null) return { status, answerHeaders: [], answerBody: UNSEEN_BODY }
  return { status, answerHeaders: REFUSAL_HEADERS, answerBody: NO_BODY, isComplete: true }
}

function whyIncomplete({ status }: Exchange, { server }: FastifyRequest): string {
  if (server.closing.aborted) return 'the server was closed before the answer had gone out'
  return `the client hung up ${status === null ? 'before there was an answer' : 'in the middle of the answer'}`
}

/** A request that was injected keeps none of its body but what an operation has read. */
function bodyOf({ raw, body }: FastifyRequest): KeptBody {
  if (raw instanceof BodyKeepingRequest) return raw.keptBody
  return Buffer.isBuffer(body) ? keepBody(body) : NO_BODY
}

/** Whether all of an answer has gone out. That to a request which was injected goes nowhere. */
function hasGoneOut(response: ServerResponse): boolean {
  if (!(response instanceof SpelledResponse)) return response.writableEnded
  return response.writableFinished && !response.isBrokenOff
}

function headersOf(response: ServerResponse) {
  const given = response instanceof SpelledResponse ? response.givenHeaders : null
  return given ?? Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, value ?? ''])
}

/** Whether the client can't know if what it has posted was carried out. */
function isUnanswered({ method, status, isComplete }: Exchange): boolean {
  return method === 'POST' && (!isComplete || (status ?? 0) >= 500)
}

function isRepeated(request: FastifyRequest, { findings: { unansweredPosts } }: Journal): boolean {
  if (unansweredPosts.isEmpty || request.method !== 'POST') return false
  return unansweredPosts.has(fingerprint(request), performance.now())
}

function fingerprint(request: FastifyRequest): string {
  const { originalUrl, headers } = request
  const { authorization, cookie, apikeybearer, confirm, [SESSION_COOKIE]: token } = headers
  const { content } = bodyOf(request)
  return fingerprintOf(originalUrl, [authorization, cookie, apikeybearer, confirm, token], content ?? '')
}
