import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { arrival } from '../http/arrival.ts'
import type { JournalOptions } from '../http/journal.ts'
import { isKnownHostname } from '../http/known-host.ts'
import { type TenantOptions, tenant } from '../http/tenant.ts'
import { logFailure, publicMessage } from '../store/log-failure.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { requestRoot } from '../wire/root.ts'
import { type ControlOptions, hasToken, isAllowedHost, isWithinReach } from './allowed.ts'
import type { CreateServer } from './credentials/rehearsal.ts'
import { handOver } from './handover.ts'

/** Where the control API is. */
export const CONTROL = '/__mock'

/** Headers of every response: browsers must not cache it, guess its type, or show it to pages of other origins. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

/** What {@link control} needs. */
export interface ControlPluginOptions extends TenantOptions, JournalOptions {
  control: ControlOptions
  createServer: CreateServer
}

/**
 * The mock's own API, under `/__mock`. What answers is an app of its own, made with the first request for it: a server
 * that nobody controls needs none of it.
 */
export const control: FastifyPluginAsync<ControlPluginOptions> = async (app, options) => {
  await app.register(arrival)
  app.addHook('onRequest', async (request, reply) => {
    // set on Node's response, since another app sends it
    for (const [name, value] of Object.entries(HEADERS)) reply.raw.setHeader(name, value)
    requireAllowed(request, reply, options.control)
  })
  // behind the check, so that refused requests create no portal
  await app.register(tenant, options)
  let loading: Promise<FastifyInstance> | undefined
  const controlled = () => {
    // a load that failed is tried again
    loading ??= load(app, options).catch((error) => {
      loading = undefined
      throw error
    })
    return loading
  }
  app.addHook('onClose', async () => (await loading)?.close())
  app.setErrorHandler(async (error: Error, request, reply) => {
    if (error instanceof MockRefusal) {
      return reply.code(error.status).headers(error.headers).send({ error: error.message })
    }
    logFailure(request.log, error)
    return reply.code(500).send({ error: publicMessage(error) })
  })
  // the other app reads the body as JSON, whatever its type; Fastify refuses a malformed type before any parser runs
  app.addHook('onRequest', async ({ headers }) => {
    delete headers['content-type']
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  for (const url of [CONTROL, `${CONTROL}/*`]) {
    app.all(url, async (request, reply) => {
      const { routing } = await controlled()
      const { slot, portalPath } = request
      reply.hijack()
      handOver(request.raw, { slot, root: requestRoot(request), portalPath })
      routing(request.raw, reply.raw)
    })
  }
}

async function load(
  { operationIds, closing, log }: FastifyInstance,
  options: ControlPluginOptions,
): Promise<FastifyInstance> {
  const { createControlApp } = await import('./app.ts')
  const app = await createControlApp({ ...options, operationIds, closing, log })
  await app.ready()
  return app
}

function requireAllowed(request: FastifyRequest, reply: FastifyReply, control: ControlOptions): void {
  const { headers, ip } = request
  const { token } = control
  if (!isWithinReach(ip, control)) {
    throw new MockRefusal(403, `the control API answers this machine only, not ${ip}; --control-remote opens it`)
  }
  if (isSentByForeignPage(request)) {
    const { origin = 'other origins' } = headers
    throw new MockRefusal(403, `pages of ${origin} may not control this server`)
  }
  if (token !== null) {
    if (hasToken(headers.authorization, token)) return
    reply.header('www-authenticate', 'Bearer')
    throw new MockRefusal(401, 'the control API wants Authorization: Bearer and the --control-token')
  }
  if (!isAllowedHost(request, control)) {
    const names = 'as localhost, by an address, --public-url or the domain of a portal'
    throw new MockRefusal(
      403,
      `the control API is to be called ${names}, not as ${headers.host}; --control-token or --control-remote opens it`,
    )
  }
  refuseUnknownPages(request)
}

/** Whether a page of another origin sent a request, going by the headers that browsers add. */
function isSentByForeignPage({ method, headers, host }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers
  if (origin !== undefined) return URL.parse(origin)?.host !== host
  // images, scripts and the like have no Origin; links are allowed, since GET changes nothing
  const isLink = method === 'GET' && mode === 'navigate' && destination === 'document'
  return site !== 'same-origin' && site !== 'none' && !isLink
}

/**
 * `--control-remote` opens the API to other machines, but not to web pages: a page with an unknown host may come from a
 * web site that resolves its own name to this machine's address.
 */
function refuseUnknownPages(request: FastifyRequest): void {
  const { origin } = request.headers
  if (origin === undefined || isKnownHostname(URL.parse(origin)?.hostname ?? '', request)) return
  const advice = 'set --control-token, or --public-url with that host'
  throw new MockRefusal(
    403,
    `pages of ${origin} may not control this server, since any web site could use that name; ${advice}`,
  )
}
