import type { RandomBytes } from './random.ts'

const ALPHABET = '5XzpDt6wZRdsTrJkSY_cgPyxN4j-fnb9WKBF8vh3GH72QqmLVCM'
const LENGTH = 15

/** Makes the key of a short link: fifteen characters of DocSpace's alphabet. */
export function createShortLinkKey(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
