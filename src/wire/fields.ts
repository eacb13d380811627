import { toJson } from './json.ts'
import type { Query } from './query.ts'

/**
 * Which members of `response` a request asks for: the query parameter `fields[]`, else `fields`, of which a single
 * one may be a list with commas.
 *
 * @returns `undefined` where it asks for all of them
 */
export function readFields(query: Query): readonly string[] | undefined {
  const listed = query.all('fields[]')
  if (listed !== undefined) return listed
  const fields = query.all('fields')
  return fields?.length === 1 ? fields.flatMap((value) => value.split(',')) : fields
}

/**
 * Leaves out of a result what wasn't asked for: of an object, and of each object in a list. Texts and numbers stay.
 *
 * @param response as JSON text
 */
export function selectInResponse(response: string, fields: readonly string[]): string {
  const value: unknown = JSON.parse(response)
  const selection = new Selection(fields)
  const select = (item: unknown) => (isObject(item) ? selection.of(item) : item)
  return toJson(Array.isArray(value) ? value.map(select) : select(value))
}

/**
 * Leaves out the members that weren't asked for. Names are compared exactly; `a.b` selects the member `b` of `a`, and
 * keeps `a` whole where it isn't an object.
 */
export function selectFields(value: object, fields: readonly string[]): object {
  return new Selection(fields).of(value)
}

/** A tree of fields, in which those of a member are found in constant time. */
class Selection {
  readonly #fields: ReadonlySet<string>
  /** The rest of fields after their first dot, by the part before it. */
  readonly #below = new Map<string, string[]>()
  readonly #selections = new Map<string, Selection | null>()

  constructor(fields: readonly string[]) {
    this.#fields = new Set(fields)
    for (const field of this.#fields) {
      const dot = field.indexOf('.')
      if (dot === -1) continue
      const [name, rest] = [field.slice(0, dot), field.slice(dot + 1)]
      const below = this.#below.get(name)
      if (below === undefined) this.#below.set(name, [rest])
      else below.push(rest)
    }
  }

  of(value: object): object {
    const kept: [name: string, member: unknown][] = []
    for (const [name, member] of Object.entries(value)) {
      if (this.#fields.has(name)) kept.push([name, member])
      else {
        const selection = this.#selectionBelow(name)
        if (selection !== null) kept.push([name, isObject(member) ? selection.of(member) : member])
      }
    }
    return Object.fromEntries(kept)
  }

  /** The fields of a member to keep; `null`: none. */
  #selectionBelow(name: string): Selection | null {
    let selection = this.#selections.get(name)
    if (selection === undefined) {
      const below = name.includes('.') ? this.#behind(`${name}.`) : this.#below.get(name)
      selection = below === undefined || below.length === 0 ? null : new Selection(below)
      this.#selections.set(name, selection)
    }
    return selection
  }

  /** The rest of fields after a member name that contains a dot, as in validation errors. */
  #behind(prefix: string): string[] {
    return [...this.#fields].filter((field) => field.startsWith(prefix)).map((field) => field.slice(prefix.length))
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
