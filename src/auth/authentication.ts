import fastifyAuth from '@fastify/auth'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasScope, type Scope } from '../domain/scopes.ts'
import { EmployeeStatus } from '../domain/user.ts'
import { EmptyRefusal } from '../wire/refusals.ts'
import type { Caller } from './caller.ts'
import { allCredentials, type Credentials, chosenCredentials } from './credentials.ts'
import { type AuthGuard, isAccepted, type Verdict, type Verdicts } from './guard.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request proves itself with, by the profile's rule. */
    credentials: Credentials
    /** Who is calling; `null`: nobody, or nobody who could prove it. */
    caller: Caller | null
    /** What each guard that found something thought of it, for people. */
    thoughts: string[]
    /** Scopes of which any one suffices for the operation; `undefined`: it is open to everybody. */
    sufficientScopes: readonly Scope[] | undefined
  }
  interface FastifyInstance {
    /** The hook that lets only callers with a sufficient scope through. */
    gate: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void
  }
  interface FastifyContextConfig {
    /** Scopes of which any one suffices for this operation. Without them it is open to everybody. */
    scopes?: readonly Scope[]
    /** Whether the operation is the identity service's, which looks at no credential of the portal. */
    identityService?: boolean
    /** Whether the operation is the same for everybody, so that a credential is of no use to it. */
    ignoresCredentials?: boolean
  }
}

/**
 * Asks the guards about every request, those to unknown paths included, and keeps the first caller whose scope suffices
 * for the operation, or else the first caller at all. The gate that operations put in front of themselves only reads
 * what was found.
 */
export const authentication = fp<{ guards: readonly AuthGuard[] }>(
  async (app, { guards }) => {
    app.decorateRequest('credentials')
    app.decorateRequest('caller', null)
    app.decorateRequest('thoughts')
    app.decorateRequest('sufficientScopes')

    app.addHook('onRequest', async (request, reply) => {
      request.credentials = request.profile.credentials === 'any' ? allCredentials(request) : chosenCredentials(request)
      request.thoughts = []
      request.sufficientScopes = request.routeOptions.config.scopes
      if (request.routeOptions.config.identityService) return
      let failure: unknown
      for (const guard of guards) {
        try {
          const answer = guard.authenticate(request)
          // most guards answer at once, and waiting for nothing takes time
          if (takeVerdicts(isPromise(answer) ? await answer : answer, guard, request, reply)) return
        } catch (error) {
          // where each credential counts by itself, another one may still do
          failure ??= error
        }
      }
      if (failure !== undefined && request.caller === null) throw failure
    })

    await app.register(fastifyAuth)
    app.decorate('gate', app.auth([requireCaller, requireScope], { relation: 'and' }))
  },
  { name: 'authentication', dependencies: ['tenant'] },
)

function isPromise(answer: Verdicts | Promise<Verdicts>): answer is Promise<Verdicts> {
  return answer !== null && typeof answer === 'object' && 'then' in answer
}

/** Keeps the caller that a guard found. Gives whether that one may call the operation, so that no other is wanted. */
function takeVerdicts(verdicts: Verdicts, guard: AuthGuard, request: FastifyRequest, reply: FastifyReply): boolean {
  const { sufficientScopes } = request
  let credential = 0
  for (const verdict of listed(verdicts)) {
    if (verdict.headers) reply.headers(verdict.headers)
    const caller = toCaller(verdict, guard, request, credential++)
    if (caller === null) continue
    request.caller ??= caller
    if (sufficientScopes === undefined || hasScope(caller.scopes, sufficientScopes)) {
      request.caller = caller
      return true
    }
  }
  return false
}

/** A guard that gives nothing at all has found nothing. */
function listed(verdicts: Verdicts | undefined): readonly Verdict[] {
  if (verdicts == null) return []
  return 'length' in verdicts ? verdicts : [verdicts]
}

/** Only people whose account works are callers, however good their credential is. */
function toCaller(
  verdict: Verdict,
  guard: AuthGuard,
  { portal, thoughts }: FastifyRequest,
  credential: number,
): Caller | null {
  if (!isAccepted(verdict)) {
    thoughts.push(`${guard.name}: refused, ${verdict.refused}`)
    return null
  }
  const { user, scopes, apiKeyId = null } = verdict
  if (user.status !== EmployeeStatus.Active) {
    thoughts.push(`${guard.name}: refused, ${user.id} is not active`)
    return null
  }
  thoughts.push(`${guard.name}: accepted, ${user.id} with ${scopes.join(' ') || 'no scope'}`)
  const isOwner = user.id === portal.ownerId
  return {
    id: user.id,
    type: user.type,
    isOwner,
    culture: user.culture,
    scopes,
    apiKeyId,
    guard: guard.name,
    credential,
  }
}

function requireCaller({ caller }: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void {
  done(caller === null ? new EmptyRefusal(401, 'no credential was accepted') : undefined)
}

function requireScope(request: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void {
  const { caller, sufficientScopes = [] } = request
  const suffices = caller !== null && hasScope(caller.scopes, sufficientScopes)
  done(suffices ? undefined : new EmptyRefusal(403, `the operation needs the scope ${sufficientScopes.join(' or ')}`))
}
