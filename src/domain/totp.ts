/**
 * Whether a code is what an authenticator app shows: six digits, another every thirty seconds. That of the period before
 * or after is taken too, since clocks differ.
 *
 * @param secret the key in the app, in Base32
 * @param now milliseconds since 1970, UTC
 */
export async function isTotp(code: string, secret: string, now: number): Promise<boolean> {
  const { Secret, TOTP } = await import('otpauth')
  const delta = TOTP.validate({ token: code, secret: Secret.fromBase32(secret), timestamp: now, window: 1, digits: 6 })
  return delta !== null
}
