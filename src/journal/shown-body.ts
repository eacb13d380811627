import { type KeptBody, MAX_BODY } from './entry.ts'
import { textOf } from './lines.ts'
import { MASK, maskedBody } from './masks.ts'

/** What may be the beginning of a token, at the end of a text. */
const CUT_TOKEN = /(?<![\w+/=.~%-])[\w+/=.~%-]{16,1000}$/

/**
 * A body as it may be shown, and how many bytes it had. The end of one that was cut may be half of a secret, which looks
 * like none.
 *
 * @returns `null` where it went by unseen
 */
export function shownBody(body: KeptBody): { body: string; bodySize: number } | null {
  const text = textOf(body)
  if (text === null) return null
  const bodySize = body.size ?? Buffer.byteLength(body.content ?? '')
  return { body: maskedBody(bodySize > MAX_BODY ? text.replace(CUT_TOKEN, MASK) : text), bodySize }
}
