import fastifyAuth from '@fastify/auth'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasScope, type Scope } from '../domain/scopes.ts'
import { EmployeeStatus } from '../domain/user.ts'
import { EmptyRefusal } from '../wire/refusals.ts'
import { type Caller, whyInactive } from './caller.ts'
import { allCredentials, type Credentials, chosenCredentials } from './credentials.ts'
import { type Decision, NO_CALLER } from './decision.ts'
import { type AuthGuard, isAccepted, type Verdict, type Verdicts } from './guard.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request proves itself with, by the profile's rule. */
    credentials: Credentials
    /** Who is calling; `null`: nobody, or nobody who could prove it. */
    caller: Caller | null
    /** What the guards made of each credential that they found; `undefined`: they were not asked. */
    decisions: Decision[] | undefined
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
    app.decorateRequest('decisions')
    app.decorateRequest('sufficientScopes')

    app.addHook('onRequest', async (request, reply) => {
      request.credentials = request.profile.credentials === 'any' ? allCredentials(request) : chosenCredentials(request)
      request.sufficientScopes = request.routeOptions.config.scopes
      if (request.routeOptions.config.identityService) return
      request.decisions = []
      let failure: unknown
      for (const guard of guards) {
        try {
          const answer = guard.authenticate(request)
          // most guards answer at once, and waiting for nothing takes time
          if (takeVerdicts(isPromise(answer) ? await answer : answer, guard, request, reply)) return
        } catch (error) {
          // where each credential counts by itself, another one may still do
          failure ??= error
          request.decisions.push({ guard: guard.name, refused: messageOf(error), isKnown: false })
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
  { portal, decisions }: FastifyRequest,
  credential: number,
): Caller | null {
  if (!isAccepted(verdict)) {
    decisions?.push({ guard: guard.name, refused: verdict.refused, isKnown: verdict.isKnown === true })
    return null
  }
  const { user, scopes, apiKeyId = null } = verdict
  if (user.status !== EmployeeStatus.Active) {
    decisions?.push({ guard: guard.name, refused: whyInactive(user), isKnown: true })
    return null
  }
  const caller = {
    id: user.id,
    type: user.type,
    isOwner: user.id === portal.ownerId,
    email: user.email,
    culture: user.culture,
    scopes,
    apiKeyId,
    guard: guard.name,
    credential,
  }
  decisions?.push(caller)
  return caller
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function requireCaller({ caller }: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void {
  done(caller === null ? new EmptyRefusal(401, NO_CALLER) : undefined)
}

function requireScope(request: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void {
  const { caller, sufficientScopes = [] } = request
  const scopes = caller?.scopes ?? []
  const suffices = caller !== null && hasScope(scopes, sufficientScopes)
  done(suffices ? undefined : new EmptyRefusal(403, whyInsufficient(sufficientScopes, scopes)))
}

function whyInsufficient(sufficient: readonly Scope[], scopes: readonly Scope[]): string {
  return `the operation needs the scope ${sufficient.join(' or ')}; the credential has ${scopes.join(' ') || 'none'}`
}
