import { DomainError } from '../../domain/errors.ts'
import { EMPTY_GUID } from '../../domain/guid.ts'
import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { guid, optionalInt32, optionalMoment } from '../../wire/json-members.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindBody, refuseInvalid } from '../body.ts'
import type { Operation } from '../operation.ts'
import { invitationLinkResponses } from '../schemas.ts'
import { invitationLinkResponse, linkOf, requireFuture, requireInvitations, requireInviter } from './invitation-link.ts'
import { TAG } from './tag.ts'
import { invalidUseCount } from './use-count.ts'

const shape = {
  netType: 'ASC.Web.Api.ApiModels.RequestsDto.InvitationLinkUpdateRequestDto',
  required: ['id'],
  members: { id: guid, expiration: optionalMoment, maxUseCount: optionalInt32 },
} as const

const schema = {
  operationId: 'updateInvitationLink',
  summary: 'Update an invitation link',
  description: 'Gives an invitation link new bounds. Those that are left out are taken away.',
  tags: [TAG],
  body: { $ref: 'InvitationLinkUpdateRequestDto#' },
  response: invitationLinkResponses,
} as const

/** `PUT users/invitationlink`. */
export const updateInvitationLink: Operation = (app) => {
  app.put(
    '/users/invitationlink',
    { schema, config: { scopes: WRITE_PORTAL }, onRequest: app.gate },
    (request, reply) => {
      const { id = EMPTY_GUID, expiration = null, maxUseCount = null } = bindBody(request, shape)
      refuseInvalid(invalidUseCount(maxUseCount))
      requireInvitations(request)
      const link = linkOf(request, id)
      if (maxUseCount !== null && maxUseCount < link.currentUseCount) {
        throw new DomainError(
          'argument',
          `maxUseCount is ${maxUseCount}, and the link was used ${link.currentUseCount} times`,
          'MaxUseCount',
        )
      }
      requireFuture(expiration, request)
      requireInviter(request, link.employeeType)
      const updated = { ...link, expiresAt: expiration, maxUseCount }
      request.portal.store.invitationLinks.update(updated)
      return sendSuccess(request, reply, invitationLinkResponse(request, updated))
    },
  )
}
