import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { withoutFinalDot } from '../wire/host.ts'
import { parseQuery } from '../wire/query.ts'
import { splitTarget } from '../wire/target.ts'

/** The headers that name a host, at their end. */
const HOST_HEADERS = ['host', 'origin', 'x-forwarded-host'] as const

/**
 * Takes a request in: notes when it came, reads its query the way ASP.NET does and the hosts that it names without a
 * dot at the end, and says in every answer how long it took, in whole milliseconds, under the name that the real server
 * uses.
 */
export const arrival = fp(
  async (app) => {
    app.decorateRequest('arrivedAt', 0)
    app.addHook('onRequest', (request, _, done) => {
      request.arrivedAt = performance.now()
      request.query = parseQuery(splitTarget(request.originalUrl).query)
      plainHosts(request)
      done()
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      reply.header('server-timing', serverTiming(request))
      done(null, payload)
    })
  },
  { name: 'arrival' },
)

/** Everything behind this compares hosts; what was sent stays in the raw headers. */
function plainHosts({ headers }: FastifyRequest): void {
  for (const name of HOST_HEADERS) {
    const value = headers[name]
    if (typeof value === 'string') headers[name] = withoutFinalDot(value)
  }
}

/** How long a request has taken so far, as an answer says it. */
export function serverTiming({ arrivedAt }: FastifyRequest): string {
  return `aspnetcore-request-time;dur=${Math.trunc(performance.now() - arrivedAt)}ms`
}

declare module 'fastify' {
  interface FastifyRequest {
    /** By the process's own clock, in ms. */
    arrivedAt: number
  }
}
