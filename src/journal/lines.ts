import { unpackNow } from '../store/packed-image.ts'
import type { KeptBody } from './entry.ts'

/** Header lines, out of names and values in turn; a value may be that of several lines. */
export function* headerLines(headers: readonly unknown[]): Generator<[name: string, value: string]> {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    for (const value of [headers[i + 1]].flat()) yield [String(headers[i]), String(value)]
  }
}

/** The text of a body, unmasked; `null`: nobody has seen it. */
export function textOf({ content, isPacked }: KeptBody): string | null {
  if (content === null) return null
  return isPacked ? unpackNow(content as Buffer).toString() : content.toString()
}
