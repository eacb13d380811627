import { DomainError } from '../../domain/errors.ts'
import { createInvitationLink, INVITATION_INTERVAL } from '../../domain/invitation-link.ts'
import { mayInvite } from '../../domain/permissions.ts'
import { READ_PORTAL } from '../../domain/scopes.ts'
import { createShortLinkKey } from '../../domain/short-link.ts'
import { toJson } from '../../wire/json.ts'
import { portalRoot } from '../../wire/root.ts'
import { sendSuccess } from '../../wire/success.ts'
import { bindEmployeeType } from '../binding.ts'
import { callerOf } from '../caller.ts'
import { whyNotInvited } from '../may-invite.ts'
import type { Operation } from '../operation.ts'
import { badRequest, commonResponses, employeeType, forbidden, success, suspended, unauthorized } from '../schemas.ts'
import { INVITATIONS_OFF } from './invitation-link.ts'
import { TAG } from './tag.ts'

const schema = {
  operationId: 'getInvitationLink',
  summary: 'Get an invitation link',
  description: 'Returns an invitation link for joining the portal.',
  tags: [TAG],
  deprecated: true,
  params: {
    type: 'object',
    required: ['employeeType'],
    properties: { employeeType },
  },
  response: {
    200: success('Invitation link', 'StringWrapper'),
    400: badRequest,
    401: unauthorized,
    403: forbidden,
    404: suspended,
    ...commonResponses,
  },
} as const

/** `GET users/invite/{employeeType}`. Whoever may not invite to that role gets an empty text, not an error. */
export const getInvitationLink: Operation = (app) => {
  app.get(
    '/users/invite/:employeeType',
    { schema, config: { scopes: READ_PORTAL }, onRequest: app.gate },
    (request, reply) => {
      const employeeType = bindEmployeeType(request, request.params.employeeType)
      const { portal } = request
      const { alias, clock, settings, store } = portal
      if (!settings.allowInvitingMembers) throw new DomainError('accessDenied', INVITATIONS_OFF)
      const inviter = callerOf(request)
      if (!mayInvite(inviter, employeeType)) {
        request.refusal = `${whyNotInvited(inviter, employeeType)}; the server says so with an empty link`
        return sendSuccess(request, reply, toJson(''))
      }
      const root = portalRoot(request)
      const invitation = { employeeType, inviterId: inviter.id, alias }
      const now = clock.now()
      const link = createInvitationLink(invitation, portal, root, now)
      const newKey = () => createShortLinkKey(portal.randomBytes)
      const key = store.shortLinks.shorten(link, newKey, now + INVITATION_INTERVAL)
      return sendSuccess(request, reply, toJson(`${root}/s/${key}`))
    },
  )
}
