import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { unreadCredentials } from '../auth/credentials.ts'
import type { AuthGuard } from '../auth/guard.ts'

declare module 'fastify' {
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
    app.addHook('onSend', (request, reply, payload, done) => {
      if (always || isWanted(request)) reply.header(EXPLAIN_HEADER, printable(explanation(request, names)))
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
  const { thoughts, caller, refusal, profile } = request
  const outcome = refusal === null ? 'not refused' : `refused: ${refusal}`
  // a request may have ended before the guards were asked
  if (thoughts === undefined) return `profile: ${profile.name} | ${outcome}`
  const seen = thoughts.length > 0 ? thoughts.join('; ') : `none of ${guards} found a credential`
  const who = caller === null ? 'caller: nobody' : `caller: ${caller.id} by ${caller.guard}`
  const unread = unreadCredentials(request).map((credential) => `not read by this profile: ${credential}`)
  return [`profile: ${profile.name}`, seen, ...unread, who, outcome].join(' | ')
}

/** What a header may hold. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000)
}
