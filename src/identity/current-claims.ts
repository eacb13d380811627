import { decodeAccessToken, refusalOf } from '../oauth2/access-token.ts'
import { portalIdentityService } from '../oauth2/identity-service.ts'
import type { Portal } from '../store/portal.ts'

/**
 * What an access token says, where it holds.
 *
 * @returns `null` where it doesn't
 */
export async function currentClaims(
  token: string,
  { portal, root }: { portal: Portal; root: string },
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
