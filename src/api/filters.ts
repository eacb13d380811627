import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { whyNoCaller } from '../auth/decision.ts'
import { isWithin } from '../domain/network.ts'
import { FULL_ACCESS, hasScope } from '../domain/scopes.ts'
import { AddressRefusal, ProblemRefusal } from '../wire/refusals.ts'
import { isLoopback } from '../wire/root.ts'
import { splitTarget } from '../wire/target.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the operation answers on a portal that isn't paid for. */
    answersUnpaid?: boolean
    /** Whether the `confirm` header decides who may call the operation, whatever the scopes of a credential are. */
    confirms?: boolean
  }
}

const UNAVAILABLE = { suspended: 404, removePending: 404, transfering: 403, restoring: 403, encryption: 403 } as const

/** What the portal's settings and its operator's rules say to a request that is otherwise allowed, in their order. */
export const filters = fp(
  async (app) => {
    app.addHook('preValidation', (request, _, done) => {
      done(
        tenantStatusRefusal(request) ??
          paymentRefusal(request) ??
          addressRefusal(request) ??
          apiKeyRefusal(request) ??
          undefined,
      )
    })
  },
  { name: 'filters', dependencies: ['authentication'] },
)

/** Paths that answer while a portal is being moved, restored or encrypted, by how they end. */
const ALWAYS_ALLOWED = /\/(portal|settings|settings\.json|@self|@self\.json)$/i

function tenantStatusRefusal({ portal: { settings }, url }: FastifyRequest): Error | null {
  const { tenantStatus } = settings
  if (tenantStatus === 'active') return null
  if (UNAVAILABLE[tenantStatus] === 403 && ALWAYS_ALLOWED.test(splitTarget(url).path)) return null
  return new ProblemRefusal(
    UNAVAILABLE[tenantStatus],
    `the portal's status is ${tenantStatus}: see its setting tenantStatus`,
  )
}

/** `Payment-Info: false`, or anything that is no truth value, has always got one past this. */
function paymentRefusal({ portal, headers, routeOptions }: FastifyRequest): Error | null {
  if (routeOptions.config.answersUnpaid) return null
  const info = headers['payment-info']?.toString().trim() ?? ''
  const applies = info === '' || info.toLowerCase() === 'true'
  return applies && !portal.settings.paid
    ? new ProblemRefusal(402, 'the portal is not paid for: its setting paid is false')
    : null
}

function addressRefusal(request: FastifyRequest): Error | null {
  const { portal, caller } = request
  const { enabled, addresses } = portal.settings.ipRestrictions
  if (!enabled || addresses.length === 0 || caller === null || caller.isOwner) return null
  // evaluated only when needed, since it walks all proxies; undefined after the client has reset its connection
  const { ip }: { ip: string | undefined } = request
  const address = ip?.replace(/^::ffff:/, '') ?? 'an unknown address'
  if (isLoopback(address) || isWithin(address, addresses)) return null
  return new AddressRefusal(`${address} is not among the allowed addresses: see the setting ipRestrictions`)
}

/** Where the operation is open to everybody, the real server still holds an API key to its scopes. */
function apiKeyRefusal(request: FastifyRequest): Error | null {
  const { profile, credentials, caller, sufficientScopes, routeOptions } = request
  if (routeOptions.config.confirms) return null
  const applies = profile.apiKeyLimitsAnonymous && credentials.apiKeys.length > 0
  if (!applies || sufficientScopes !== undefined) return null
  if (caller !== null && hasScope(caller.scopes, [FULL_ACCESS])) return null
  const why = caller === null ? whyNoCaller(request.decisions ?? [], []) : `it has ${caller.scopes.join(' ') || 'none'}`
  return new ProblemRefusal(
    403,
    `the API key needs the scope ${FULL_ACCESS} even on operations that need no credential: ${why}`,
  )
}
