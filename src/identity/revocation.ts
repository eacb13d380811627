import type { KoaContextWithOIDC } from 'oidc-provider'
import { decodeAccessToken, refusalOf } from '../oauth2/access-token.ts'
import { portalIdentityService } from '../oauth2/identity-service.ts'
import { portalRoot } from '../wire/root.ts'
import { askedBy } from './asked.ts'

/** Revokes access tokens, which the provider leaves out: it keeps none that carry what they say themselves. */
export async function revokeJwts(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  const answer = context.body as { error?: string } | undefined
  // the client has been authenticated by then
  if (context.oidc?.route !== 'revocation' || answer?.error !== 'unsupported_token_type') return
  const request = askedBy(context)
  const { portal } = request
  const token = String(context.oidc.params?.token)
  context.status = 200
  context.body = ''
  const claims = await currentClaims(token, { portal, root: portalRoot(request) })
  // what doesn't hold needs no revoking
  if (claims === null || typeof claims.jti !== 'string') return
  if (claims.cid !== context.oidc.client?.clientId) {
    const description = 'client is not authorized to revoke the presented token'
    context.status = 400
    context.body = { error: 'invalid_request', error_description: description }
    return
  }
  portal.store.oauth2AccessTokens.revoke(claims.jti, Number(claims.exp) * 1000)
}

/**
 * What an access token says, where it holds.
 *
 * @returns `null` where it doesn't
 */
export async function currentClaims(
  token: string,
  { portal, root }: { portal: Parameters<typeof refusalOf>[1]['portal']; root: string },
): Promise<Record<string, unknown> | null> {
  try {
    const decoded = decodeAccessToken(token)
    const refusal = await refusalOf(decoded, { portal, root, identityService: portalIdentityService })
    const isOver = Number(decoded.claims.exp) * 1000 <= portal.clock.now()
    return refusal === null && !isOver ? decoded.claims : null
  } catch {
    return null
  }
}
