import { createClientSecret } from '../../domain/oauth2-client.ts'
import type { Operation } from '../operation.ts'
import { type ClientRoute, clientIdParams, clientOf } from './client.ts'
import { config, memberOf, sendJson } from './identity-service.ts'
import { identityResponses, json, notFound } from './responses.ts'
import { MANAGEMENT } from './tags.ts'

const schema = {
  operationId: 'regenerateSecret',
  summary: 'Regenerate the client secret',
  description: 'Gives an OAuth2 client a new secret. The old one is void at once.',
  tags: [MANAGEMENT],
  params: clientIdParams,
  response: {
    ...identityResponses,
    200: json('Client secret successfully regenerated', 'ClientSecretResponse'),
    404: notFound,
  },
} as const

/** `PATCH clients/{clientId}/regenerate`. */
export const regenerateSecret: Operation = (app) => {
  app.patch<ClientRoute>('/:clientId/regenerate', { schema, config }, (request, reply) => {
    const signatory = memberOf(request)
    const client = clientOf(request, signatory)
    const { portal } = request
    const clientSecret = createClientSecret(portal.randomBytes)
    const modified = { modifiedBy: signatory.userId, modifiedAt: portal.clock.now() }
    portal.store.oauth2Clients.update({ ...client, clientSecret, ...modified })
    return sendJson(reply, { client_secret: clientSecret })
  })
}
