import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  decode,
  type JsonKind,
  kindAt,
  nextEntry,
  type Position,
  positionOf,
  skipBlanks,
  skipString,
  skipValue,
} from './json-bytes.ts'
import { JsonChecker } from './json-checker.ts'

const MAX_DEPTH = 64

/**
 * Reads JSON as strictly as .NET's reader: no comments, no trailing commas. Validation keeps nothing in memory; values
 * are decoded from the bytes when they are used.
 *
 * @param bytes without a byte order mark
 * @param maxDepth how many levels of arrays and objects are read
 * @throws JsonTextError
 * @throws EmptyRefusal 413 if there are too many values
 */
export function readJsonText(bytes: Buffer, maxDepth = MAX_DEPTH): JsonNode {
  new JsonChecker(bytes, maxDepth).check()
  return new JsonNode(bytes, skipBlanks(bytes, 0))
}

/** A value in a valid JSON text. */
export class JsonNode {
  readonly kind: JsonKind
  readonly #bytes: Buffer
  readonly #start: number

  /** @param start the offset of the value */
  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes
    this.#start = start
    this.kind = kindAt(bytes, start)
  }

  /** The end of the first token of the value, which is the position in .NET's errors. */
  get end(): Position {
    const isContainer = this.kind === 'object' || this.kind === 'array'
    return positionOf(this.#bytes, isContainer ? this.#start + 1 : skipValue(this.#bytes, this.#start))
  }

  /** A string, or the text of a number; `null` for other kinds and for strings that aren't valid Unicode. */
  get text(): string | null {
    if (this.kind !== 'string' && this.kind !== 'number') return null
    const end = skipValue(this.#bytes, this.#start)
    return this.kind === 'number'
      ? this.#bytes.toString('latin1', this.#start, end)
      : decode(this.#bytes, this.#start, end)
  }

  /** The items of an array. */
  *items(): Generator<JsonNode, void, void> {
    const bytes = this.#bytes
    let at = skipBlanks(bytes, this.#start + 1)
    while (bytes[at] !== CLOSE_ARRAY) {
      yield new JsonNode(bytes, at)
      at = nextEntry(bytes, skipValue(bytes, at))
    }
  }

  /** The members of an object. */
  *members(): Generator<{ name: string; value: JsonNode }, void, void> {
    const bytes = this.#bytes
    let at = skipBlanks(bytes, this.#start + 1)
    while (bytes[at] !== CLOSE_OBJECT) {
      const end = skipString(bytes, at)
      const value = skipBlanks(bytes, skipBlanks(bytes, end) + 1)
      yield { name: decode(bytes, at, end) ?? '', value: new JsonNode(bytes, value) }
      at = nextEntry(bytes, skipValue(bytes, value))
    }
  }
}
