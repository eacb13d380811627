import type { Exchange } from './entry.ts'
import { headerLines, textOf } from './lines.ts'
import { maskedMember } from './masks.ts'

/** What a parameter or a header has to be: `null`: it must not be there; a list: all of its values. */
export type WantedValue = string | number | boolean | null | readonly (string | number | boolean)[]

/** A difference between what was expected and what was there, unless there is none. */
export function unless(isRight: boolean, name: string, expected: unknown, actual: unknown): string[] {
  return isRight ? [] : [`${name}: expected ${shown(expected)} was ${shown(actual)}`]
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

/**
 * How parameters or headers aren't the expected ones. Others may be there.
 *
 * @param sent names and values as they were sent
 * @param mask how a value may be shown
 */
export function valueDifferences(
  place: string,
  wanted: Readonly<Record<string, WantedValue>> | undefined,
  sent: Iterable<[name: string, value: string]>,
  mask: (name: string, value: string) => string,
): string[] {
  if (wanted === undefined) return []
  const actual = Map.groupBy(sent, ([name]) => name.toLowerCase())
  return Object.entries(wanted).flatMap(([name, value]) => {
    const values = (actual.get(name.toLowerCase()) ?? []).map(([, text]) => text)
    const expected = value === null ? [] : [value].flat().map(String)
    const isSame = expected.length === values.length && expected.every((text, i) => text === values[i])
    const listed = (texts: string[]) => (texts.length > 1 ? texts : texts[0])
    const [masked, maskedActual] = [expected, values].map((texts) => listed(texts.map((text) => mask(name, text))))
    return unless(isSame, `${place}.${name}`, masked, maskedActual)
  })
}

/** How a body isn't the expected one: a text is the whole of it, an object is part of the JSON in it. */
export function bodyDifferences(expected: unknown, { body, headers }: Exchange): string[] {
  const text = textOf(body)
  if (text === null || body.size !== undefined) {
    return [`body: expected ${shown(maskedMember('', expected))} was not kept, or not as a whole`]
  }
  if (expected === text) return []
  const actual = parse(text, headers)
  if (actual === undefined) return unless(false, 'body', maskedMember('', expected), maskedMember('', text))
  return memberDifferences('body', '', expected, actual)
}

/** A body as JSON, or as the fields of a form; `undefined`: it is neither. */
function parse(text: string, headers: readonly string[]): unknown {
  const type = headerLines(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  if (type?.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How a value isn't the expected one. An object may have more members, a list no more items. */
function memberDifferences(path: string, name: string, expected: unknown, actual: unknown): string[] {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, i) => memberDifferences(`${path}[${i}]`, name, item, actual[i]))
  }
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([key, member]) =>
      memberDifferences(`${path}.${key}`, key, member, Object.hasOwn(actual, key) ? actual[key] : undefined),
    )
  }
  return unless(expected === actual, path, maskedMember(name, expected), maskedMember(name, actual))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
