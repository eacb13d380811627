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
export const operations: FastifyPluginAsync = async (app) => {
  await app.register(portal, { prefix: '/portal' })
  await app.register(authentication, { prefix: '/authentication' })
  await app.register(people, { prefix: '/people' })
  await app.register(getPortalSettings, { prefix: '/settings' })
  await app.register(getPortalCapabilities)
  await app.register(keys, { prefix: '/keys' })
  await app.register(generateJwtToken, { prefix: '/security' })
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
