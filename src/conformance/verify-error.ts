/** A verification that can't begin. The message says why. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError'
}
