import type { Operation } from '../operation.ts'
import { readBody } from './body.ts'
import { type ClientRoute, clientIdParams, clientOf } from './client.ts'
import { config, memberOf } from './identity-service.ts'
import { badRequest, done, identityResponses, notFound, unsupportedMediaType } from './responses.ts'
import { MANAGEMENT } from './tags.ts'

const schema = {
  operationId: 'changeActivation',
  summary: 'Change the client activation status',
  description:
    'Activates or deactivates an OAuth2 client. A deactivated client gets no new access tokens; those that it has hold until they expire.',
  tags: [MANAGEMENT],
  params: clientIdParams,
  body: { $ref: 'ChangeClientActivationRequest#' },
  response: {
    ...identityResponses,
    400: badRequest,
    415: unsupportedMediaType,
    200: done('Client activation status successfully changed'),
    404: notFound,
  },
} as const

/** `PATCH clients/{clientId}/activation`. */
export const changeActivation: Operation = (app) => {
  app.patch<ClientRoute>('/:clientId/activation', { schema, config }, (request, reply) => {
    const { status } = readBody(request, { status: 'flag' })
    const signatory = memberOf(request)
    const client = clientOf(request, signatory)
    request.portal.store.oauth2Clients.update({
      ...client,
      enabled: status,
      modifiedBy: signatory.userId,
      modifiedAt: request.portal.clock.now(),
    })
    return reply.send()
  })
}
