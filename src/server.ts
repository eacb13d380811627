import type { Server } from 'node:http'
import fastify, {
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify'
import type { AuthGuard } from './auth/guard.ts'
import { createGuard, GUARD_NAMES, type GuardName } from './auth/guards.ts'
import { type ControlOptions, isAllowedHost, isToken, TOKEN_FORM } from './control/allowed.ts'
import { certificateEndpoint } from './control/certificate.ts'
import { control } from './control/control.ts'
import { PLAN_NAMES, type PlanName } from './control/faults/plan-names.ts'
import { docspace } from './docspace.ts'
import { isNetwork, membersOf } from './domain/network.ts'
import { oncePerBurst } from './domain/once-per-burst.ts'
import { type DateForm, type Profile, type ProfileName, profiles } from './domain/profile.ts'
import type { RateLimits } from './domain/rate-limit.ts'
import { BodyKeepingRequest } from './http/body-keeping-request.ts'
import { finishAnswers } from './http/finish-answers.ts'
import { health } from './http/health.ts'
import { operationIds } from './http/operation-ids.ts'
import { MAX_HEADERS_SIZE } from './http/request-head.ts'
import { RequestLogController, requestLog } from './http/request-log.ts'
import { SpelledResponse } from './http/spelled-response.ts'
import { unrouted } from './http/unrouted.ts'
import { checkOptions, type OAuth2Options } from './identity/options.ts'
import { Journal } from './journal/journal.ts'
import { DEFAULT_SENDER, isSender, isSmtpUrl, SMTP_URL_FORM } from './mail/addresses.ts'
import { type MailerOptions, mailer } from './mail/mailer.ts'
import { type IdentityService, portalIdentityService } from './oauth2/identity-service.ts'
import { MAX_MEMORY, MemoryBudget, type MemoryEvent, memoryLimit } from './store/memory-budget.ts'
import { perSlot } from './store/per-portal.ts'
import type { PortalSlot } from './store/portal-slot.ts'
import { MAX_PORTALS, Portals } from './store/portals.ts'
import { boundReached } from './store/row-bounds.ts'
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
  /** The bound of the memory of all portals together, in MiB. {@link MAX_MEMORY} by default. */
  maxMemory?: number
  /** Who may use the control API under `/__mock`: everybody on this machine unless told; `false`: there is none. */
  control?: false | Partial<ControlOptions>
  /** A plan of faults that every portal begins with. */
  fault?: PlanName
  /** How many requests each portal remembers, in 4 MB at most; more in 4 kB each. 1000 unless given; 0: none. */
  journal?: number
  profile?: ProfileName
  /**
   * Who proves callers, in the order in which credentials are tried: names of DocSpace's own guards, and guards of
   * one's own. All of DocSpace's unless given.
   */
  guards?: readonly (GuardName | AuthGuard)[]
  /** What checks access tokens. The mock's own unless given. */
  identityService?: IdentityService
  /** How the authorization server signs people in, and how long what it gives holds. As DocSpace unless given. */
  oauth2?: OAuth2Options
  /** How dates are written. By the profile unless given. */
  dates?: DateForm
  /** Scheme, host and port of the portal's own links. By default those of the request. */
  publicUrl?: string
  /** The name that the server will listen on, if browsers use a name other than `localhost`. */
  host?: string
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
  /**
   * URL of an SMTP server that e-mails are delivered to, `smtp:` or `smtps:`, with the options that nodemailer reads
   * there. They stay in the outbox unless given.
   */
  smtp?: string
  /** The sender of e-mails: an address, or a name and an address in angle brackets. */
  mailFrom?: string
  /** Where errors, unknown paths and e-mails are logged. Nowhere unless given. */
  logger?: FastifyBaseLogger
  /** Whether every request is logged. */
  logRequests?: boolean
  /** How long a request may take to arrive, its body included, in milliseconds. {@link REQUEST_TIMEOUT} by default. */
  requestTimeout?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The portals behind the server. */
    portals: Portals
  }
}

/** Far longer than any active client needs, in milliseconds. */
export const REQUEST_TIMEOUT = 120_000

/** How often Node looks for requests that have not arrived in time, in milliseconds. */
const TIMEOUT_CHECK = 15_000

const LOOPBACK = ['127.0.0.1', '::1']

const NO_BINDINGS = {}

/**
 * Puts a server together. It doesn't listen yet: call `listen`, or `inject` requests.
 *
 * @throws TypeError where there is no portal, or the name of the profile, of a guard or of a plan is none, a proxy is no
 *   network, the control token is empty, the public URL is invalid, or a mail address or server is
 * @throws OAuth2OptionError
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { oauth2 = {}, identityService = portalIdentityService } = options
  const publicUrl = options.publicUrl === undefined ? null : originOf(options.publicUrl)
  const known = profileNamed(options.profile ?? 'documented')
  const profile = { ...known, dates: options.dates ?? known.dates }
  const guards = (options.guards ?? GUARD_NAMES).map((guard) =>
    typeof guard === 'string' ? createGuard(guard, identityService) : guard,
  )
  refuseBadNames(guards)
  refuseBadProxies(options.trustedProxies ?? [])
  refuseBadToken(options.control)
  checkOptions(oauth2, options.portals)
  const app = fastify(fastifyOptions(options))
  const beginWithPlan = await beginner(options.fault)
  const begin = (slot: PortalSlot) => {
    beginWithPlan(slot)
    slot.onBoundReached = (name, bound) => app.log.warn({ portal: slot.alias }, boundReached(name, bound))
  }
  const { maxMemory = MAX_MEMORY } = options
  const portals = new Portals({
    portals: options.portals,
    onDemand: options.onDemand ?? true,
    limit: options.maxPortals ?? MAX_PORTALS,
    onCreated: begin,
    memory: new MemoryBudget(memoryLimit(maxMemory), (event) => tellMemory(app, event, maxMemory)),
    onEvicted: oncePerBurst((name) => {
      app.log.warn(`the portal ${name} was closed because more than --max-portals were open; others may follow`)
    }),
    onExceeded: oncePerBurst(() => {
      app.log.warn('all portals are in use: more than --max-portals stay open until one is idle')
    }),
  })
  for (const slot of options.portals) begin(slot)
  app.decorate('portals', portals)
  app.decorate('listenHost', options.host ?? null)
  const allowed = options.control !== false && { token: null, remote: false, ...options.control }
  app.decorate('isTrustedHost', (request: FastifyRequest) => isAllowedHost(request, allowed))
  app.addHook('onClose', async () => portals.close())
  const journalOf = perSlot(({ memory }) => new Journal(options.journal, memory))
  app.decorate('journalOf', journalOf)
  await app.register(finishAnswers)
  await app.register(unrouted)
  await app.register(mailer, mailerOptions(options))
  await app.register(operationIds)
  await app.register(health, { portals })
  const tenancy = { portals, profile, publicUrl }
  if (allowed !== false) {
    await app.register(control, { ...tenancy, journalOf, createServer: serverForOne(options), control: allowed })
  }
  if (options.tls !== undefined) await app.register(certificateEndpoint, { cert: options.tls.cert })
  await app.register(docspace, {
    ...tenancy,
    journalOf,
    guards,
    allowedOrigins: options.allowedOrigins ?? '*',
    rateLimits: options.rateLimits ?? null,
    oauth2,
    explain: options.explain ?? false,
    control: allowed,
  })
  return app
}

const FREED: Record<MemoryEvent, string> = {
  awake: 'databases of idle portals are packed, and opened again when used',
  journals: 'the oldest journal entries of the least recently used portals are dropped',
  snapshots: 'snapshots of the least recently used portals are dropped',
  marks: 'marks of the least recently used portals are dropped',
  portals: 'the least recently used portals are closed; those without a file start anew when next named',
  exceeded: 'everything kept is in use, so the bound is exceeded for now',
}

function tellMemory({ log }: FastifyInstance, event: MemoryEvent, maxMemory: number): void {
  // packing loses nothing
  log[event === 'awake' ? 'info' : 'warn'](`memory reached --max-memory of ${maxMemory} MB: ${FREED[event]}`)
}

/** What makes a portal begin with the faults of a plan. Without one nothing of that is loaded. */
async function beginner(plan: PlanName | undefined): Promise<(slot: PortalSlot) => void> {
  if (plan === undefined) return () => {}
  if (!PLAN_NAMES.includes(plan)) throw new TypeError(`there is no plan ${plan}; there are ${PLAN_NAMES.join(', ')}`)
  const { faultsOf } = await import('./control/faults/portal-faults.ts')
  return (slot) => faultsOf(slot).beginWith(plan)
}

/** Gives what puts a server that answers as this one does in front of another portal, and does nothing besides. */
function serverForOne({ profile, guards, identityService, dates, oauth2 }: ServerOptions) {
  const contract = {
    ...(profile && { profile }),
    ...(guards && { guards }),
    ...(identityService && { identityService }),
    ...(dates && { dates }),
    ...(oauth2 && { oauth2 }),
  }
  const create = (portal: PortalSlot, publicUrl: string) =>
    createServer({ ...contract, portals: [portal], publicUrl, onDemand: false, control: false, journal: 1 })
  const judgesUsers = identityService !== undefined || (guards ?? []).some((guard) => typeof guard !== 'string')
  return Object.assign(create, { judgesUsers })
}

function profileNamed(name: ProfileName): Profile {
  if (Object.hasOwn(profiles, name)) return profiles[name]
  throw new TypeError(`there is no profile ${name}; there are ${Object.keys(profiles).join(', ')}`)
}

function mailerOptions({ smtp, mailFrom: from = DEFAULT_SENDER }: ServerOptions): MailerOptions {
  // the text isn't repeated: it may have a password in it
  if (smtp !== undefined && !isSmtpUrl(smtp)) throw new TypeError(`smtp takes ${SMTP_URL_FORM}`)
  if (!isSender(from)) throw new TypeError(`mailFrom takes an address such as ${DEFAULT_SENDER}, not ${from}`)
  return { from, smtp: smtp ?? null }
}

/** Guards are told apart by name, in the OpenAPI document too, which takes no others. */
function refuseBadNames(guards: readonly AuthGuard[]): void {
  const names = guards.map(({ name }) => name)
  const bad = names.find((name, i) => !/^[\w.-]+$/.test(name) || names.indexOf(name) !== i)
  if (bad === undefined) return
  throw new TypeError(`a guard's name is letters, digits, _ . - and no other's, which ${JSON.stringify(bad)} isn't`)
}

function refuseBadProxies(proxies: readonly string[]): void {
  const bad = proxies.find((proxy) => !isNetwork(proxy))
  if (bad === undefined) return
  throw new TypeError(`trustedProxies takes addresses and networks such as 127.0.0.1 or 10.0.0.0/8, not ${bad}`)
}

/** An empty token would give no protection. */
function refuseBadToken(control: ServerOptions['control']): void {
  const token = control === false ? null : (control?.token ?? null)
  if (token === null || isToken(token)) return
  throw new TypeError(`control.token ${token === '' ? 'is empty: it ' : ''}takes ${TOKEN_FORM}, or null for none`)
}

function originOf(publicUrl: string): string {
  const url = URL.parse(publicUrl)
  if (url !== null && /^https?:$/.test(url.protocol)) return url.origin
  throw new TypeError(`publicUrl takes scheme, host and port, such as https://docs.example.com, not '${publicUrl}'`)
}

function fastifyOptions({
  logger,
  logRequests,
  trustedProxies = LOOPBACK,
  tls,
  requestTimeout = REQUEST_TIMEOUT,
}: ServerOptions): FastifyHttpOptions<Server> {
  const isTrusted = membersOf(trustedProxies)
  const http = {
    maxHeaderSize: MAX_HEADERS_SIZE,
    joinDuplicateHeaders: true,
    // Node derives the timeout for headers from it
    requestTimeout,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK, requestTimeout),
    // `unrouted` refuses a request without one as Node does, and tells it
    requireHostHeader: false,
    ServerResponse: SpelledResponse,
    IncomingMessage: BodyKeepingRequest,
  }
  return {
    ...(logger && { loggerInstance: logger }),
    // request ids are costly, so they are assigned only if every request is logged
    childLoggerFactory: (parent, bindings) => requestLog(parent, logRequests === true ? bindings : NO_BINDINGS),
    logController: new RequestLogController({ disableRequestLogging: logRequests !== true }),
    trustProxy: (address?: string) => address !== undefined && isTrusted(address),
    schemaController: { compilersFactory: noCompilers },
    routerOptions: {
      caseSensitive: false,
      maxParamLength: MAX_HEADERS_SIZE,
    },
    rewriteUrl: ({ url = '/' }) => routingTarget(url),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    requestTimeout,
    return503OnClosing: false,
    // Fastify's own sends JSON; what Node refuses is answered by `unrouted`
    clientErrorHandler: () => {},
    // to everybody but Node the two kinds of server are the same
    ...(tls === undefined ? { http } : ({ https: { ...http, ...tls } } as object)),
  }
}
