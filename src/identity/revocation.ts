import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { askedBy } from './asked.ts'
import { currentClaims } from './current-claims.ts'

const NOT_ITS_OWN = 'client is not authorized to revoke the presented token'

/**
 * Whether a client may revoke a token: its own only.
 *
 * @throws errors.InvalidRequest
 */
export function isOwnToken(
  _: KoaContextWithOIDC,
  client: Client,
  { clientId }: { clientId?: string | undefined },
): true {
  if (clientId === client.clientId) return true
  throw new errors.InvalidRequest(NOT_ITS_OWN)
}

/** Revokes access tokens, which the provider leaves out: it keeps none that carry what they say themselves. */
export async function revokeJwts(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  const answer = context.body as { error?: string } | undefined
  // the client has been authenticated by then
  if (context.oidc?.route !== 'revocation' || answer?.error !== 'unsupported_token_type') return
  const { root, request } = askedBy(context)
  const { portal } = request
  const token = String(context.oidc.params?.token)
  context.status = 200
  context.body = ''
  const claims = await currentClaims(token, { portal, root })
  // what doesn't hold needs no revoking
  if (claims === null || typeof claims.jti !== 'string') return
  if (claims.cid !== context.oidc.client?.clientId) {
    context.status = 400
    context.body = { error: 'invalid_request', error_description: NOT_ITS_OWN }
    return
  }
  portal.store.oauth2AccessTokens.revoke(claims.jti, Number(claims.exp) * 1000)
}
