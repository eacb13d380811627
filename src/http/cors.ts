import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../domain/errors.ts'
import { parseGuid } from '../domain/guid.ts'
import { decodePart } from '../domain/json-web-token.ts'
import { withoutFinalDot } from '../wire/host.ts'

type Origins = '*' | readonly string[]

/** A JSON Web Token, and nothing else that follows `Bearer`. */
const BEARER_TOKEN = /^Bearer +[\w-]+\.([\w-]+)\.[\w-]*$/

/** An origin that stands for those of all hosts below it: `https://*.example.com`. */
const WILDCARD = '://*.'

/**
 * Cross-origin requests, by the framework's rules: `*` is said to everybody without credentials, a list of origins gets
 * its own members echoed with credentials allowed. A preflight is answered before anything else is looked at, whatever
 * path or method it asks for.
 *
 * A request with an access token may come from where the token's OAuth2 client says, and from nowhere else. Whether it
 * may bring credentials is the same for all.
 */
export const cors = fp<{ allowedOrigins: Origins }>(
  async (app, { allowedOrigins }) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { origin } = request.headers
      if (!origin) return done()
      if (request.profile.badOriginFails && !URL.canParse(origin)) {
        return done(new DomainError('originNotAbsolute', `the Origin header ${origin} is no absolute URL`))
      }
      const origins = originsOfClient(request) ?? allowedOrigins
      const allowed = origins === '*' || origins.some((pattern) => isOrigin(origin, pattern))
      if (origins === '*') reply.header('access-control-allow-origin', '*')
      else if (allowed) {
        reply.header('access-control-allow-origin', sentOrigin(request)).header('vary', 'Origin')
        if (allowedOrigins !== '*') reply.header('access-control-allow-credentials', 'true')
      }
      const method = request.headers['access-control-request-method']
      if (request.method !== 'OPTIONS' || method === undefined) return done()
      if (allowed) allow(reply, method, request.headers['access-control-request-headers'])
      reply.code(204).send()
    })
  },
  { name: 'cors', dependencies: ['tenant'] },
)

/** The origin as it was sent, which is what a browser compares. */
function sentOrigin({ raw: { rawHeaders } }: FastifyRequest): string | undefined {
  return rawHeaders[rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === 'origin') + 1]
}

function allow(reply: FastifyReply, method: string, headers: string | undefined): void {
  reply.header('access-control-allow-methods', method)
  if (headers) reply.header('access-control-allow-headers', joinedNames(headers))
}

/** A list of names without spaces around its commas. */
function joinedNames(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .join(',')
}

/**
 * Where the OAuth2 client of an access token may be called from. Whether the token holds is not checked: only what it
 * says of itself counts.
 *
 * @returns `undefined` where there is no such token, no such client, or it says nothing
 */
function originsOfClient({ headers, portal }: FastifyRequest): readonly string[] | undefined {
  const [, payload] = BEARER_TOKEN.exec(headers.authorization ?? '') ?? []
  const { sub, cid } = (payload && decodePart(payload)) || {}
  const clientId = asGuid(sub) && asGuid(cid)
  const origins = clientId ? portal.store.oauth2Clients.find(clientId)?.allowedOrigins : undefined
  return origins?.length ? origins : undefined
}

function asGuid(claim: unknown): string | null {
  return typeof claim === 'string' ? parseGuid(claim) : null
}

function isOrigin(origin: string, pattern: string): boolean {
  if (origin === withoutFinalDot(pattern)) return true
  const [scheme, domain] = pattern.split(WILDCARD)
  return domain !== undefined && origin.startsWith(`${scheme}://`) && origin.endsWith(`.${domain}`)
}
