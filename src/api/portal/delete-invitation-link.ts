import { EMPTY_GUID } from '../../domain/guid.ts'
import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { guid } from '../../wire/json-members.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindBody } from '../body.ts'
import type { Operation } from '../operation.ts'
import { invitationLinkResponses, success } from '../schemas.ts'
import { linkOf, requireInvitations, requireInviter } from './invitation-link.ts'
import { TAG } from './tag.ts'

const shape = {
  netType: 'ASC.Web.Api.ApiModels.RequestsDto.InvitationLinkDeleteRequestDto',
  required: ['id'],
  members: { id: guid },
} as const

const schema = {
  operationId: 'deleteInvitationLink',
  summary: 'Delete an invitation link',
  description: 'Deletes an invitation link: nobody can join by it any more.',
  tags: [TAG],
  body: { $ref: 'InvitationLinkDeleteRequestDto#' },
  response: { ...invitationLinkResponses, 200: success('OK', 'EmptyWrapper') },
} as const

/** `DELETE users/invitationlink`. Unlike most of its kind it has a body. */
export const deleteInvitationLink: Operation = (app) => {
  app.delete(
    '/users/invitationlink',
    { schema, config: { scopes: WRITE_PORTAL }, onRequest: app.gate },
    (request, reply) => {
      const { id = EMPTY_GUID } = bindBody(request, shape)
      requireInvitations(request)
      const link = linkOf(request, id)
      requireInviter(request, link.employeeType)
      request.portal.store.invitationLinks.remove(id)
      return sendSuccess(request, reply)
    },
  )
}
