import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Caller, inWords } from '../auth/caller.ts'
import { unreadCredentials } from '../auth/credentials.ts'
import { type Decision, isRefused, reasonOf } from '../auth/decision.ts'
import type { AuthGuard } from '../auth/guard.ts'
import { maskedText } from '../journal/masks.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The value of the explain header; `null`: neither the server nor the request asks for one. */
    explanationOf: (request: FastifyRequest) => string | null
  }
  interface FastifyRequest {
    /** Why the request was refused, for people; `null`: it wasn't. */
    refusal: string | null
  }
}

/** The header that asks for an explanation and the one that carries it. */
export const EXPLAIN_HEADER = 'x-docspace-mock-explain'

/**
 * Says in a header what the guards made of a request and which rule refused it. The body stays as it is: clients must
 * not come to rely on it.
 */
export const explain = fp<{ always: boolean; guards: readonly AuthGuard[] }>(
  async (app, { always, guards }) => {
    app.decorateRequest('refusal', null)
    const names = guards.map(({ name }) => name).join(', ')
    const explanationOf = (request: FastifyRequest) =>
      always || isWanted(request) ? printable(explanation(request, names)) : null
    app.decorate('explanationOf', explanationOf)
    app.addHook('onSend', (request, reply, payload, done) => {
      const text = explanationOf(request)
      if (text !== null) reply.header(EXPLAIN_HEADER, text)
      done(null, payload)
    })
  },
  { name: 'explain' },
)

function isWanted({ headers }: FastifyRequest): boolean {
  const value = headers[EXPLAIN_HEADER]
  return value !== undefined && value !== '0' && value !== 'false'
}

function explanation(request: FastifyRequest, guards: string): string {
  const { decisions, caller, refusal, profile } = request
  const outcome = refusal === null ? 'not refused' : `refused: ${refusal}`
  // a request may have ended before the guards were asked, or never come to them
  if (decisions === undefined) return `profile: ${profile.name} | ${outcome}`
  const seen = decisions.length > 0 ? decisions.map(inOneLine).join('; ') : `none of ${guards} found a credential`
  const unread = unreadCredentials(request).map((credential) => `not read by this profile: ${credential}`)
  return [`profile: ${profile.name}`, seen, ...unread, callerInWords(caller), outcome].join(' | ')
}

function inOneLine(decision: Decision): string {
  return `${decision.guard}: ${isRefused(decision) ? 'refused' : 'accepted'}, ${reasonOf(decision)}`
}

function callerInWords(caller: Caller | null): string {
  return caller === null ? 'caller: nobody' : `caller: ${caller.id}, ${inWords(caller)}, by ${caller.guard}`
}

/** The characters that a header may hold. Credentials that were sent as a name are masked. */
function printable(text: string): string {
  return maskedText(text)
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 1000)
}
