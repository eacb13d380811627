import type { FastifyReply, FastifyRequest } from 'fastify'
import { toJson } from '../../wire/json.ts'
import { sendSuccess } from '../../wire/success.ts'
import type { Operation } from '../operation.ts'
import { anonymousResponses, success } from '../schemas.ts'

const schema = {
  operationId: 'getPortalCapabilities',
  summary: 'Get portal capabilities',
  description: 'Returns the ways to sign in that the portal has, besides e-mail and password.',
  tags: ['Capabilities'],
  response: { ...anonymousResponses, 200: success('Portal capabilities', 'CapabilitiesWrapper') },
} as const

const CAPABILITIES = toJson({
  ldapEnabled: false,
  providers: [],
  ssoLabel: '',
  oauthEnabled: true,
  ssoUrl: '',
  identityServerEnabled: true,
})

/** `GET capabilities`, which has a second path of old. */
export const getPortalCapabilities: Operation = (app) => {
  const handler = (request: FastifyRequest, reply: FastifyReply) => sendSuccess(request, reply, CAPABILITIES)
  app.get('/capabilities', { schema, config: { answersUnpaid: true, ignoresCredentials: true } }, handler)
  app.get(
    '/capabilities.json',
    { schema: { hide: true }, config: { answersUnpaid: true, ignoresCredentials: true } },
    handler,
  )
}
