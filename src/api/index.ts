import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import type { FastifyPluginAsync } from 'fastify'
import { authentication } from './authentication/index.ts'
import { getPortalCapabilities } from './capabilities/get-portal-capabilities.ts'
import { filters } from './filters.ts'
import { keys } from './keys/index.ts'
import { people } from './people/index.ts'
import { portal } from './portal/index.ts'
import { generateJwtToken } from './security/generate-jwt-token.ts'
import { getPortalSettings } from './settings/get-portal-settings.ts'

/** Where the operations are. */
export const API_PREFIX = '/api/2.0'

/** The operations, without what stands in front of them: enough to describe them. */
export const operations: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  await app.register(portal, { prefix: '/portal' })
  await app.register(authentication, { prefix: '/authentication' })
  await app.register(people, { prefix: '/people' })
  getPortalSettings(app)
  getPortalCapabilities(app)
  await app.register(keys, { prefix: '/keys' })
  generateJwtToken(app)
}

export { identityOperations } from './clients/index.ts'

/** The API under `/api/2.0`. */
export const api: FastifyPluginAsync = async (app) => {
  await app.register(filters)
  app.addHook('preHandler', (_, reply, done) => {
    reply.header('api-supported-versions', '2.0')
    done()
  })
  await app.register(operations)
}
