import swagger from '@fastify/swagger'
import fastify, { type FastifyInstance } from 'fastify'
import type { OpenAPIV3 } from 'openapi-types'
import type { AuthGuard } from '../auth/guard.ts'
import { operations, PORTAL_PREFIX } from '../portal/index.ts'
import { sharedSchemas, TAG } from '../portal/schemas.ts'

/** The order in which DocSpace's document lists the alternatives. Other guards follow. */
const SCHEME_ORDER = ['asc_auth_key', 'Bearer', 'ApiKeyBearer', 'Basic', 'OAuth2', 'OpenId']

/**
 * Makes an app that has the operations' descriptions and nothing that answers. It is an app of its own so that a server
 * which nobody asks for its document needs none of this.
 */
export async function createDescribedApp(guards: readonly AuthGuard[]): Promise<FastifyInstance> {
  const listed = [...guards].sort((a, b) => placeOf(a) - placeOf(b))
  const security = listed.map(({ name, documentedScopes = [] }) => ({ [name]: documentedScopes }))
  const app = fastify({ exposeHeadRoutes: false })
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  for (const schema of sharedSchemas) app.addSchema(schema)
  app.decorate('gate', (_request, _reply, done) => done())
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.4',
      info: {
        title: 'Api',
        version: '3.7.0',
        contact: {
          name: 'API Support',
          email: 'support@onlyoffice.com',
          url: 'https://helpdesk.onlyoffice.com/hc/en-us',
        },
      },
      servers: [{ url: '/' }],
      tags: [{ name: TAG, description: 'Operations for getting information about portal users.' }],
      components: {
        securitySchemes: Object.fromEntries(
          listed.map(({ name, securityScheme }) => [name, securityScheme as OpenAPIV3.SecuritySchemeObject]),
        ),
      },
    },
    refResolver: { buildLocalReference: (json, _, __, i) => String(json.$id ?? `def-${i}`) },
    transform: ({ schema, url, route }) => {
      const guarded = route.config?.scopes !== undefined
      return { schema: guarded ? { ...schema, security } : schema, url }
    },
  })
  await app.register(operations, { prefix: PORTAL_PREFIX })
  return app
}

function placeOf({ name }: AuthGuard): number {
  const place = SCHEME_ORDER.indexOf(name)
  return place === -1 ? SCHEME_ORDER.length : place
}
