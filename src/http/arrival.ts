import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { parseQuery } from '../wire/query.ts'
import { splitTarget } from '../wire/target.ts'

/**
 * Takes a request in: notes when it came, reads its query the way ASP.NET does, and says in every answer how long it
 * took, in whole milliseconds, under the name that the real server uses.
 */
export const arrival = fp(
  async (app) => {
    app.decorateRequest('arrivedAt', 0)
    app.addHook('onRequest', (request, _, done) => {
      request.arrivedAt = performance.now()
      request.query = parseQuery(splitTarget(request.originalUrl).query)
      done()
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      reply.header('server-timing', serverTiming(request))
      done(null, payload)
    })
  },
  { name: 'arrival' },
)

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
