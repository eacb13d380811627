import { typeName } from '../../auth/caller.ts'
import { DomainError } from '../../domain/errors.ts'
import { randomGuid } from '../../domain/random-guid.ts'
import { WRITE_PORTAL } from '../../domain/scopes.ts'
import { employeeType, optionalInt32, optionalMoment } from '../../wire/json-members.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindBody, refuseInvalid } from '../body.ts'
import type { Operation } from '../operation.ts'
import { invitationLinkResponses } from '../schemas.ts'
import {
  invitationLinkResponse,
  requireFuture,
  requireInvitations,
  requireInviter,
  requireLinkType,
} from './invitation-link.ts'
import { TAG } from './tag.ts'
import { invalidUseCount } from './use-count.ts'

const shape = {
  netType: 'ASC.Web.Api.ApiModels.RequestsDto.InvitationLinkCreateRequestDto',
  required: ['employeeType'],
  members: { employeeType, expiration: optionalMoment, maxUseCount: optionalInt32 },
} as const

const schema = {
  operationId: 'createInvitationLink',
  summary: 'Create an invitation link',
  description: 'Creates the invitation link of a role. There is one at most for each.',
  tags: [TAG],
  body: { $ref: 'InvitationLinkCreateRequestDto#' },
  response: invitationLinkResponses,
} as const

/** `POST users/invitationlink`. */
export const createInvitationLink: Operation = (app) => {
  app.post(
    '/users/invitationlink',
    { schema, config: { scopes: WRITE_PORTAL }, onRequest: app.gate },
    (request, reply) => {
      const { employeeType = 0, expiration = null, maxUseCount = null } = bindBody(request, shape)
      refuseInvalid(invalidUseCount(maxUseCount))
      requireInvitations(request)
      requireLinkType(employeeType)
      requireFuture(expiration, request)
      requireInviter(request, employeeType)
      const { randomBytes, store } = request.portal
      if (store.invitationLinks.findByType(employeeType) !== undefined) {
        throw new DomainError(
          'argument',
          `there is a link for the role ${typeName(employeeType)}: PUT changes it`,
          'link with the same EmployeeType already exists',
        )
      }
      const id = randomGuid(randomBytes)
      const link = { id, employeeType, expiresAt: expiration, maxUseCount, currentUseCount: 0 }
      store.invitationLinks.insert(link)
      return sendSuccess(request, reply, invitationLinkResponse(request, link))
    },
  )
}
