import type { FastifyPluginAsync } from 'fastify'
import { API_PREFIX, api } from './api/index.ts'
import { authentication } from './auth/authentication.ts'
import type { AuthGuard } from './auth/guard.ts'
import type { RateLimits } from './domain/rate-limit.ts'
import { arrival } from './http/arrival.ts'
import { cors } from './http/cors.ts'
import { errors } from './http/errors.ts'
import { explain } from './http/explain.ts'
import { probes } from './http/health.ts'
import { limits } from './http/limits.ts'
import { notFound } from './http/not-found.ts'
import { rateLimiter } from './http/rate-limiter.ts'
import { type TenantOptions, tenant } from './http/tenant.ts'
import { tolerateBodies } from './http/tolerate-bodies.ts'
import { oauth2 } from './oauth2/routes.ts'
import { openapi } from './openapi/routes.ts'
import { confirmPage } from './pages/confirm-page.ts'
import { shortLink } from './pages/short-link.ts'
import { startPage } from './pages/start-page.ts'

/** What {@link docspace} needs. */
export interface DocspaceOptions extends TenantOptions {
  guards: readonly AuthGuard[]
  allowedOrigins: '*' | readonly string[]
  /** For portals that have none of their own. `null`: nobody is turned away. */
  rateLimits: RateLimits | null
  /** Whether every answer explains itself. */
  explain: boolean
}

/** DocSpace as clients meet it: the stages of a request in their order, then what may answer it. */
export const docspace: FastifyPluginAsync<DocspaceOptions> = async (app, options) => {
  const { guards, allowedOrigins, rateLimits } = options
  await app.register(errors)
  await app.register(arrival)
  await app.register(tolerateBodies)
  await app.register(explain, { always: options.explain, guards })
  await app.register(limits)
  await app.register(tenant, options)
  await app.register(cors, { allowedOrigins })
  await app.register(authentication, { guards })
  await app.register(rateLimiter, { limits: rateLimits })
  await app.register(notFound)

  await app.register(probes)
  await app.register(openapi, { guards })
  await app.register(api, { prefix: API_PREFIX })
  await app.register(oauth2)
  await app.register(shortLink)
  await app.register(confirmPage)
  await app.register(startPage, { guards })
}
