/** What a JSON Web Token says, or nothing where it is none. It is not checked. */
export function claimsOf(token: string): Record<string, unknown> {
  return decodeObject(token.split('.')[1] ?? '') ?? {}
}

/** Reads one part of a JSON Web Token; `null` where it is no JSON object. */
export function decodeObject(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
