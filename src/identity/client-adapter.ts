import type { Adapter, AdapterPayload, ClientAuthMethod, KoaContextWithOIDC } from 'oidc-provider'
import { CLIENT_SCOPES, DOCUMENTED_CLIENT_SCOPES, type Scope } from '../domain/scopes.ts'
import type { StoredOAuth2Client } from '../store/oauth2-clients.ts'
import { askedBy } from './asked.ts'
import { dropIgnoredParameters } from './ignored-parameters.ts'
import { redirectUrisOf } from './redirect-uris.ts'

/** The grants that every client may use. */
const GRANT_TYPES = ['authorization_code', 'refresh_token', 'personal_access_token']

/** Everything that a client may ask for at all, by whether the published document counts. */
export function clientScopes(asDocumented: boolean): readonly Scope[] {
  return asDocumented ? [...CLIENT_SCOPES, ...DOCUMENTED_CLIENT_SCOPES] : CLIENT_SCOPES
}

/**
 * Gives the provider the portal's clients as they are at the moment: one that was changed, switched off or deleted is
 * so at once.
 *
 * @param contextOf what the provider is answering
 */
export class ClientAdapter implements Adapter {
  readonly #contextOf: () => KoaContextWithOIDC

  constructor(contextOf: () => KoaContextWithOIDC) {
    this.#contextOf = contextOf
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const context = this.#contextOf()
    // the provider looks at the parameters once it has the client
    if (context.oidc.params !== undefined) dropIgnoredParameters(context.oidc.params)
    const client = askedBy(context).request.portal.store.oauth2Clients.find(id)
    return client?.enabled === true ? toMetadata(client, context) : undefined
  }

  /** Clients are made through the API of DocSpace only. */
  async upsert(): Promise<void> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}

function toMetadata(client: StoredOAuth2Client, context: KoaContextWithOIDC): AdapterPayload {
  const { request } = askedBy(context)
  const known = clientScopes(request.profile.documentedScopes)
  const scopes = client.scopes.filter((scope) => known.includes(scope))
  return {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    client_name: client.name,
    redirect_uris: redirectUrisOf(client, request, context.oidc.params?.redirect_uri),
    grant_types: GRANT_TYPES,
    response_types: ['code'],
    token_endpoint_auth_method: authMethodOf(client, context),
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  }
}

/**
 * A client that is allowed PKCE may leave out its secret, for which it proves with a verifier that it asked for the
 * code itself. The provider takes a secret in a form and one in HTTP Basic for the same.
 */
function authMethodOf({ allowPkce }: StoredOAuth2Client, context: KoaContextWithOIDC): ClientAuthMethod {
  const { client_secret: secret, grant_type: grantType, code_verifier: verifier } = context.oidc.params ?? {}
  const isBasic = context.headers.authorization !== undefined
  if (secret || isBasic) {
    return isBasic && !askedBy(context).request.profile.basicClients ? 'none' : 'client_secret_post'
  }
  const needsVerifier = grantType === 'authorization_code' && verifier === undefined
  return allowPkce && !needsVerifier ? 'none' : 'client_secret_post'
}
