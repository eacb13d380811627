/** A place in a text: its line and the byte in that line, both counted from 0. */
export interface Position {
  line: number
  byte: number
}

/** A JSON value, with where the token ends that it begins with, which is the place that .NET names in its errors. */
export type JsonNode =
  | { kind: 'object'; end: Position; members: readonly { name: string; value: JsonNode }[] }
  | { kind: 'array'; end: Position; items: readonly JsonNode[] }
  /** @property text `null`: it is no valid Unicode */
  | { kind: 'string'; end: Position; text: string | null }
  | { kind: 'number'; end: Position; text: string }
  | { kind: 'true' | 'false' | 'null'; end: Position }

/** A text that is no JSON, in the words of .NET's reader. */
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

const MAX_DEPTH = 64
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads JSON as strictly as .NET's reader: no comments, no comma before a closing bracket.
 *
 * @param bytes without a byte order mark
 * @throws JsonTextError
 */
export function readJsonText(bytes: Buffer): JsonNode {
  const reader = new Reader(bytes)
  const value = reader.value('$', 1)
  reader.end()
  return value
}

class Reader {
  readonly #bytes: Buffer
  #at = 0
  #line = 0
  #lineStart = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  value(path: string, depth: number): JsonNode {
    this.#skipBlanks()
    const character = this.#peek()
    if (character === '') throw this.#unfinished(path, depth)
    if (character === '{' || character === '[') {
      if (depth > MAX_DEPTH) throw this.#error(`The maximum configured depth of ${MAX_DEPTH} has been exceeded.`, path)
      return character === '{' ? this.#object(path, depth) : this.#array(path, depth)
    }
    if (character === '"') return { kind: 'string', ...this.#string(path) }
    if (/[-\d]/.test(character)) return this.#number(path)
    for (const literal of ['true', 'false', 'null'] as const) {
      if (character === literal[0]) return this.#literal(literal, path)
    }
    throw this.#error(`'${character}' is an invalid start of a value.`, path)
  }

  end(): void {
    this.#skipBlanks()
    const character = this.#peek()
    if (character === '') return
    throw this.#error(`'${character}' is invalid after a single JSON value. Expected end of data.`, '$')
  }

  #object(path: string, depth: number): JsonNode {
    this.#at += 1
    const end = this.#position()
    const members: { name: string; value: JsonNode }[] = []
    this.#skipBlanks()
    while (this.#peek() !== '}') {
      if (this.#peek() === '') throw this.#unfinished(path, depth)
      if (this.#peek() !== '"') {
        throw this.#error(`'${this.#peek()}' is an invalid start of a property name. Expected a '"'.`, path)
      }
      const name = this.#string(path).text ?? ''
      const inner = `${path}.${name}`
      this.#skipBlanks()
      if (this.#peek() === '') throw this.#unfinished(inner, depth)
      if (this.#peek() !== ':') {
        throw this.#error(`'${this.#peek()}' is invalid after a property name. Expected a ':'.`, inner)
      }
      this.#at += 1
      members.push({ name, value: this.value(inner, depth + 1) })
      this.#separator('}', 'object', path, depth)
    }
    this.#at += 1
    return { kind: 'object', end, members }
  }

  #array(path: string, depth: number): JsonNode {
    this.#at += 1
    const end = this.#position()
    const items: JsonNode[] = []
    this.#skipBlanks()
    while (this.#peek() !== ']') {
      items.push(this.value(`${path}[${items.length}]`, depth + 1))
      this.#separator(']', 'array', path, depth)
    }
    this.#at += 1
    return { kind: 'array', end, items }
  }

  /** Goes past the comma behind a member or an item, if it isn't the last. */
  #separator(close: string, what: string, path: string, depth: number): void {
    this.#skipBlanks()
    const character = this.#peek()
    if (character === close) return
    if (character === '') throw this.#unfinished(path, depth)
    if (character !== ',') {
      throw this.#error(`'${character}' is invalid after a value. Expected either ',', '}', or ']'.`, path)
    }
    this.#at += 1
    this.#skipBlanks()
    if (this.#peek() === close) {
      const mode = 'which is not supported in this mode. Change the reader options.'
      throw this.#error(`The JSON ${what} contains a trailing comma at the end ${mode}`, path)
    }
  }

  #string(path: string): { text: string | null; end: Position } {
    const start = this.#at
    this.#at += 1
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) {
        throw this.#error('Expected end of string, but instead reached end of data.', path)
      }
      if (byte === 0x22) break
      if (byte < 0x20) {
        const shown = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
        const rule = 'is invalid within a JSON string. The string should be correctly escaped.'
        throw this.#error(`'${shown}' ${rule}`, path)
      }
      this.#at += byte === 0x5c ? this.#escape(path) : 1
    }
    this.#at += 1
    return { text: decode(this.#bytes.subarray(start, this.#at)), end: this.#position() }
  }

  /** The length of the escape that begins here. */
  #escape(path: string): number {
    const rest = this.#bytes.subarray(this.#at + 1, this.#at + 6).toString('latin1')
    if (/^["\\/bfnrt]/.test(rest)) return 2
    if (/^u[0-9a-f]{4}/i.test(rest)) return 6
    const wrong = rest.charAt(0)
    if (wrong === 'u') {
      const digit = /[^0-9a-f]/i.exec(rest.slice(1))?.[0] ?? ''
      throw this.#error(`'${digit}' is not a hex digit following '\\u' within a JSON string.`, path)
    }
    throw this.#error(`'${wrong}' is an invalid escapable character within a JSON string.`, path)
  }

  #number(path: string): JsonNode {
    const start = this.#at
    while (/[-+.\deE]/.test(this.#peek())) this.#at += 1
    const text = this.#bytes.subarray(start, this.#at).toString('latin1')
    const end = this.#position()
    if (NUMBER.test(text)) return { kind: 'number', text, end }
    throw this.#error(`'${text.at(-1)}' is an invalid end of a number. Expected a delimiter.`, path)
  }

  #literal(literal: 'true' | 'false' | 'null', path: string): JsonNode {
    const given = this.#bytes.subarray(this.#at, this.#at + literal.length).toString('latin1')
    if (given !== literal) {
      throw this.#error(`'${given}' is an invalid JSON literal. Expected the literal '${literal}'.`, path)
    }
    this.#at += literal.length
    return { kind: literal, end: this.#position() }
  }

  #peek(): string {
    const byte = this.#bytes[this.#at]
    return byte === undefined ? '' : byte < 0x80 ? String.fromCharCode(byte) : `0x${byte.toString(16).toUpperCase()}`
  }

  #skipBlanks(): void {
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return
      this.#at += 1
      if (byte === 0x0a) {
        this.#line += 1
        this.#lineStart = this.#at
      }
    }
  }

  #position(): Position {
    return { line: this.#line, byte: this.#at - this.#lineStart }
  }

  #unfinished(path: string, depth: number): JsonTextError {
    if (depth > 1 || this.#at > 0) {
      const open = 'There is an open JSON object or array that should be closed.'
      return this.#error(`Expected depth to be zero at the end of the JSON payload. ${open}`, path)
    }
    return this.#error('The input does not contain any JSON tokens.', path)
  }

  #error(message: string, path: string): JsonTextError {
    return new JsonTextError(message, path, this.#position())
  }
}

function decode(literal: Buffer): string | null {
  try {
    return JSON.parse(UTF8.decode(literal))
  } catch {
    return null
  }
}
