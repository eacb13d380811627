import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { publicMessage } from '../store/log-failure.ts'
import type { Portals } from '../store/portals.ts'

const NO_CACHE = {
  'cache-control': 'no-store, no-cache',
  expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  pragma: 'no-cache',
}

interface Check {
  data: object
  description?: string
  duration: string
  exception?: string
  status: 'Healthy' | 'Unhealthy'
  tags: string[]
}

const METHODS = ['GET', 'HEAD']

/** `/health`, in the shape of the real server. It stands in front of everything else. */
export const health: FastifyPluginAsync<{ portals: Portals }> = async (app, { portals }) => {
  app.route({
    method: METHODS,
    url: '/health',
    handler: (_, reply) => {
      const started = performance.now()
      const entries = {
        self: passed(0, []),
        warmup: { ...passed(0, ['warmup', 'services']), description: 'Warmup completed.' },
        // the name that clients know the check of the database by
        mysqldb: checkDatabases(portals),
      }
      const status = entries.mysqldb.status
      const body = { status, totalDuration: timeSpan(performance.now() - started), entries }
      return sendJson(reply.code(status === 'Healthy' ? 200 : 503), body)
    },
  })
}

/** `/ready`, which looks at nothing, and `/liveness`: like `/health`, but in their turn. */
export const probes: FastifyPluginAsync = async (app) => {
  app.route({
    method: METHODS,
    url: '/ready',
    config: { faults: false },
    handler: (_, reply) => sendJson(reply, { status: 'Healthy', totalDuration: timeSpan(0), entries: {} }),
  })
  app.route({
    method: METHODS,
    url: '/liveness',
    config: { faults: false },
    handler: (_, reply) => reply.headers(NO_CACHE).type('text/plain').send('Healthy'),
  })
}

/** Sends bytes: to a text Fastify would add a character set, which these haven't. */
function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return reply
    .headers(NO_CACHE)
    .type('application/json')
    .send(Buffer.from(JSON.stringify(body)))
}

function checkDatabases(portals: Portals): Check {
  const started = performance.now()
  try {
    for (const { store } of portals.list()) store.users.count()
    return passed(performance.now() - started, [])
  } catch (error) {
    const exception = publicMessage(error as Error)
    return { data: {}, duration: timeSpan(performance.now() - started), exception, status: 'Unhealthy', tags: [] }
  }
}

function passed(duration: number, tags: string[]): Check {
  return { data: {}, duration: timeSpan(duration), status: 'Healthy', tags }
}

/** A duration as .NET writes a short one: `00:00:00.0098570`. */
function timeSpan(milliseconds: number): string {
  return `00:00:${(milliseconds / 1000).toFixed(7).padStart(10, '0')}`
}
