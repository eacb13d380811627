import type { FastifyRequest } from 'fastify'
import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import { signatoryOf } from '../auth/x-signature.ts'
import { askedBy } from './asked.ts'
import { createGrant } from './grants.ts'
import { activePerson } from './people.ts'
import { allowedScopes } from './scopes.ts'

const GRANT_TYPE = 'personal_access_token'

/**
 * The grant that gives a client an access token for whoever shows an `x-signature`, guests aside. There is no page and
 * no refresh token.
 *
 * @param api what the token is for
 * @throws errors.InvalidGrant, errors.AccessDenied, errors.InvalidScope
 */
export function personalAccessToken(api: ResourceServer): (context: KoaContextWithOIDC) => Promise<void> {
  return async (context) => {
    const { client, params, provider } = context.oidc
    if (client === undefined) throw new errors.InvalidClientAuth('client not found')
    const { request, resource } = askedBy(context)
    const accountId = signatoryIdOf(request)
    const scopes = allowedScopes(client, params?.scope as string | undefined)
    const { jti: grantId } = await createGrant(provider, { accountId, clientId: client.clientId, scopes, resource })
    const scope = scopes.join(' ')
    const token = new provider.AccessToken({ accountId, client, grantId, gty: GRANT_TYPE, scope })
    token.resourceServer = new provider.ResourceServer(resource, api)
    const value = await token.save()
    context.body = { access_token: value, expires_in: token.expiration, token_type: 'Bearer', scope }
  }
}

function signatoryIdOf(request: FastifyRequest): string {
  const { userId, role } = read(request)
  if (activePerson(request.portal, userId) === undefined) throw new errors.InvalidGrant(`${userId} is not active`)
  if (role === 'GUEST') throw new errors.AccessDenied('guests have no personal access tokens')
  return userId
}

function read(request: FastifyRequest) {
  try {
    return signatoryOf(request)
  } catch (error) {
    throw new errors.InvalidGrant((error as Error).message)
  }
}
