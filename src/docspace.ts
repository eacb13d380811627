import type { FastifyPluginAsync } from 'fastify'
import { API_PREFIX, api, identityOperations } from './api/index.ts'
import { authentication } from './auth/authentication.ts'
import { SESSION_COOKIE } from './auth/credentials.ts'
import type { AuthGuard } from './auth/guard.ts'
import type { ControlOptions } from './control/allowed.ts'
import { faults } from './control/faults/hook.ts'
import type { RateLimits } from './domain/rate-limit.ts'
import { arrival } from './http/arrival.ts'
import { cors } from './http/cors.ts'
import { errors } from './http/errors.ts'
import { explain } from './http/explain.ts'
import { probes } from './http/health.ts'
import { answers, type JournalOptions, journal } from './http/journal.ts'
import { limits } from './http/limits.ts'
import { notFound } from './http/not-found.ts'
import { portalDate } from './http/portal-date.ts'
import { rateLimiter } from './http/rate-limiter.ts'
import { type TenantOptions, tenant } from './http/tenant.ts'
import { tolerateBodies } from './http/tolerate-bodies.ts'
import type { OAuth2Options } from './identity/options.ts'
import { identity } from './identity/routes.ts'
import { openapi } from './openapi/routes.ts'
import { confirmPage } from './pages/confirm-page.ts'
import { shortLink } from './pages/short-link.ts'
import { startPage } from './pages/start-page.ts'

/** What {@link docspace} needs. */
export interface DocspaceOptions extends TenantOptions, JournalOptions {
  guards: readonly AuthGuard[]
  allowedOrigins: '*' | readonly string[]
  /** For portals that have none of their own. `null`: nobody is turned away. */
  rateLimits: RateLimits | null
  /** What the authorization server gives, and how long it holds. */
  oauth2: OAuth2Options
  /** Whether every answer explains itself. */
  explain: boolean
  /** Who may use the control API; `false`: there is none. */
  control: ControlOptions | false
}

/** DocSpace as clients meet it: the stages of a request in their order, then what may answer it. */
export const docspace: FastifyPluginAsync<DocspaceOptions> = async (app, options) => {
  const { guards, allowedOrigins, rateLimits } = options
  await app.register(errors)
  await app.register(arrival)
  await app.register(journal, options)
  await app.register(tolerateBodies)
  await app.register(explain, { always: options.explain, guards })
  await app.register(limits)
  await app.register(tenant, options)
  await app.register(portalDate)
  await app.register(cors, { allowedOrigins })
  await app.register(authentication, { guards })
  await app.register(rateLimiter, { limits: rateLimits })
  await app.register(faults, options)
  await app.register(notFound)

  await app.register(probes)
  await app.register(openapi, { guards, roleNames: options.profile.roleNames })
  await app.register(api, { prefix: API_PREFIX })
  await app.register(identityOperations, { prefix: API_PREFIX })
  const sessions = guards.find(({ name }) => name === SESSION_COOKIE)
  await app.register(identity, { ...options.oauth2, sessions })
  await app.register(shortLink)
  await app.register(confirmPage)
  await app.register(startPage, { guards })
  // what goes out is known behind everything that may change it
  await app.register(answers, options)
}
