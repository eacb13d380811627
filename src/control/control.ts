import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sameSecret } from '../domain/same-secret.ts'
import { arrival } from '../http/arrival.ts'
import type { JournalOptions } from '../http/journal.ts'
import { type TenantOptions, tenant } from '../http/tenant.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { requestRoot } from '../wire/root.ts'
import { type ControlOptions, isOwnHost, isWithinReach } from './allowed.ts'
import type { CreateServer } from './credentials/rehearsal.ts'
import { handOver } from './handover.ts'

/** Where the control API is. */
export const CONTROL = '/__mock'

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
  app.addHook('onRequest', async (request, reply) => requireAllowed(request, reply, options))
  app.setErrorHandler(async (error: Error, request, reply) => {
    if (error instanceof MockRefusal) {
      return reply.code(error.status).headers(error.headers).send({ error: error.message })
    }
    request.log.error(error)
    return reply.code(500).send({ error: error.message })
  })
  // the other app reads the body
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
  { operationIds, closing }: FastifyInstance,
  options: ControlPluginOptions,
): Promise<FastifyInstance> {
  const { createControlApp } = await import('./app.ts')
  const app = await createControlApp({ ...options, operationIds, closing })
  await app.ready()
  return app
}

function requireAllowed(request: FastifyRequest, reply: FastifyReply, options: ControlPluginOptions): void {
  const { control } = options
  const { headers, ip, host } = request
  const { token } = control
  if (!isWithinReach(ip, control)) {
    throw new MockRefusal(403, `the control API answers this machine only, not ${ip}; --control-remote opens it`)
  }
  const { origin, authorization } = headers
  // browsers say which page a request comes from, and those of other hosts have no business here
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    throw new MockRefusal(403, `pages of ${origin} may not control this server`)
  }
  if (token !== null && !sameSecret(authorization ?? '', `Bearer ${token}`)) {
    reply.header('www-authenticate', 'Bearer')
    throw new MockRefusal(401, 'the control API wants Authorization: Bearer and the --control-token')
  }
  if (token === null && !control.remote && !isKnownHost(headers.host, options)) {
    const names = 'as localhost, by an address, --public-url or the domain of a portal'
    throw new MockRefusal(
      403,
      `the control API is to be called ${names}, not as ${headers.host}; --control-token or --control-remote opens it`,
    )
  }
}

/** Proxies on this machine are not asked: pages can send their headers. */
function isKnownHost(host: string | undefined, { portals, publicUrl }: ControlPluginOptions): boolean {
  // what sends no Host is no browser
  if (host === undefined || host === '') return true
  const hostname = URL.parse(`http://${host}`)?.hostname ?? ''
  if (isOwnHost(hostname)) return true
  return hostname === (publicUrl && new URL(publicUrl).hostname) || portals.findByDomain(hostname) !== undefined
}
