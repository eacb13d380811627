import { createHmac } from 'node:crypto'
import { parseGuid } from './guid.ts'
import { decodePart } from './json-web-token.ts'
import { machineConstant } from './machine-constant.ts'
import { sameSecret } from './same-secret.ts'
import { momentText } from './utc-date.ts'

/** How long a signature holds, in seconds. */
const LIFETIME = 300

const HEADER = encode({ alg: 'HS256', typ: 'JWT' })

/** Whom a signature speaks for, and of which portal. */
export interface SignatureSubject {
  userId: string
  userName: string
  email: string
  tenantId: number
  /** Scheme, host and port of the portal. */
  root: string
  isAdmin: boolean
  isGuest: boolean
  /** Whether others than admins may have OAuth2 clients. */
  isPublic: boolean
}

/** What somebody is to the identity service. */
export type SignatureRole = 'ADMIN' | 'USER' | 'GUEST'

/** Whom the identity service takes somebody for. */
export interface Signatory {
  /** Lower-case dashed GUID. */
  userId: string
  tenantId: number
  role: SignatureRole
}

/** A signature that doesn't hold. The message says why, to people. */
export class XSignatureError extends Error {
  override readonly name = 'XSignatureError'
}

/**
 * Makes the JSON Web Token that people show to DocSpace's identity service (`x-signature`), with the claims of the real
 * server's: truth values and numbers are texts in it.
 *
 * @param now milliseconds since 1970, UTC
 * @param lifetime seconds; negative for one that has expired
 */
export function createXSignature(
  subject: SignatureSubject,
  machineKey: string,
  now: number,
  lifetime = LIFETIME,
): string {
  const { userId, userName, email, tenantId, root, isAdmin, isGuest, isPublic } = subject
  const claims = {
    sub: userId,
    user_id: userId,
    user_name: userName,
    user_email: email,
    tenant_id: String(tenantId),
    tenant_url: root,
    is_admin: String(isAdmin),
    is_guest: String(isGuest),
    is_public: String(isPublic),
    exp: Math.floor(now / 1000) + lifetime,
    iss: root,
    aud: root,
  }
  const signed = `${HEADER}.${encode(claims)}`
  return `${signed}.${digestOf(signed, machineKey)}`
}

/**
 * Reads a signature as the identity service does: HS256 and nothing else, not expired, with the claims that say who and
 * where. Who has issued it, and for whom, is ignored.
 *
 * @param now milliseconds since 1970, UTC
 * @throws XSignatureError
 */
export function readXSignature(text: string, machineKey: string, now: number): Signatory {
  const [header = '', payload = '', digest = '', ...rest] = text.split('.')
  if (rest.length > 0 || decodePart(header)?.alg !== 'HS256') throw new XSignatureError('no token signed with HS256')
  if (!sameSecret(digest, digestOf(`${header}.${payload}`, machineKey)))
    throw new XSignatureError('signed with another machine key')
  const claims = decodePart(payload)
  if (claims === null) throw new XSignatureError('its payload is no JSON object')
  if (typeof claims.exp !== 'number') throw new XSignatureError('its exp is no number')
  if (claims.exp * 1000 <= now)
    throw new XSignatureError(`expired at ${momentText(claims.exp * 1000)}: ask for another one`)
  const userId = parseGuid(requireText(claims, 'user_id'))
  if (userId === null) throw new XSignatureError('its user_id is no GUID')
  for (const name of ['user_name', 'user_email', 'tenant_url']) requireText(claims, name)
  const tenantId = Number(claims.tenant_id)
  if (!Number.isSafeInteger(tenantId) || tenantId < 1) throw new XSignatureError('its tenant_id is no tenant')
  return { userId, tenantId, role: roleOf(claims) }
}

function roleOf(claims: Record<string, unknown>): SignatureRole {
  const isTrue = (name: string) => String(claims[name]).toLowerCase() === 'true'
  if (isTrue('is_admin')) return 'ADMIN'
  if (isTrue('is_guest')) return 'GUEST'
  return isTrue('is_public') ? 'USER' : 'GUEST'
}

function requireText(claims: Record<string, unknown>, name: string): string {
  const value = claims[name]
  if (typeof value !== 'string' || value.trim() === '') throw new XSignatureError(`it has no ${name}`)
  return value
}

function digestOf(signed: string, machineKey: string): string {
  return createHmac('sha256', machineConstant(machineKey, 256)).update(signed).digest('base64url')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
