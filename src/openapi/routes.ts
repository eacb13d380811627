import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { AuthGuard } from '../auth/guard.ts'

/**
 * The OpenAPI document where the real server has its own, and Swagger UI at `/docs`. Both are loaded with the first
 * request for them.
 */
export const openapi: FastifyPluginAsync<{ guards: readonly AuthGuard[] }> = async (app, { guards }) => {
  let loading: Promise<FastifyInstance> | undefined
  const described = () => {
    loading ??= load(guards)
    return loading
  }
  app.addHook('onClose', async () => (await loading)?.close())

  const path = '/openapi/asc.web.api/2.0'
  app.get(`${path}.json`, async (_, reply) => reply.send((await described()).swagger()))
  for (const extension of ['yaml', 'yml']) {
    app.get(`${path}.${extension}`, async (_, reply) => {
      return reply.type('application/yaml; charset=utf-8').send((await described()).swagger({ yaml: true }))
    })
  }

  for (const url of ['/docs', '/docs/*']) {
    app.get(url, async (request, reply) => {
      const docs = await described()
      reply.hijack()
      docs.routing(request.raw, reply.raw)
    })
  }
}

async function load(guards: readonly AuthGuard[]): Promise<FastifyInstance> {
  const [{ createDescribedApp }, { default: swaggerUi }] = await Promise.all([
    import('./document.ts'),
    import('@fastify/swagger-ui'),
  ])
  const app = await createDescribedApp(guards)
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { persistAuthorization: true, tryItOutEnabled: true },
  })
  await app.ready()
  return app
}
