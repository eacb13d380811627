import type { FastifyRequest } from 'fastify'
import { EmployeeType } from '../domain/employee-type.ts'
import { readXSignature, type Signatory, XSignatureError } from '../domain/x-signature.ts'
import type { StoredUser } from '../store/users.ts'
import { readCookie } from '../wire/cookies.ts'
import { queryOf } from '../wire/query.ts'
import { EmptyRefusal } from '../wire/refusals.ts'
import { SESSION_COOKIE } from './credentials.ts'
import { isAccepted } from './guard.ts'
import { sessionVerdict } from './session-token.ts'

/** The name of the cookie, and of the header, that callers show to the identity service. */
export const X_SIGNATURE = 'x-signature'

/** Where SDKs put an `x-signature` although a real portal doesn't read it there. */
export type SignaturePlace = 'namelessCookie' | 'query' | 'sessionCookie'

const placeNames: Record<SignaturePlace, string> = {
  namelessCookie: 'a cookie without a name',
  query: `the query parameter ${X_SIGNATURE}`,
  sessionCookie: `the cookie ${SESSION_COOKIE}`,
}

const NO_SIGNATURE = `no ${X_SIGNATURE} was sent: get one with GET security/oauth2/token; other credentials do not count here`

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * The caller of the identity service, by the cookie `x-signature`, else by the header (facts P12). The profile
 * `documented` also reads what SDKs send instead: a nameless cookie, a query parameter, the cookie of a session.
 *
 * @throws EmptyRefusal 403, without a signature that is valid for this portal
 */
export function signatoryOf(request: FastifyRequest): Signatory {
  const text = usualSignature(request)
  if (text) return signatoryBy(text, request)
  const found = tolerantSignature(request)
  const isTolerant = request.profile.credentials === 'any'
  if (found === null || (!isTolerant && !JWT.test(found.text))) {
    throw new EmptyRefusal(403, NO_SIGNATURE)
  }
  if (!isTolerant) {
    const place = placeNames[found.place]
    throw new EmptyRefusal(403, `the ${X_SIGNATURE} is in ${place}: send it as the cookie or header ${X_SIGNATURE}`)
  }
  const isSession = found.place === 'sessionCookie' && !JWT.test(found.text)
  return isSession ? signatoryOfSession(found.text, request) : signatoryBy(found.text, request)
}

/** Where the signature of a request is, if only the profile `documented` reads it there; `null` otherwise. */
export function tolerantSignaturePlace(request: FastifyRequest): SignaturePlace | null {
  return usualSignature(request) ? null : (tolerantSignature(request)?.place ?? null)
}

function usualSignature({ headers }: FastifyRequest): string | undefined {
  return readCookie(headers.cookie, X_SIGNATURE) || headers[X_SIGNATURE]?.toString()
}

function tolerantSignature(request: FastifyRequest): { text: string; place: SignaturePlace } | null {
  const cookies = request.headers.cookie?.trim()
  if (cookies !== undefined && JWT.test(cookies)) return { text: cookies, place: 'namelessCookie' }
  const parameter = queryOf(request).first(X_SIGNATURE)
  if (parameter) return { text: parameter, place: 'query' }
  const session = readCookie(cookies, SESSION_COOKIE)
  return session ? { text: session, place: 'sessionCookie' } : null
}

function signatoryBy(text: string, { portal }: FastifyRequest): Signatory {
  const signatory = read(text, portal.machineKey, portal.clock.now())
  // portals may have a machine key in common, and nothing else
  if (signatory.tenantId !== portal.tenantId) {
    const tenants = `its tenant is ${signatory.tenantId}, this one is ${portal.tenantId}`
    throw new EmptyRefusal(403, `the ${X_SIGNATURE} is of another portal: ${tenants}`)
  }
  if (portal.store.users.find(signatory.userId) === undefined) {
    throw new EmptyRefusal(403, `the ${X_SIGNATURE} is for ${signatory.userId}, who doesn't exist`)
  }
  return signatory
}

function read(text: string, machineKey: string, now: number): Signatory {
  try {
    return readXSignature(text, machineKey, now)
  } catch (error) {
    if (!(error instanceof XSignatureError)) throw error
    throw new EmptyRefusal(403, `the ${X_SIGNATURE} is invalid: ${error.message}`)
  }
}

function signatoryOfSession(token: string, { portal }: FastifyRequest): Signatory {
  const verdict = sessionVerdict(token, portal)
  if (isAccepted(verdict)) return { userId: verdict.user.id, tenantId: portal.tenantId, role: roleOf(verdict.user) }
  throw new EmptyRefusal(403, `no ${X_SIGNATURE} was sent, and the session token is invalid: ${verdict.refused}`)
}

function roleOf({ type }: StoredUser): Signatory['role'] {
  if (type === EmployeeType.DocSpaceAdmin) return 'ADMIN'
  return type === EmployeeType.Guest ? 'GUEST' : 'USER'
}
