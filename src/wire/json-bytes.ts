import { isUtf8 } from 'node:buffer'

/** A place in a text: its line and the byte in that line, both counted from 0. */
export interface Position {
  line: number
  byte: number
}

export const QUOTE = 0x22
export const COMMA = 0x2c
export const COLON = 0x3a
export const BACKSLASH = 0x5c
export const LETTER_U = 0x75
export const OPEN_ARRAY = 0x5b
export const CLOSE_ARRAY = 0x5d
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d

/** Kinds of JSON values by their first byte, except numbers. */
const kinds = {
  [OPEN_OBJECT]: 'object',
  [OPEN_ARRAY]: 'array',
  [QUOTE]: 'string',
  116: 'true',
  102: 'false',
  110: 'null',
} as const

export type JsonKind = (typeof kinds)[keyof typeof kinds] | 'number'

export const MINUS = 0x2d
export const PLUS = 0x2b
export const POINT = 0x2e
export const ZERO = 0x30
export const CAPITAL_E = 0x45
export const SMALL_E = 0x65

/** The bytes of `\u0041`. */
export const LONGEST_ESCAPE = 6

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39
}

export function isHexDigit(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

/** Whether a byte may be part of a number. */
export function isOfNumber(byte: number | undefined): boolean {
  return isDigit(byte) || byte === MINUS || byte === PLUS || byte === POINT || byte === CAPITAL_E || byte === SMALL_E
}

/** The kind of the value that begins at an offset. */
export function kindAt(bytes: Buffer, at: number): JsonKind {
  return kinds[bytes[at] as keyof typeof kinds] ?? 'number'
}

export function positionOf(bytes: Buffer, at: number): Position {
  let line = 0
  let lineStart = 0
  for (let i = 0; i < at; i += 1) {
    if (bytes[i] !== 0x0a) continue
    line += 1
    lineStart = i + 1
  }
  return { line, byte: at - lineStart }
}

export function skipBlanks(bytes: Buffer, start: number): number {
  let at = start
  for (;;) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return at
    at += 1
  }
}

/** The offset after a valid string. */
export function skipString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at + 1
}

export function skipNumber(bytes: Buffer, start: number): number {
  let at = start
  while (isOfNumber(bytes[at])) at += 1
  return at
}

/** The offset after a valid value. */
export function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start]
  if (first === QUOTE) return skipString(bytes, start)
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) {
    const kind = kindAt(bytes, start)
    return kind === 'number' ? skipNumber(bytes, start) : start + kind.length
  }
  let depth = 1
  let at = start + 1
  while (depth > 0) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = skipString(bytes, at)
      continue
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1
    at += 1
  }
  return at
}

/** The offset of the next entry, or of the closing bracket. */
export function nextEntry(bytes: Buffer, end: number): number {
  const at = skipBlanks(bytes, end)
  return bytes[at] === COMMA ? skipBlanks(bytes, at + 1) : at
}

/** The text of a valid string; `null` if it isn't valid Unicode. */
export function decode(bytes: Buffer, start: number, end: number): string | null {
  let isPlain = true
  let isAscii = true
  for (let at = start + 1; at < end - 1; at += 1) {
    const byte = bytes[at] as number
    if (byte === BACKSLASH) isPlain = false
    else if (byte >= 0x80) isAscii = false
  }
  if (!isAscii && !isUtf8(bytes.subarray(start, end))) return null
  if (!isPlain) return JSON.parse(bytes.toString('utf8', start, end))
  return isAscii ? bytes.toString('latin1', start + 1, end - 1) : bytes.toString('utf8', start + 1, end - 1)
}
