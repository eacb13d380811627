import {
  BACKSLASH,
  CAPITAL_E,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  decode,
  isDigit,
  isHexDigit,
  isOfNumber,
  kindAt,
  LETTER_U,
  LONGEST_ESCAPE,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  PLUS,
  POINT,
  type Position,
  positionOf,
  QUOTE,
  SMALL_E,
  skipBlanks,
  skipNumber,
  skipString,
  ZERO,
} from './json-bytes.ts'
import { EmptyRefusal } from './refusals.ts'

/** A text isn't valid JSON, with the message of .NET's reader. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
  /** The member that was being read, such as `$.expiration`. */
  readonly path: string
  readonly position: Position

  constructor(message: string, path: string, position: Position) {
    super(message)
    this.path = path
    this.position = position
  }
}

/** The maximum number of values in a text, which bounds the time to read it. Operations use a few dozen at most. */
const MAX_VALUES = 10_000

/** Validates a text. The position of an error is computed only when there is one. */
export class JsonChecker {
  readonly #bytes: Buffer
  readonly #maxDepth: number
  #values = 0
  /** For each open array the index of its item, for each open object the offset of the name of its member. */
  readonly #path: number[] = []
  #at = 0

  constructor(bytes: Buffer, maxDepth: number) {
    this.#bytes = bytes
    this.#maxDepth = maxDepth
  }

  check(): void {
    this.#value(1)
    this.#skipBlanks()
    if (this.#at < this.#bytes.length) {
      throw this.#error(`'${this.#shown()}' is invalid after a single JSON value. Expected end of data.`)
    }
  }

  #value(depth: number): void {
    this.#values += 1
    if (this.#values > MAX_VALUES) throw new EmptyRefusal(413, `the body has more than ${MAX_VALUES} values`)
    this.#skipBlanks()
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw this.#unfinished()
    if (byte === QUOTE) this.#string()
    else if (byte === MINUS || isDigit(byte)) this.#number()
    else if (byte === OPEN_OBJECT) this.#object(depth)
    else if (byte === OPEN_ARRAY) this.#array(depth)
    else this.#literal()
  }

  #object(depth: number): void {
    this.#enter(depth)
    this.#skipBlanks()
    while (this.#bytes[this.#at] !== CLOSE_OBJECT) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw this.#unfinished()
      if (byte !== QUOTE) {
        throw this.#error(`'${this.#shown()}' is an invalid start of a property name. Expected a '"'.`)
      }
      const name = this.#at
      this.#string()
      this.#path.push(name)
      this.#skipBlanks()
      if (this.#bytes[this.#at] !== COLON) {
        if (this.#at >= this.#bytes.length) throw this.#unfinished()
        throw this.#error(`'${this.#shown()}' is invalid after a property name. Expected a ':'.`)
      }
      this.#at += 1
      this.#value(depth + 1)
      this.#path.pop()
      this.#separator(CLOSE_OBJECT, 'object')
    }
    this.#at += 1
  }

  #array(depth: number): void {
    this.#enter(depth)
    this.#skipBlanks()
    let index = 0
    while (this.#bytes[this.#at] !== CLOSE_ARRAY) {
      // negative, unlike the offset of a name
      this.#path.push(-1 - index)
      this.#value(depth + 1)
      this.#path.pop()
      index += 1
      this.#separator(CLOSE_ARRAY, 'array')
    }
    this.#at += 1
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) {
      throw this.#error(`The maximum configured depth of ${this.#maxDepth} has been exceeded.`)
    }
    this.#at += 1
  }

  /** Skips the comma after a member or an item, unless it is the last. */
  #separator(close: number, what: string): void {
    this.#skipBlanks()
    const byte = this.#bytes[this.#at]
    if (byte === close) return
    if (byte === undefined) throw this.#unfinished()
    if (byte !== COMMA) {
      throw this.#error(`'${this.#shown()}' is invalid after a value. Expected either ',', '}', or ']'.`)
    }
    this.#at += 1
    this.#skipBlanks()
    if (this.#bytes[this.#at] === close) {
      const mode = 'which is not supported in this mode. Change the reader options.'
      throw this.#error(`The JSON ${what} contains a trailing comma at the end ${mode}`)
    }
  }

  #string(): void {
    this.#at += 1
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw this.#error('Expected end of string, but instead reached end of data.')
      if (byte === QUOTE) break
      if (byte < 0x20) {
        const rule = 'is invalid within a JSON string. The string should be correctly escaped.'
        throw this.#error(`'0x${byte.toString(16).toUpperCase().padStart(2, '0')}' ${rule}`)
      }
      if (byte === BACKSLASH) this.#escape()
      else this.#at += 1
    }
    this.#at += 1
  }

  #escape(): void {
    const byte = this.#bytes[this.#at + 1]
    if (byte === LETTER_U) {
      for (let i = 2; i < LONGEST_ESCAPE; i += 1) {
        if (!isHexDigit(this.#bytes[this.#at + i])) throw this.#wrongEscape()
      }
      this.#at += LONGEST_ESCAPE
    } else if (isEscapable(byte)) this.#at += 2
    else throw this.#wrongEscape()
  }

  #wrongEscape(): JsonTextError {
    const rest = this.#bytes.toString('latin1', this.#at + 1, this.#at + LONGEST_ESCAPE)
    if (rest.startsWith('u')) {
      const digit = /[^0-9a-f]/i.exec(rest.slice(1))?.[0] ?? ''
      return this.#error(`'${digit}' is not a hex digit following '\\u' within a JSON string.`)
    }
    return this.#error(`'${rest.charAt(0)}' is an invalid escapable character within a JSON string.`)
  }

  #number(): void {
    const start = this.#at
    const isValid = this.#wholePart() && this.#fraction() && this.#exponent()
    if (isValid && !isOfNumber(this.#bytes[this.#at])) return
    this.#at = skipNumber(this.#bytes, start)
    const last = String.fromCharCode(this.#bytes[this.#at - 1] as number)
    throw this.#error(`'${last}' is an invalid end of a number. Expected a delimiter.`)
  }

  #wholePart(): boolean {
    if (this.#bytes[this.#at] === MINUS) this.#at += 1
    if (this.#bytes[this.#at] !== ZERO) return this.#digits()
    this.#at += 1
    return true
  }

  #fraction(): boolean {
    if (this.#bytes[this.#at] !== POINT) return true
    this.#at += 1
    return this.#digits()
  }

  #exponent(): boolean {
    const byte = this.#bytes[this.#at]
    if (byte !== CAPITAL_E && byte !== SMALL_E) return true
    this.#at += 1
    const sign = this.#bytes[this.#at]
    if (sign === PLUS || sign === MINUS) this.#at += 1
    return this.#digits()
  }

  /** @returns whether there is at least one */
  #digits(): boolean {
    const start = this.#at
    while (isDigit(this.#bytes[this.#at])) this.#at += 1
    return this.#at > start
  }

  #literal(): void {
    const literal = kindAt(this.#bytes, this.#at)
    if (literal === 'number') throw this.#error(`'${this.#shown()}' is an invalid start of a value.`)
    for (let i = 1; i < literal.length; i += 1) {
      if (this.#bytes[this.#at + i] === literal.charCodeAt(i)) continue
      const given = this.#bytes.toString('latin1', this.#at, this.#at + literal.length)
      throw this.#error(`'${given}' is an invalid JSON literal. Expected the literal '${literal}'.`)
    }
    this.#at += literal.length
  }

  #skipBlanks(): void {
    this.#at = skipBlanks(this.#bytes, this.#at)
  }

  /** The next character, for messages. */
  #shown(): string {
    const byte = this.#bytes[this.#at] as number
    return byte < 0x80 ? String.fromCharCode(byte) : `0x${byte.toString(16).toUpperCase()}`
  }

  #unfinished(): JsonTextError {
    if (this.#at === 0) return this.#error('The input does not contain any JSON tokens.')
    const open = 'There is an open JSON object or array that should be closed.'
    return this.#error(`Expected depth to be zero at the end of the JSON payload. ${open}`)
  }

  #error(message: string): JsonTextError {
    const path = this.#path.map((place) => (place < 0 ? `[${-1 - place}]` : `.${this.#nameAt(place)}`))
    return new JsonTextError(message, `$${path.join('')}`, positionOf(this.#bytes, this.#at))
  }

  #nameAt(place: number): string {
    return decode(this.#bytes, place, skipString(this.#bytes, place)) ?? ''
  }
}

const escapable = new Set(Buffer.from('"\\/bfnrt'))

function isEscapable(byte: number | undefined): boolean {
  return byte !== undefined && escapable.has(byte)
}
