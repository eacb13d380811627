import type { Operation } from '../operation.ts'
import { readBody } from './body.ts'
import { type ClientRoute, clientIdParams, clientOf } from './client.ts'
import { config, memberOf } from './identity-service.ts'
import { badRequest, done, identityResponses, notFound, unsupportedMediaType } from './responses.ts'
import { MANAGEMENT } from './tags.ts'
import { description, logo, notBlank, size, urls, validate } from './validation.ts'

const shape = {
  name: 'text',
  description: 'text',
  logo: 'text',
  allow_pkce: 'flag',
  allowed_origins: 'texts',
} as const

const constraints = {
  name: [
    notBlank('client name must not be empty'),
    size(0, 256, 'client name length is expected to be between 3 and 256 characters'),
  ],
  description,
  logo,
  allowed_origins: urls('allowed origins'),
}

const schema = {
  operationId: 'updateClient',
  summary: 'Update an existing OAuth2 client',
  description:
    'Changes the name, description, logo and allowed origins of a client, and whether it may use PKCE. What is left out is not kept; redirect URIs and scopes are those that the client was made with.',
  tags: [MANAGEMENT],
  params: clientIdParams,
  body: { $ref: 'UpdateClientRequest#' },
  response: {
    ...identityResponses,
    400: badRequest,
    415: unsupportedMediaType,
    200: done('Client successfully updated'),
    404: notFound,
  },
} as const

/** `PUT clients/{clientId}`. */
export const updateClient: Operation = (app) => {
  app.put<ClientRoute>('/:clientId', { schema, config }, (request, reply) => {
    const body = readBody(request, shape)
    validate(body, constraints)
    const signatory = memberOf(request)
    const client = clientOf(request, signatory)
    request.portal.store.oauth2Clients.update({
      ...client,
      name: body.name ?? '',
      description: body.description ?? '',
      logo: body.logo ?? '',
      allowPkce: body.allow_pkce,
      allowedOrigins: body.allowed_origins ?? [],
      isPublic: true,
      modifiedBy: signatory.userId,
      modifiedAt: request.portal.clock.now(),
    })
    return reply.send()
  })
}
