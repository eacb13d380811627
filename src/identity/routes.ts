import type { IncomingMessage } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { EmptyRefusal } from '../wire/refusals.ts'
import { splitTarget } from '../wire/target.ts'
import { handOver } from './asked.ts'
import { formOf, forms } from './form.ts'
import { interactionPages } from './interaction-pages.ts'
import { introspection } from './introspection.ts'
import { inOneSecond } from './portal-time.ts'
import { type IdentityOptions, type MountedProvider, providersOf } from './providers.ts'
import { userinfo } from './userinfo.ts'

/** What the provider answers itself, by path below `/oauth2`. */
const ENDPOINTS: Record<string, string[]> = {
  '/authorize': ['GET'],
  '/authorize/:uid': ['GET'],
  '/token': ['POST'],
  '/revoke': ['POST'],
  '/jwks': ['GET', 'HEAD'],
}

/** Where the real server says what it offers, and where RFC 8414 looks for it, since the issuer has a path. */
const DISCOVERY = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/oauth2/.well-known/openid-configuration',
  '/oauth2/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration/oauth2',
  '/.well-known/oauth-authorization-server/oauth2',
]

/**
 * The identity service under DocSpace's paths: OAuth2 and OpenID Connect. What isn't DocSpace's own is answered by
 * oidc-provider, which is loaded with the first request.
 */
export const identity: FastifyPluginAsync<IdentityOptions> = async (app, options) => {
  const providerOf = providersOf(options)
  // credentials here are those of clients, which no guard knows
  const config = { identityService: true }

  for (const [path, method] of Object.entries(ENDPOINTS)) {
    app.route({ method, url: `/oauth2${path}`, config, handler: (request, reply) => forward(request, reply) })
  }
  for (const path of DISCOVERY) {
    app.route({ method: ['GET', 'HEAD'], url: path, config, handler: (request, reply) => forward(request, reply) })
  }
  await app.register(async (formsApp) => {
    await formsApp.register(forms)
    await formsApp.register(userinfo)
    await formsApp.register(introspection, { providerOf })
    await formsApp.register(interactionPages, { providerOf })
    formsApp.post('/oauth2/authorize', { config }, (request, reply) => forward(request, reply, asGet(request)))
  })

  async function forward(request: FastifyRequest, reply: FastifyReply, raw: ProviderRequest = request.raw) {
    refuseManyParameters(raw.url ?? '')
    const mounted = await providerOf(request)
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '')
    dress(request, raw, mounted)
    inOneSecond(request.portal, () => mounted.handle(raw, reply.raw))
  }
}

/** The maximum number of query parameters, which take quadratic time in Koa. */
const MAX_PARAMETERS = 100

function refuseManyParameters(url: string): void {
  if (url.split('&', MAX_PARAMETERS + 1).length <= MAX_PARAMETERS) return
  throw new EmptyRefusal(400, `more than ${MAX_PARAMETERS} parameters`)
}

/** A request as the provider reads it. */
type ProviderRequest = IncomingMessage & { originalUrl?: string }

/** An authorization request by POST, as the GET with the same parameters: the provider takes POST over HTTPS only. */
function asGet(request: FastifyRequest): ProviderRequest {
  const { path } = splitTarget(request.url)
  return Object.create(request.raw, {
    method: { value: 'GET' },
    url: { value: `${path}?${formOf(request)}`, writable: true },
  })
}

/** Shows the provider a request as if it had come to where the issuer says that it is. */
function dress(request: FastifyRequest, raw: ProviderRequest, { issuer }: MountedProvider): void {
  const { contentType } = request
  const { path, query } = splitTarget(raw.url ?? '')
  const url = path.replace(/^\/oauth2(?=\/)|\/oauth2$/gi, '') + query
  handOver(request, raw)
  Object.assign(raw, { url, originalUrl: issuer.pathname + url })
  if (contentType !== undefined) raw.headers['content-type'] = contentType
  Object.assign(raw.headers, { 'x-forwarded-host': issuer.host, 'x-forwarded-proto': issuer.protocol.slice(0, -1) })
  // the server has its own rule for who may call from where, and has applied it
  delete raw.headers.origin
}
