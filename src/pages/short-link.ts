import type { FastifyPluginAsync } from 'fastify'
import { addressedUrl } from '../wire/root.ts'

/** `/s/{key}`: leads from a short link to the long one, and from one that nobody made to the portal's address. */
export const shortLink: FastifyPluginAsync = async (app) => {
  app.get<{ Params: { key: string } }>('/s/:key', (request, reply) => {
    const link = request.portal.store.shortLinks.find(request.params.key)
    return reply.redirect(link ?? addressedUrl(request).origin, 302)
  })
}
