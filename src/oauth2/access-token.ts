import { randomUUID } from 'node:crypto'
import { DomainError } from '../domain/errors.ts'
import { parseGuid } from '../domain/guid.ts'
import { decodePart } from '../domain/json-web-token.ts'
import { momentText } from '../domain/utc-date.ts'
import type { Portal } from '../store/portal.ts'
import { canonicalRoot } from './canonical-root.ts'
import type { IdentityService } from './identity-service.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm, signingKeys } from './signing-keys.ts'

/** How far clocks may be apart, in seconds: tokens hold so much longer and begin so much sooner than they say. */
const CLOCK_SKEW = 120

/** How long a minted token holds unless told otherwise, in seconds. */
const LIFETIME = 3600

const REVOKED = 'revoked, or issued before the portal was reset, restored or recreated'

/** What the header of an access token says that it is. */
export const TOKEN_TYPE = 'JWT'

/** What the address of an issuer has behind that of the portal. */
const ISSUER_PATH = '/oauth2'

/** The issuer of a portal's tokens. */
export function issuerOf(root: string): string {
  return `${root}${ISSUER_PATH}`
}

/** What a token is minted with. */
export interface AccessTokenOptions {
  /** Id of the user that it speaks for. */
  userId: string
  scopes: readonly string[]
  /** Scheme, host and port of the portal as its clients see it, without a slash at the end. */
  root: string
  /** The OAuth2 client that it was given to. */
  clientId?: string
  algorithm?: SigningAlgorithm
  /** Seconds; negative for one that has expired. */
  expiresIn?: number
  /** Claims to add or to put in the place of the usual ones; `undefined` leaves one out. */
  claims?: Record<string, unknown>
}

/** Mints an access token of a portal, with the claims that DocSpace's identity service gives one. */
export async function mintAccessToken(portal: Portal, options: AccessTokenOptions): Promise<string> {
  const { algorithm = 'ES256' } = options
  const [{ SignJWT }, keys] = await Promise.all([import('jose'), signingKeys(portal)])
  const key = keys.find(({ alg }) => alg === algorithm)
  if (key === undefined) throw new TypeError(`no signing key for ${algorithm}`)
  return new SignJWT(accessTokenClaims(portal, options))
    .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: TOKEN_TYPE })
    .sign(key.privateKey)
}

/** The claims of an access token, in the real server's order; it writes its one audience as a string (operations §9). */
export function accessTokenClaims(portal: Portal, options: AccessTokenOptions): Record<string, unknown> {
  const { userId, scopes, root, clientId = 'docspace-mock', expiresIn = LIFETIME } = options
  const now = Math.floor(portal.clock.now() / 1000)
  return {
    sub: userId,
    aud: root,
    nbf: now,
    scope: scopes,
    iss: issuerOf(root),
    exp: now + expiresIn,
    iat: now,
    jti: randomUUID(),
    tid: portal.tenantId,
    cid: clientId,
    ...options.claims,
  }
}

/** A token that has been read but not yet checked. */
export interface DecodedToken {
  token: string
  algorithm: string
  claims: Record<string, unknown>
  /** Whom it speaks for. */
  userId: string
}

/**
 * Reads a JSON Web Token without checking it, and fails in the ways in which the real server fails at one.
 *
 * @param token what stood behind `Bearer `; a blank in front of it is one mistake that the server tells from others
 * @throws DomainError
 */
export function decodeAccessToken(token: string): DecodedToken {
  if (token !== token.trimStart()) throw new DomainError('jwtMalformed', "there are two blanks after 'Bearer'")
  const [head = '', body = '', ...rest] = token.split('.')
  const header = decodePart(head)
  if (header === null) throw new DomainError('jwtHeaderUndecodable', "the token's header is no JSON object")
  if (rest.length > 1) throw new DomainError('jwtEncrypted', 'encrypted tokens are not taken')
  const claims = decodePart(body)
  if (claims === null || (claims.exp !== undefined && typeof claims.exp !== 'number')) {
    throw new DomainError('jwtPayloadUndecodable', "the token's payload is no JSON object, or its exp is no number")
  }
  const userId = typeof claims.sub === 'string' ? parseGuid(claims.sub) : null
  if (userId === null) throw new DomainError('jwtWithoutSubject', "the token's sub is missing or no GUID")
  return { token, algorithm: typeof header.alg === 'string' ? header.alg : 'no algorithm', claims, userId }
}

/**
 * Checks a token's signature, issuer, audience and times.
 *
 * @param root the address of the portal that the request came to
 * @returns why it doesn't hold, or `null` where it does
 * @throws DomainError where the identity service can't be reached
 */
export async function refusalOf(
  { token, algorithm, claims }: DecodedToken,
  { portal, root, identityService }: { portal: Portal; root: string; identityService: IdentityService },
): Promise<string | null> {
  const key = await publicKey(identityService, portal, algorithm, root)
  if (key === undefined) return `signed with ${algorithm}, for which the portal has no key`
  const { jwtVerify } = await import('jose')
  try {
    await jwtVerify(token, key, {
      algorithms: [...SIGNING_ALGORITHMS],
      clockTolerance: CLOCK_SKEW,
      currentDate: new Date(portal.clock.now()),
      requiredClaims: ['exp', 'iss', 'aud'],
    })
    const misdirection = misdirectionOf(claims, root, portal)
    if (misdirection !== null) return misdirection
    return (await identityService.introspect(portal, token)) ? null : REVOKED
  } catch (error) {
    return whyInvalid(error as Error & { code?: string; claim?: string }, claims, root)
  }
}

/** What the library found, in the words of a portal. */
function whyInvalid(
  { code, claim, message }: Error & { code?: string; claim?: string },
  { exp, nbf, iss, aud }: DecodedToken['claims'],
  root: string,
): string {
  if (code === 'ERR_JWT_EXPIRED' && typeof exp === 'number')
    return `expired at ${momentText(exp * 1000)}, by its claim exp`
  if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') return 'its signature is not by a key of this portal'
  if (code !== 'ERR_JWT_CLAIM_VALIDATION_FAILED') return message
  if (claim === 'iss') return elsewhere('iss', iss, issuerOf(root))
  if (claim === 'aud') return elsewhere('aud', aud, root)
  if (claim === 'nbf' && typeof nbf === 'number') return `holds from ${momentText(nbf * 1000)} on, by its claim nbf`
  return message
}

/** Why a token isn't for the portal at an address, whichever of the portal's names the token has; `null`: it is. */
function misdirectionOf({ iss, aud }: DecodedToken['claims'], root: string, portal: Portal): string | null {
  const here = canonicalRoot(root, portal)
  const isHere = (address: unknown) => typeof address === 'string' && canonicalRoot(address, portal) === here
  const issuer = String(iss)
  if (!issuer.endsWith(ISSUER_PATH) || !isHere(issuer.slice(0, -ISSUER_PATH.length))) {
    return elsewhere('iss', iss, issuerOf(root))
  }
  const isForHere = [aud].flat().some((audience) => isHere(String(audience).replace(/\/$/, '')))
  return isForHere ? null : elsewhere('aud', aud, root)
}

function elsewhere(claim: string, found: unknown, expected: string): string {
  const shown = found === undefined ? 'missing' : [found].flat().join(' ')
  return `of another portal, or for another address of this one: its ${claim} is ${shown}, not ${expected}`
}

async function publicKey(identityService: IdentityService, portal: Portal, algorithm: string, root: string) {
  try {
    return await identityService.publicKey(portal, algorithm)
  } catch (error) {
    const reason = `the identity service can't be reached: ${(error as Error).message}`
    throw new DomainError('identityServiceUnreachable', reason, issuerOf(root))
  }
}
