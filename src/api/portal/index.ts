import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
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
export const portal: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  getInvitationLink(app)
  getPortalUsersCount(app)
  getUserById(app)
  markGiftMessageAsRead(app)
  sendCongratulations(app)
  await app.register(invitationLinks)
}

const invitationLinks: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  await app.register(bodies)
  createInvitationLink(app)
  getInvitationLinkByType(app)
  updateInvitationLink(app)
  deleteInvitationLink(app)
}
