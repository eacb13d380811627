import { importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { type SigningAlgorithm, signingKeys } from '../../src/oauth2/signing-keys.ts'
import type { Portal } from '../../src/store/portal.ts'

/** Signs any claims with a portal's own key, under any header. */
export async function sign(
  portal: Portal,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
  algorithm: SigningAlgorithm = 'ES256',
): Promise<string> {
  const key = (await signingKeys(portal)).find(({ alg }) => alg === algorithm)
  if (key === undefined) throw new Error(`no key for ${algorithm}`)
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, ...header }).sign(key.privateKey)
}

/** Signs claims with a shared secret. */
export function signWithSecret(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32))
}

/** Claims that nobody has signed. */
export function unsigned(claims: Record<string, unknown>): string {
  return new UnsecuredJWT(claims).encode()
}

/** Signs claims with a portal's published RSA key as a shared secret: an attack that has worked elsewhere. */
export async function signWithPublicKey(portal: Portal, claims: Record<string, unknown>): Promise<string> {
  const key = (await signingKeys(portal)).find(({ alg }) => alg === 'RS256')
  const secret = await importJWK({ kty: 'oct', k: key?.publicJwk.n ?? '' }, 'HS256')
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
}

/** Puts text that is no token's into a token's form. */
export function shaped(header: unknown, payload: unknown, ...rest: string[]): string {
  const encode = (part: unknown) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  return [encode(header), encode(payload), ...(rest.length > 0 ? rest : ['c2ln'])].join('.')
}
