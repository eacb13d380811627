/**
 * Reads the header or the payload of a JSON Web Token, which proves nothing of it.
 *
 * @returns `null` where it is no JSON object in Base64
 */
export function decodePart(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
