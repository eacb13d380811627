const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Reads Base64 as .NET's `Convert.FromBase64String` does: white space is skipped, padding must be complete, and the
 * URL-safe alphabet is refused.
 *
 * @returns the bytes, or `null` where the text is no Base64
 */
export function decodeBase64(text: string): Buffer | null {
  const packed = text.replace(/[ \t\r\n]/g, '')
  if (packed.length % 4 !== 0 || !ALPHABET.test(packed)) return null
  return Buffer.from(packed, 'base64')
}
