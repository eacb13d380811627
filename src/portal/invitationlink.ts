import type { FastifyPluginAsync } from 'fastify'

const MESSAGE = 'docspace-mock does not answer users/invitationlink yet. Use GET users/invite/{employeeType}.\n'

/** `users/invitationlink`, which supersedes `users/invite` and isn't there yet: it says so. */
export const invitationlink: FastifyPluginAsync = async (app) => {
  app.route({
    method: ['POST', 'PUT', 'DELETE'],
    url: '/users/invitationlink',
    schema: { hide: true },
    handler: (_, reply) => reply.code(501).type('text/plain; charset=utf-8').send(MESSAGE),
  })
}
