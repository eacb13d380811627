import type { FastifyPluginAsync } from 'fastify'
import { filters } from './filters.ts'
import { getInvitationLink } from './get-invitation-link.ts'
import { getPortalUsersCount } from './get-portal-users-count.ts'
import { getUserById } from './get-user-by-id.ts'
import { invitationlink } from './invitationlink.ts'
import { markGiftMessageAsRead } from './mark-gift-message-as-read.ts'
import { sendCongratulations } from './send-congratulations.ts'

/** Where the operations are. */
export const PORTAL_PREFIX = '/api/2.0/portal'

/** The operations, without what stands in front of them: enough to describe them. */
export const operations: FastifyPluginAsync = async (app) => {
  await app.register(getInvitationLink)
  await app.register(getPortalUsersCount)
  await app.register(getUserById)
  await app.register(markGiftMessageAsRead)
  await app.register(sendCongratulations)
  await app.register(invitationlink)
}

/** The API under `/api/2.0/portal`. */
export const portal: FastifyPluginAsync = async (app) => {
  await app.register(filters)
  app.addHook('preHandler', (_, reply, done) => {
    reply.header('api-supported-versions', '2.0')
    done()
  })
  await app.register(operations)
}
