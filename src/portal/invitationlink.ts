import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'

const MESSAGE = 'docspace-mock does not answer users/invitationlink yet. Use GET users/invite/{employeeType}.'

/** `users/invitationlink`, which supersedes `users/invite` and isn't there yet: it says so. */
export const invitationlink: FastifyPluginAsync = async (app) => {
  const schema = { hide: true }
  app.route({ method: ['POST', 'PUT', 'DELETE'], url: '/users/invitationlink', schema, handler: sayNotYet })
  app.route({ method: 'GET', url: '/users/invitationlink/:employeeType', schema, handler: sayNotYet })
}

function sayNotYet(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.refusal = MESSAGE
  return reply.code(501).type('text/plain; charset=utf-8').send(`${MESSAGE}\n`)
}
