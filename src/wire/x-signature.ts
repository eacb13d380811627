import type { FastifyRequest } from 'fastify'
import { readXSignature, type Signatory, XSignatureError } from '../domain/x-signature.ts'
import { readCookie } from './cookies.ts'
import { EmptyRefusal } from './refusals.ts'

/** The name of the cookie, and of the header, that people show to the identity service. */
export const X_SIGNATURE = 'x-signature'

const NO_SIGNATURE =
  'there is no x-signature: send what GET security/oauth2/token gives, as a cookie or a header; other credentials do not count here'

/**
 * Who is calling the identity service, by the cookie `x-signature` or else the header.
 *
 * @throws EmptyRefusal 403, where there is none, or none that holds for this portal
 */
export function signatoryOf(request: FastifyRequest): Signatory {
  const { headers, portal } = request
  const text = readCookie(headers.cookie, X_SIGNATURE) || headers[X_SIGNATURE]?.toString()
  if (!text) throw new EmptyRefusal(403, NO_SIGNATURE)
  const signatory = read(text, portal.machineKey, portal.clock.now())
  // portals may have a machine key in common, and nothing else
  if (signatory.tenantId !== portal.tenantId) {
    throw new EmptyRefusal(
      403,
      `the x-signature is of another portal: its tenant is ${signatory.tenantId}, this one is ${portal.tenantId}`,
    )
  }
  if (portal.store.users.find(signatory.userId) === undefined) {
    throw new EmptyRefusal(403, `the x-signature is for ${signatory.userId}, who doesn't exist`)
  }
  return signatory
}

function read(text: string, machineKey: string, now: number): Signatory {
  try {
    return readXSignature(text, machineKey, now)
  } catch (error) {
    if (!(error instanceof XSignatureError)) throw error
    throw new EmptyRefusal(403, `the x-signature doesn't hold: ${error.message}`)
  }
}
