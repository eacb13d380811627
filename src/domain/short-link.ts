const ALPHABET = '5XzpDt6wZRdsTrJkSY_cgPyxN4j-fnb9WKBF8vh3GH72QqmLVCM'
const LENGTH = 15

/** Gives so many random bytes. A test's gives the same ones again. */
export type RandomBytes = (count: number) => Uint8Array

/** Makes the key of a short link: fifteen characters of DocSpace's alphabet. */
export function createShortLinkKey(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
