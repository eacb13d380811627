import type { FastifyPluginAsync } from 'fastify'
import { bodies } from '../body.ts'
import { createInvitationLink } from './create-invitation-link.ts'
import { deleteInvitationLink } from './delete-invitation-link.ts'
import { getInvitationLink } from './get-invitation-link.ts'
import { getInvitationLinkByType } from './get-invitation-link-by-type.ts'
import { getPortalUsersCount } from './get-portal-users-count.ts'
import { getUserById } from './get-user-by-id.ts'
import { markGiftMessageAsRead } from './mark-gift-message-as-read.ts'
import { sendCongratulations } from './send-congratulations.ts'
import { updateInvitationLink } from './update-invitation-link.ts'

/** What is under `/api/2.0/portal`. */
export const portal: FastifyPluginAsync = async (app) => {
  await app.register(getInvitationLink)
  await app.register(getPortalUsersCount)
  await app.register(getUserById)
  await app.register(markGiftMessageAsRead)
  await app.register(sendCongratulations)
  await app.register(invitationLinks)
}

const invitationLinks: FastifyPluginAsync = async (app) => {
  await app.register(bodies)
  await app.register(createInvitationLink)
  await app.register(getInvitationLinkByType)
  await app.register(updateInvitationLink)
  await app.register(deleteInvitationLink)
}
