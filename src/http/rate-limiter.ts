import fp from 'fastify-plugin'
import { defaultRateLimits, type Excess, RateLimiter, type RateLimits } from '../domain/rate-limit.ts'
import { perPortal } from '../store/per-portal.ts'
import type { Portal } from '../store/portal.ts'
import { EmptyRefusal } from '../wire/refusals.ts'

/**
 * Turns away callers who ask too much: with 429, no body, and `Retry-After` only where the limit has an end that can be
 * told. A portal's own limits come before those of the server. It stands behind authentication and in front of authorization, so that a request too many is one whatever it
 * would have been answered.
 */
export const rateLimiter = fp<{ limits: RateLimits | null }>(
  async (app, { limits }) => {
    const limiterOf = limiters()
    app.addHook('onRequest', (request, reply, done) => {
      const { portal, caller, ip, method } = request
      const { rateLimits = limits } = portal.settings
      if (rateLimits === null) return done()
      const now = portal.clock.now()
      const entered = limiterOf(portal, rateLimits).enter(caller?.id ?? ip, method, now)
      if ('leave' in entered) {
        reply.raw.once('close', entered.leave)
        return done()
      }
      reply.headers(headersOf(entered.excess, now))
      done(new EmptyRefusal(429, whyTooMany(entered.excess, rateLimits)))
    })
  },
  { name: 'rate-limiter', dependencies: ['authentication'] },
)

/** Counts anew once other limits are set. */
function limiters(): (portal: Portal, limits: Partial<RateLimits>) => RateLimiter {
  const currentOf = perPortal((): { limits?: Partial<RateLimits>; limiter?: RateLimiter } => ({}))
  return (portal, limits) => {
    const current = currentOf(portal)
    if (current.limiter === undefined || current.limits !== limits) {
      current.limits = limits
      current.limiter = new RateLimiter({ ...defaultRateLimits, ...limits })
    }
    return current.limiter
  }
}

/** Names the limit, or those that have the same number. */
function whyTooMany({ limit }: Excess, limits: Partial<RateLimits>): string {
  const all = Object.entries({ ...defaultRateLimits, ...limits })
  const names = all.filter(([, number]) => number === limit).map(([name]) => name)
  return `more than ${limit} requests: the rate limit ${names.join(' or ')}`
}

function headersOf({ limit, resetAt }: Excess, now: number) {
  const headers = { 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': 0 }
  if (resetAt === undefined) return headers
  return {
    ...headers,
    'x-ratelimit-reset': Math.ceil(resetAt / 1000),
    'retry-after': Math.ceil((resetAt - now) / 1000),
  }
}
