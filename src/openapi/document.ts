import swagger from '@fastify/swagger'
import fastify, { type FastifyInstance } from 'fastify'
import type { OpenAPIV3 } from 'openapi-types'
import { API_PREFIX, identityOperations, operations } from '../api/index.ts'
import { roleNumber } from '../api/portal/invitation-link-schemas.ts'
import { sharedSchemas } from '../api/schemas.ts'
import { tags } from '../api/tags.ts'
import type { AuthGuard } from '../auth/guard.ts'
import { X_SIGNATURE } from '../auth/x-signature.ts'
import { noCompilers } from '../wire/no-compilers.ts'

/** The order in which DocSpace's document lists the alternatives. Other guards follow. */
const SCHEME_ORDER = ['asc_auth_key', 'Bearer', 'ApiKeyBearer', 'Basic', 'OAuth2', 'OpenId']

/** What the operations on OAuth2 clients are called with. */
const signatureScheme: OpenAPIV3.SecuritySchemeObject = {
  type: 'apiKey',
  in: 'cookie',
  name: X_SIGNATURE,
  description: 'What GET security/oauth2/token gives. A header of the same name will do.',
}

const DESCRIPTION = `Operations of an ONLYOFFICE DocSpace portal, as docspace-mock answers them. What DocSpace's own
document leaves out is here too: the errors, their bodies and media types.

* An access token that OAuth2 or OpenID Connect has given is sent as \`Bearer\`.
* A 403 without a body means that the scopes of the credential do not suffice.
* An Accept header that prefers \`text/json\` gets its successes as that.
* In the profile \`server\` an API key is sent as \`Bearer\` too, for the real server never reads the header
  \`ApiKeyBearer\`; and the 401 to an access token that names nobody has the body of an error.
`

/** Where a document applies. */
export interface DocumentOptions {
  guards: readonly AuthGuard[]
  /** The server's URL. A relative one is relative to where the document is. */
  serverUrl: string
  /** Whether roles in answers are names, or numbers as in the profile `server`. */
  roleNames: boolean
}

/**
 * Makes an app that has the operations' descriptions and nothing that answers. It is an app of its own so that a server
 * which nobody asks for its document needs none of this.
 */
export async function createDescribedApp({ guards, serverUrl, roleNames }: DocumentOptions): Promise<FastifyInstance> {
  const listed = [...guards].sort((a, b) => placeOf(a) - placeOf(b))
  const security = listed.map(({ name, documentedScopes = [] }) => ({ [name]: documentedScopes }))
  const app = fastify({ routerOptions: { caseSensitive: false }, schemaController: { compilersFactory: noCompilers } })
  app.setNotFoundHandler((_, reply) => reply.code(404).send())
  for (const schema of sharedSchemas) app.addSchema(roleNames ? schema : withRoleNumber(schema))
  app.decorate('gate', (_request, _reply, done) => done())
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.4',
      info: {
        title: 'Api',
        version: '3.7.0',
        description: DESCRIPTION,
        contact: {
          name: 'API Support',
          email: 'support@onlyoffice.com',
          url: 'https://helpdesk.onlyoffice.com/hc/en-us',
        },
      },
      servers: [{ url: serverUrl }],
      tags,
      components: {
        securitySchemes: Object.fromEntries([
          ...listed.map(({ name, securityScheme }) => [name, securityScheme as OpenAPIV3.SecuritySchemeObject]),
          [X_SIGNATURE, signatureScheme],
        ]),
      },
    },
    refResolver: { buildLocalReference: (json, _, __, i) => String(json.$id ?? `def-${i}`) },
    transform: ({ schema, url, route }) => {
      const { scopes, identityService, confirms } = route.config ?? {}
      const proof = identityService ? [{ [X_SIGNATURE]: [] }] : scopes === undefined && !confirms ? [] : security
      return { schema: { ...schema, security: proof }, url }
    },
    transformObject: (document) => {
      const { paths, components, ...head } = (document as { openapiObject: OpenAPIV3.Document }).openapiObject
      nameParameterSchemas(paths, components)
      return { ...head, paths, ...(components && { components }) }
    },
  })
  await app.register(operations, { prefix: API_PREFIX })
  await app.register(identityOperations, { prefix: API_PREFIX })
  return app
}

function withRoleNumber(schema: (typeof sharedSchemas)[number]): object {
  if (schema.$id !== 'InvitationLinkDto') return schema
  return { ...schema, properties: { ...schema.properties, employeeType: roleNumber } }
}

function placeOf({ name }: AuthGuard): number {
  const place = SCHEME_ORDER.indexOf(name)
  return place === -1 ? SCHEME_ORDER.length : place
}

/**
 * Replaces the schemas of parameters by references to those of the same title. The plugin takes a reference in a
 * parameter only without a description.
 */
function nameParameterSchemas(paths: OpenAPIV3.PathsObject, components: OpenAPIV3.ComponentsObject | undefined) {
  for (const operation of Object.values(paths).flatMap((path) => [path?.get, path?.post])) {
    for (const parameter of operation?.parameters ?? []) {
      if (!('schema' in parameter) || parameter.schema === undefined || !('title' in parameter.schema)) continue
      const { title = '' } = parameter.schema
      if (components?.schemas?.[title]) parameter.schema = { $ref: `#/components/schemas/${title}` }
    }
  }
}
