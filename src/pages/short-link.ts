import type { FastifyPluginAsync } from 'fastify'
import { addressedUrl } from '../wire/root.ts'

/** `/s/{key}`: redirects a short link to the long one, and an unknown one to the portal's address. */
export const shortLink: FastifyPluginAsync = async (app) => {
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD', 'POST'],
    url: '/s/*',
    handler: (request, reply) => {
      const link = request.portal.store.shortLinks.find(request.params['*'])
      return reply.redirect(link ?? (request.publicUrl ?? addressedUrl(request).origin) + request.portalPath, 302)
    },
  })
}
