import type { FastifyRequest } from 'fastify'
import { parseGuid } from '../../domain/guid.ts'
import { hiddenClientSecret } from '../../domain/oauth2-client.ts'
import type { Signatory } from '../../domain/x-signature.ts'
import type { StoredOAuth2Client } from '../../store/oauth2-clients.ts'
import { IdentityRefusal } from '../../wire/identity-problem.ts'

/** The route of an operation on one client. */
export interface ClientRoute {
  Params: { clientId: string }
}

/** The path parameter of the operations on one client. */
export const clientIdParams = {
  type: 'object',
  required: ['clientId'],
  properties: { clientId: { type: 'string', format: 'uuid', description: 'The ID of the client.' } },
} as const

/**
 * The client that an operation is about: to admins any, to users one of their own.
 *
 * @throws IdentityRefusal 404, where there is none
 */
export function clientOf(request: FastifyRequest<ClientRoute>, { role, userId }: Signatory): StoredOAuth2Client {
  const { portal, params } = request
  const clientId = parseGuid(params.clientId)
  const client = clientId === null ? undefined : portal.store.oauth2Clients.find(clientId)
  if (client === undefined || (role !== 'ADMIN' && client.createdBy !== userId)) {
    const detail = `Client with ID ${params.clientId} for tenant ${portal.tenantId} was not found`
    throw new IdentityRefusal(404, detail, client && { reason: `client ${clientId} is somebody else's` })
  }
  return client
}

/** A client as it is shown, members in alphabetical order. */
export function clientResponse(client: StoredOAuth2Client, tenantId: number) {
  return {
    allowed_origins: client.allowedOrigins,
    authentication_methods: client.allowPkce ? ['client_secret_post', 'none'] : ['client_secret_post'],
    client_id: client.clientId,
    client_secret: client.clientSecret,
    created_by: client.createdBy,
    created_on: zonedDateTime(client.createdAt),
    description: client.description,
    enabled: client.enabled,
    is_public: client.isPublic,
    logo: client.logo,
    logout_redirect_uris: client.logoutRedirectUris,
    modified_by: client.modifiedBy,
    modified_on: zonedDateTime(client.modifiedAt),
    name: client.name,
    policy_url: client.policyUrl,
    redirect_uris: client.redirectUris,
    scopes: client.scopes,
    tenant: tenantId,
    terms_url: client.termsUrl,
    website_url: client.websiteUrl,
  }
}

/** A client as lists show it: the secret is not to be read there. */
export function listedClient(client: StoredOAuth2Client, request: FastifyRequest) {
  const { machineKey, tenantId } = request.portal
  return clientResponse({ ...client, clientSecret: hiddenClientSecret(client.clientSecret, machineKey) }, tenantId)
}

/** A moment as Java writes one: a fraction only where there is one. */
export function zonedDateTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
