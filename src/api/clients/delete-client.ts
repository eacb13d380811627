import type { Operation } from '../operation.ts'
import { type ClientRoute, clientIdParams, clientOf } from './client.ts'
import { config, memberOf } from './identity-service.ts'
import { done, identityResponses, notFound } from './responses.ts'
import { MANAGEMENT } from './tags.ts'

const schema = {
  operationId: 'deleteClient',
  summary: 'Delete an OAuth2 client',
  description: 'Deletes an OAuth2 client for good.',
  tags: [MANAGEMENT],
  params: clientIdParams,
  response: { ...identityResponses, 200: done('Client successfully deleted'), 404: notFound },
} as const

/** `DELETE clients/{clientId}`. */
export const deleteClient: Operation = (app) => {
  app.delete<ClientRoute>('/:clientId', { schema, config }, (request, reply) => {
    const { clientId } = clientOf(request, memberOf(request))
    request.portal.store.oauth2Clients.remove(clientId)
    return reply.send()
  })
}
