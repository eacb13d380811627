import type { KoaContextWithOIDC } from 'oidc-provider'
import { claimsOf } from '../oauth2/claims-of.ts'
import { signingKeys } from '../oauth2/signing-keys.ts'
import type { Portal } from '../store/portal.ts'
import { askedBy } from './asked.ts'
import { portalTime } from './portal-time.ts'

/** Writes ID tokens anew where the portal's clock isn't the machine's, by which the provider has written them. */
export async function idTokensInPortalTime(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  const answer = context.body as { id_token?: string } | undefined
  if (typeof answer?.id_token !== 'string') return
  const { portal } = askedBy(context).request
  const time = portalTime(portal)
  if (time.isMachines) return
  answer.id_token = await sign(time.toPortal(claimsOf(answer.id_token)), answer.id_token, portal)
  context.body = answer
}

async function sign(claims: Record<string, unknown>, original: string, portal: Portal): Promise<string> {
  const { decodeProtectedHeader, SignJWT } = await import('jose')
  const header = decodeProtectedHeader(original)
  const key = (await signingKeys(portal)).find(({ kid }) => kid === header.kid)
  if (key === undefined) throw new TypeError(`no signing key ${header.kid}`)
  return new SignJWT(claims).setProtectedHeader({ ...header, alg: key.alg }).sign(key.privateKey)
}
