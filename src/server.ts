import type { Server } from 'node:http'
import fastify, { type FastifyBaseLogger, type FastifyHttpOptions, type FastifyInstance, LogController } from 'fastify'
import type { AuthGuard } from './auth/guard.ts'
import { createGuard, GUARD_NAMES, type GuardName } from './auth/guards.ts'
import { certificateEndpoint } from './control/certificate.ts'
import { type ControlOptions, control } from './control/control.ts'
import { docspace } from './docspace.ts'
import { type DateForm, type Profile, type ProfileName, profiles } from './domain/profile.ts'
import type { RateLimits } from './domain/rate-limit.ts'
import { answerClientError } from './http/client-error.ts'
import { finishAnswers } from './http/finish-answers.ts'
import { health } from './http/health.ts'
import { SpelledResponse } from './http/spelled-response.ts'
import { type IdentityService, portalIdentityService } from './oauth2/identity-service.ts'
import type { PortalSlot } from './store/portal-slot.ts'
import { MAX_PORTALS, Portals } from './store/portals.ts'
import { noCompilers } from './wire/no-compilers.ts'
import { routingTarget } from './wire/target.ts'

/** What a server can be made of. Everything but the portals has a default. */
export interface ServerOptions {
  /** At least one; the first answers where no other is meant. They are not closed with the server. */
  portals: readonly [PortalSlot, ...PortalSlot[]]
  /** Whether portals are made for whoever names one: by `/@name`, a header or `name.localhost`. They are unless told. */
  onDemand?: boolean
  /** How many of those may be open at the same time: {@link MAX_PORTALS} unless given. */
  maxPortals?: number
  /** Who may use the control API under `/__mock`: everybody on this machine unless told; `false`: there is none. */
  control?: false | Partial<ControlOptions>
  profile?: ProfileName
  /**
   * Who proves callers, in the order in which credentials are tried: names of DocSpace's own guards, and guards of
   * one's own. All of DocSpace's unless given.
   */
  guards?: readonly (GuardName | AuthGuard)[]
  /** What checks access tokens. The mock's own unless given. */
  identityService?: IdentityService
  /** How dates are written. By the profile unless given. */
  dates?: DateForm
  /** Scheme, host and port that the portal's own links begin with, in the place of those the client used. */
  publicUrl?: string
  /** Origins that browsers may call from. */
  allowedOrigins?: '*' | readonly string[]
  /** Limits to hold callers to on portals that have none of their own. None unless given. */
  rateLimits?: RateLimits
  /** Addresses of proxies whose X-Forwarded headers are believed: the loopback ones unless given. */
  trustedProxies?: readonly string[]
  /** Whether every answer explains itself in a header. */
  explain?: boolean
  /** Certificate and key, as PEM, to speak TLS with. Plain HTTP unless given. */
  tls?: { cert: string | Buffer; key: string | Buffer }
  /** Where errors and unknown paths are logged. Nowhere unless given. */
  logger?: FastifyBaseLogger
  /** Whether every request is logged. */
  logRequests?: boolean
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The portals behind the server. */
    portals: Portals
  }
}

const LOOPBACK = ['127.0.0.1', '::1']

/** What the real server takes at most, in bytes. */
const MAX_HEADERS_SIZE = 32 * 1024

/**
 * Puts a server together. It doesn't listen yet: call `listen`, or `inject` requests.
 *
 * @throws TypeError where there is no portal, or the name of the profile or of a guard is none
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { publicUrl, identityService = portalIdentityService } = options
  const known = profileNamed(options.profile ?? 'documented')
  const profile = { ...known, dates: options.dates ?? known.dates }
  const guards = (options.guards ?? GUARD_NAMES).map((guard) =>
    typeof guard === 'string' ? createGuard(guard, identityService) : guard,
  )
  refuseBadNames(guards)
  const app = fastify(fastifyOptions(options))
  const portals = new Portals({
    portals: options.portals,
    onDemand: options.onDemand ?? true,
    limit: options.maxPortals ?? MAX_PORTALS,
    onEvicted: (name) => app.log.warn(`the portal ${name} was dropped: there are too many, and it was the least used`),
  })
  app.decorate('portals', portals)
  app.addHook('onClose', async () => portals.close())
  await app.register(finishAnswers)
  await app.register(health, { portals })
  const tenancy = { portals, profile, publicUrl: publicUrl === undefined ? null : new URL(publicUrl).origin }
  const { control: allowed = {} } = options
  if (allowed !== false) {
    const createServer = serverForOne(options)
    await app.register(control, { ...tenancy, createServer, control: { token: null, remote: false, ...allowed } })
  }
  if (options.tls !== undefined) await app.register(certificateEndpoint, { cert: options.tls.cert })
  await app.register(docspace, {
    ...tenancy,
    guards,
    allowedOrigins: options.allowedOrigins ?? '*',
    rateLimits: options.rateLimits ?? null,
    explain: options.explain ?? false,
  })
  return app
}

/** Gives what puts a server that answers as this one does in front of another portal. */
function serverForOne({ rateLimits: _, logger: __, logRequests: ___, tls: ____, ...options }: ServerOptions) {
  return (portal: PortalSlot, publicUrl: string) =>
    createServer({ ...options, portals: [portal], publicUrl, onDemand: false, control: false })
}

function profileNamed(name: ProfileName): Profile {
  if (Object.hasOwn(profiles, name)) return profiles[name]
  throw new TypeError(`there is no profile ${name}; there are ${Object.keys(profiles).join(', ')}`)
}

/** Guards are told apart by name, in the OpenAPI document too, which takes no others. */
function refuseBadNames(guards: readonly AuthGuard[]): void {
  const names = guards.map(({ name }) => name)
  const bad = names.find((name, i) => !/^[\w.-]+$/.test(name) || names.indexOf(name) !== i)
  if (bad === undefined) return
  throw new TypeError(`a guard's name is letters, digits, _ . - and no other's, which ${JSON.stringify(bad)} isn't`)
}

function fastifyOptions({ logger, logRequests, trustedProxies, tls }: ServerOptions): FastifyHttpOptions<Server> {
  const http = { maxHeaderSize: MAX_HEADERS_SIZE, joinDuplicateHeaders: true, ServerResponse: SpelledResponse }
  return {
    ...(logger && { loggerInstance: logger }),
    // a logger of its own is worth its price to a request only where requests are logged
    ...(logRequests !== true && { childLoggerFactory: (parent: FastifyBaseLogger) => parent }),
    logController: new LogController({ disableRequestLogging: logRequests !== true }),
    trustProxy: [...(trustedProxies ?? LOOPBACK)],
    schemaController: { compilersFactory: noCompilers },
    routerOptions: {
      caseSensitive: false,
      maxParamLength: MAX_HEADERS_SIZE,
    },
    rewriteUrl: ({ url = '/' }) => routingTarget(url),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    // to everybody but Node the two kinds of server are the same
    ...(tls === undefined ? { http } : ({ https: { ...http, ...tls } } as object)),
  }
}
