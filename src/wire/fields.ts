import { toJson } from './json.ts'
import type { Query } from './query.ts'

/**
 * Which members of `response` a request wants to see: the query parameter `fields[]`, else `fields`, of which a single
 * one may be a list with commas.
 *
 * @returns `undefined` where it wants all of them
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
  const select = (item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? selectFields(item, fields) : item
  return toJson(Array.isArray(value) ? value.map(select) : select(value))
}

/**
 * Leaves out the members that weren't asked for. Names are compared exactly; `a.b` selects the member `b` of `a`, and
 * keeps `a` whole where it isn't an object.
 */
export function selectFields(value: object, fields: readonly string[]): object {
  const kept = Object.entries(value).flatMap(([name, member]) => {
    if (fields.includes(name)) return [[name, member]]
    const nested = fields.filter((field) => field.startsWith(`${name}.`)).map((field) => field.slice(name.length + 1))
    if (nested.length === 0) return []
    const isObject = typeof member === 'object' && member !== null && !Array.isArray(member)
    return [[name, isObject ? selectFields(member, nested) : member]]
  })
  return Object.fromEntries(kept)
}
