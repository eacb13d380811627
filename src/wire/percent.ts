import { isUtf8 } from 'node:buffer'

/**
 * Decodes percent-encoded UTF-8. What is no valid encoding stays as it is, byte by byte, instead of being an error.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun)
}

function decodeRun(run: string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
  return isUtf8(bytes) ? bytes.toString() : decodePieces(run, bytes)
}

/** Decodes the valid characters in a run of escapes that isn't valid as a whole. */
function decodePieces(run: string, bytes: Buffer): string {
  const pieces: string[] = []
  let at = 0
  while (at < bytes.length) {
    const length = characterLength(bytes, at)
    const next = at + (length || 1)
    pieces.push(length === 0 ? run.slice(ESCAPE * at, ESCAPE * next) : bytes.toString('utf8', at, next))
    at = next
  }
  return pieces.join('')
}

/** The length of `%41`. */
const ESCAPE = 3

/** The length of the character at an offset, in bytes; 0: there is no valid one. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0
}
