import type { Operation } from '../operation.ts'
import { type ClientRoute, clientIdParams, clientOf, clientResponse } from './client.ts'
import { config, memberOf, sendJson } from './identity-service.ts'
import { identityResponses, json, notFound } from './responses.ts'
import { QUERYING } from './tags.ts'

const schema = {
  operationId: 'getClient',
  summary: 'Get client details',
  description: 'Returns everything about an OAuth2 client, its secret included. Users see their own, admins all.',
  tags: [QUERYING],
  params: clientIdParams,
  response: {
    ...identityResponses,
    200: json('Client details successfully retrieved', 'ClientResponse'),
    404: notFound,
  },
} as const

/** `GET clients/{clientId}`. */
export const getClient: Operation = (app) => {
  app.get<ClientRoute>('/:clientId', { schema, config }, (request, reply) =>
    sendJson(reply, clientResponse(clientOf(request, memberOf(request)), request.portal.tenantId)),
  )
}
