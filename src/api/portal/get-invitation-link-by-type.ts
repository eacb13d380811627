import { READ_PORTAL } from '../../domain/scopes.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindEmployeeType } from '../binding.ts'
import type { Operation } from '../operation.ts'
import { employeeType, invitationLinkResponses } from '../schemas.ts'
import { invitationLinkResponse, requireInvitations, requireInviter, requireLinkType } from './invitation-link.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getInvitationLinkByEmployeeType',
  summary: 'Get the invitation link of a role',
  description: 'Returns the invitation link of a role, or nothing where none was created.',
  tags: [TAG],
  params: { type: 'object', required: ['employeeType'], properties: { employeeType } },
  response: invitationLinkResponses,
} as const

/** `GET users/invitationlink/{employeeType}`. */
export const getInvitationLinkByType: Operation = (app) => {
  app.get(
    '/users/invitationlink/:employeeType',
    { schema, config: { scopes: READ_PORTAL }, onRequest: app.gate },
    (request, reply) => {
      const type = bindEmployeeType(request, request.params.employeeType)
      requireLinkType(type)
      requireInvitations(request)
      requireInviter(request, type)
      const link = request.portal.store.invitationLinks.findByType(type)
      return sendSuccess(request, reply, link && invitationLinkResponse(request, link))
    },
  )
}
