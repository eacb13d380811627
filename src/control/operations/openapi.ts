import type { FastifyPluginAsync } from 'fastify'

/** `GET openapi.json`: the control API's own document. */
export const openapi: FastifyPluginAsync = async (app) => {
  let describing: Promise<object> | undefined
  app.get('/openapi.json', { schema: { hide: true } }, async ({ portalPath }) => {
    describing ??= import('../document.ts').then(({ describeControl }) => describeControl())
    const document = await describing
    return { ...document, servers: [{ url: portalPath || '/' }] }
  })
}
