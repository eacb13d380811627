import type { FastifyPluginAsync } from 'fastify'
import { filters } from './filters.ts'
import { keys } from './keys/index.ts'
import { portal } from './portal/index.ts'

/** Where the operations are. */
export const API_PREFIX = '/api/2.0'

/** The operations, without what stands in front of them: enough to describe them. */
export const operations: FastifyPluginAsync = async (app) => {
  await app.register(portal, { prefix: '/portal' })
  await app.register(keys, { prefix: '/keys' })
}

/** The API under `/api/2.0`. */
export const api: FastifyPluginAsync = async (app) => {
  await app.register(filters)
  app.addHook('preHandler', (_, reply, done) => {
    reply.header('api-supported-versions', '2.0')
    done()
  })
  await app.register(operations)
}
