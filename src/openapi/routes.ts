import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { OpenAPIV3 } from 'openapi-types'
import type { AuthGuard } from '../auth/guard.ts'
import { portalOfTarget, splitTarget } from '../wire/target.ts'

/** What the pages of Swagger UI may load: nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'connect-src': "'self'",
  'img-src': ["'self'", 'data:'],
  'script-src': "'self'",
  'style-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

/** Headers of every response of Swagger UI. The URL of its redirect page contains the authorization code. */
const HEADERS = {
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * What Swagger UI asks for authorization as: the client of the shipped portal that does without a secret. It may be sent
 * back to wherever the portal's own Swagger UI is. Another portal's client is typed in, or has this id too.
 */
const OAUTH2_CLIENT = {
  clientId: '2d0e6c2f-801b-4b4e-8c63-7e2a1f9b3d42',
  scopes: ['read', 'write'],
  usePkceWithAuthorizationCodeGrant: true,
}

/** Swagger UI's dark colours, where the browser's are. */
const DARK_MODE = `if (matchMedia('(prefers-color-scheme: dark)').matches) document.documentElement.classList.add('dark-mode')`

const METHODS = ['GET', 'HEAD']

/** What the document depends on. */
interface OpenapiOptions {
  guards: readonly AuthGuard[]
  /** Whether roles in answers are names. */
  roleNames: boolean
}

/**
 * The OpenAPI document where the real server has its own, and Swagger UI at `/docs`. Both are loaded with the first
 * request for them.
 */
export const openapi: FastifyPluginAsync<OpenapiOptions> = async (app, options) => {
  let loading: Promise<FastifyInstance> | undefined
  const described = () => {
    // a load that failed is tried again
    loading ??= load(options).catch((error) => {
      loading = undefined
      throw error
    })
    return loading
  }
  app.addHook('onClose', async () => (await loading)?.close())

  for (const [extension, form] of [
    ['json', 'json'],
    ['yaml', 'yaml'],
    ['yml', 'yaml'],
  ] as const) {
    app.route({
      method: METHODS,
      url: `/openapi/asc.web.api/2.0.${extension}`,
      handler: async ({ portalPath }, reply) => {
        const document = ofPortal((await described()).swagger() as OpenAPIV3.Document, portalPath)
        // it is nobody's secret, and editors live elsewhere
        reply.header('access-control-allow-origin', '*').type(`application/${form}; charset=utf-8`)
        return reply.send(form === 'json' ? document : (await import('yaml')).stringify(document))
      },
    })
  }

  for (const url of ['/docs', '/docs/*']) {
    app.route({
      method: METHODS,
      url,
      handler: async (request, reply) => {
        const docs = await described()
        reply.hijack()
        if (url === '/docs') request.raw.url = pageUrl(request)
        docs.routing(request.raw, reply.raw)
      },
    })
  }
}

/** The page's URL with the slash at the end that it was asked with: the addresses in the page depend on it. */
function pageUrl({ originalUrl }: FastifyRequest): string {
  return splitTarget(originalUrl).path.endsWith('/') ? '/docs/' : '/docs'
}

/** The path below which the client finds the portal, as it stood in the request that was handed on. */
function pathOf(raw: IncomingMessage & { originalUrl?: string }): string {
  const name = portalOfTarget(raw.originalUrl ?? '')
  return name === null ? '' : `/@${name}`
}

/** The document of a portal that is below a path: its operations are there, and so is its authorization server. */
function ofPortal(document: OpenAPIV3.Document, portalPath: string): OpenAPIV3.Document {
  if (portalPath === '') return document
  const schemes = Object.entries(document.components?.securitySchemes ?? {})
  const securitySchemes = Object.fromEntries(schemes.map(([name, scheme]) => [name, belowPath(scheme, portalPath)]))
  return { ...document, servers: [{ url: portalPath }], components: { ...document.components, securitySchemes } }
}

/** Puts a path in front of every absolute path in a security scheme. */
function belowPath(scheme: object, path: string): OpenAPIV3.SecuritySchemeObject {
  return JSON.parse(JSON.stringify(scheme), (name, value) => {
    const isPath = name.endsWith('Url') && typeof value === 'string' && /^\/(?!\/)/.test(value)
    return isPath ? path + value : value
  })
}

async function load({ guards, roleNames }: OpenapiOptions): Promise<FastifyInstance> {
  const [{ createDescribedApp }, { default: swaggerUi }, { cookieCredentials }, { pageAddress }] = await Promise.all([
    import('./document.ts'),
    import('@fastify/swagger-ui'),
    import('./cookie-credentials.ts'),
    import('./page-address.ts'),
  ])
  const app = await createDescribedApp({ guards, serverUrl: '/', roleNames })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(HEADERS)
    // scripts and styles are revalidated instead
    if (/^(text\/html|application\/json)/.test(String(reply.getHeader('content-type') ?? 'text/html'))) {
      reply.header('cache-control', 'no-store')
    }
    done()
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // addresses in the page are relative, so that it works behind a proxy that strips a part of the path
    indexPrefix: '.',
    staticCSP: CONTENT_SECURITY_POLICY,
    initOAuth: OAUTH2_CLIENT,
    theme: { title: 'docspace-mock', js: [{ filename: 'dark.js', content: DARK_MODE }] },
    uiConfig: {
      layout: 'BaseLayout',
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      plugins: [cookieCredentials, pageAddress],
    },
    transformSpecification: (document, { raw }) => ofPortal(document as OpenAPIV3.Document, pathOf(raw)),
    transformSpecificationClone: false,
  })
  await app.ready()
  return app
}
