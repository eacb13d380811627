import type { Verification, VerifyOptions } from './conformance/verify.ts'

/**
 * Sends the conformance cases to a portal and compares what it answers, as the command `verify` does. Loaded when it
 * is first called: a server needs none of it.
 *
 * @throws VerifyError where the portal can't be reached, or refuses a credential that was given
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const conformance = await import('./conformance/verify.ts')
  return conformance.verify(options)
}
