import { createClientSecret } from '../../domain/oauth2-client.ts'
import { randomGuid } from '../../domain/random-guid.ts'
import { clientScopes, type Scope } from '../../domain/scopes.ts'
import type { StoredOAuth2Client } from '../../store/oauth2-clients.ts'
import { IdentityRefusal, validationFailed } from '../../wire/identity-problem.ts'
import type { Operation } from '../operation.ts'
import { readBody } from './body.ts'
import { clientResponse } from './client.ts'
import { config, memberOf, sendJson } from './identity-service.ts'
import { badRequest, identityResponses, json, unsupportedMediaType } from './responses.ts'
import { MANAGEMENT } from './tags.ts'
import { description, logo, notBlank, notEmpty, notNull, size, urls, validate, webPage } from './validation.ts'

const shape = {
  name: 'text',
  description: 'text',
  logo: 'text',
  website_url: 'text',
  terms_url: 'text',
  policy_url: 'text',
  redirect_uris: 'texts',
  allowed_origins: 'texts',
  logout_redirect_uri: 'text',
  scopes: 'texts',
  allow_pkce: 'flag',
} as const

const constraints = {
  name: [
    notBlank('client name must not be empty'),
    size(3, 256, 'client name length is expected to be between 3 and 256 characters'),
  ],
  description,
  logo,
  website_url: webPage('website url'),
  terms_url: webPage('terms url'),
  policy_url: webPage('policy url'),
  redirect_uris: [notNull('redirect uris must not be null'), ...urls('redirect uris')],
  allowed_origins: [notNull('allowed origins must not be null'), ...urls('allowed origins')],
  logout_redirect_uri: webPage('logout redirect uri'),
  scopes: [notEmpty('scopes field can not be empty')],
}

const schema = {
  operationId: 'createClient',
  summary: 'Create a new OAuth2 client',
  description:
    'Creates a new OAuth2 client with the specified scopes, redirect URIs and other settings. The answer has the secret that it proves itself with.',
  tags: [MANAGEMENT],
  body: { $ref: 'CreateClientRequest#' },
  response: {
    ...identityResponses,
    201: json('Client successfully created', 'ClientResponse'),
    400: badRequest,
    415: unsupportedMediaType,
  },
} as const

const FULL = 'the portal has reached its limit of OAuth2 clients; delete some, or reset the portal'

/** `POST clients`: for everybody but guests. */
export const createClient: Operation = (app) => {
  app.post('', { schema, config }, (request, reply) => {
    const body = readBody(request, shape)
    validate(body, constraints)
    const { userId } = memberOf(request)
    const { portal, profile } = request
    const scopes = requireScopes(body.scopes ?? [], clientScopes(profile.documentedScopes))
    const now = portal.clock.now()
    const client: StoredOAuth2Client = {
      clientId: randomGuid(portal.randomBytes),
      clientSecret: createClientSecret(portal.randomBytes),
      name: body.name ?? '',
      description: body.description ?? '',
      logo: body.logo ?? '',
      websiteUrl: body.website_url ?? '',
      termsUrl: body.terms_url ?? '',
      policyUrl: body.policy_url ?? '',
      redirectUris: body.redirect_uris ?? [],
      allowedOrigins: body.allowed_origins ?? [],
      logoutRedirectUris: [body.logout_redirect_uri ?? ''],
      allowPkce: body.allow_pkce,
      // whatever is asked for
      isPublic: true,
      enabled: true,
      scopes,
      createdBy: userId,
      createdAt: now,
      modifiedBy: userId,
      modifiedAt: now,
    }
    if (!portal.store.oauth2Clients.takeRoom()) throw new IdentityRefusal(403, 'Access denied', { reason: FULL })
    portal.store.oauth2Clients.insert(client)
    return sendJson(reply, clientResponse(client, portal.tenantId), 201)
  })
}

function requireScopes(scopes: readonly Scope[], known: readonly Scope[]): readonly Scope[] {
  const unknown = scopes.filter((scope) => !known.includes(scope))
  if (unknown.length === 0) return scopes
  const message = `Invalid scopes: ${unknown.join(', ')}`
  throw validationFailed([{ field: 'scopes', code: 'ErrorInvalidScope', message }])
}
