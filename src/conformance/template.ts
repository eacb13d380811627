import { EmployeeType } from '../domain/employee-type.ts'
import { Matcher } from './matcher.ts'
import shapes from './shapes.json' with { type: 'json' }

const DATE_TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,7})?'

/** What a text may have in angle brackets in the place of what varies, and what stands there in an answer. */
const texts: Readonly<Record<string, string>> = {
  'a text': '[^]*',
  'a GUID': '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  'a moment': '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}(?:Z|[+-]\\d\\d:\\d\\d)',
  'a date and time': `${DATE_TIME}(?:Z|[+-]\\d\\d:\\d\\d)?`,
  'a date and time in a zone': `${DATE_TIME}(?:Z|[+-]\\d\\d:\\d\\d)`,
  'a zoned date-time': '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)',
  'a date of HTTP': '[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT',
  'a key of 15 characters': '[\\w-]{15}',
  'an API key': 'sk-[0-9a-f]{64}',
  'a client secret': '[A-Za-z0-9]{36}',
  "a client secret that can't be read": '(?![A-Za-z0-9]{36}$)[^]{20,}',
  'a JSON Web Token': '[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  'a token': '[\\w%+/=.-]{20,}',
  digits: '\\d+',
  'secure; over HTTPS': '(?:secure; )?',
}

const values: Readonly<Record<string, (value: unknown) => boolean>> = {
  'a whole number': Number.isInteger,
  'a number': Number.isFinite,
  'a role': (value) => Object.entries<unknown>(EmployeeType).flat().includes(value),
  'true or false': (value) => typeof value === 'boolean',
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'an object': (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

/** At the end of what stands in angle brackets: it may be null. */
const OR_NULL = ', or null'

/** Behind an item: there may be any number of those, none as well. */
const MORE = '…'

/**
 * Spells out a value as cases have it: `<a GUID>` stands for any, `<an employee>` for a shape of `shapes.json`, `<a GUID, or null>` for either, a member
 * whose name ends in `?` may be missing, and a list ending in `…` may have any number of its first item.
 *
 * @param received what came in that place, which decides what of the optional is expected
 * @returns the value, with a {@link Matcher} wherever one of many is right
 */
export function spelled(template: unknown, received: unknown): unknown {
  if (typeof template === 'string') return ofText(template, received)
  if (Array.isArray(template)) return ofList(template, Array.isArray(received) ? received : [])
  if (typeof template === 'object' && template !== null) return ofObject(template, received)
  return template
}

/** A text with what varies in angle brackets. */
export function spelledText(template: string): string | Matcher {
  const parts = template.split(PLACEHOLDER)
  if (parts.length === 1) return template
  // every second part is the name of what varies
  const pattern = parts
    .map((part, i) => (i % 2 === 0 ? part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : texts[part]))
    .join('')
  return Matcher.text(template, new RegExp(`^${pattern}$`))
}

const PLACEHOLDER = new RegExp(`<(${Object.keys(texts).join('|')})>`)

function ofText(template: string, received: unknown): unknown {
  const name = /^<(.*)>$/.exec(template)?.[1] ?? ''
  if (name.endsWith(OR_NULL)) return received === null ? null : ofText(`<${name.slice(0, -OR_NULL.length)}>`, received)
  const shape = Object.entries(shapes).find(([known]) => known === name)?.[1]
  if (shape !== undefined) return spelled(shape, received)
  const matches = values[name]
  return matches === undefined ? spelledText(template) : new Matcher(template, matches)
}

function ofList(template: readonly unknown[], received: readonly unknown[]): unknown[] {
  if (template.at(-1) !== MORE) return template.map((item, i) => spelled(item, received[i]))
  return received.map((item) => spelled(template[0], item))
}

function ofObject(template: object, received: unknown): object {
  const given = typeof received === 'object' && received !== null ? (received as Record<string, unknown>) : {}
  const members = Object.entries(template).flatMap(([member, value]) => {
    const name = member.replace(/\?$/, '')
    return name === member || name in given ? [[name, spelled(value, given[name])]] : []
  })
  return Object.fromEntries(members)
}
