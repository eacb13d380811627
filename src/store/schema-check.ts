import { PORTAL_NAME, PORTAL_NAME_FORM } from '../domain/portal-name.ts'

/** Patterns that are said in words. */
const forms = new Map<unknown, string>([[PORTAL_NAME, `${PORTAL_NAME_FORM}, letters in lower case`]])

/**
 * Holds values against a JSON Schema. Ajv and the schema are loaded when the first value comes.
 *
 * @returns what is wrong with a value and where, such as `/users/0/id must be string`, or `null` where it fits
 */
export function schemaCheck(load: () => Promise<object>): (value: unknown) => Promise<string | null> {
  let compiled: ReturnType<typeof compile> | undefined
  return async (value) => {
    compiled ??= compile(load)
    const validate = await compiled
    return validate(value) ? null : describeMismatch(validate.errors?.[0])
  }
}

/** As much of an error of Ajv's as is told. */
export interface Mismatch {
  keyword: string
  instancePath: string
  message?: string
  /** The schema that the value doesn't fit, where Ajv was told to be verbose. */
  parentSchema?: Readonly<Record<string, unknown>> | undefined
  params: Record<string, unknown>
}

/** What is wrong and where, such as `/users/0/id must be string`. */
export function describeMismatch(error: Mismatch | undefined): string {
  const form = forms.get(error?.params.pattern)
  if (form !== undefined) return `${error?.instancePath} takes ${form}`
  const members = Object.keys(error?.parentSchema?.properties ?? {}).join(', ')
  if (error?.keyword === 'minProperties' && members)
    return `${error.instancePath || '/'} must have at least one of ${members}`
  const { additionalProperty: extra, allowedValues } = error?.params ?? {}
  const allowed = Array.isArray(allowedValues) ? allowedValues.join(', ') : ''
  const detail = extra ? `: ${extra}` : allowed ? `: ${allowed}` : ''
  return `${error?.instancePath || '/'} ${error?.message}${detail}`
}

/**
 * Of the errors about one value the one that tells most: where there are alternatives, each of them complains, and the one
 * that was meant is the one that got farthest. That a value has another type tells least.
 */
export function mostTelling<Error extends Mismatch>(errors: readonly Error[]): Error | undefined {
  const depth = ({ instancePath }: Mismatch) => instancePath.split('/').length
  const vagueness = ({ keyword }: Mismatch) => ['type', 'anyOf', 'oneOf'].indexOf(keyword)
  return errors.toSorted((a, b) => depth(b) - depth(a) || vagueness(a) - vagueness(b))[0]
}

/** The formats that schemas here use. */
export const formats = { 'date-time': isDate }

async function compile(load: () => Promise<object>) {
  const [{ Ajv }, schema] = await Promise.all([import('ajv'), load()])
  return new Ajv({ allowUnionTypes: true, formats }).compile(schema)
}

/**
 * Whether the calendar has that day: `Date` itself takes the 30th of February for the 2nd of March. In UTC, too, the year
 * has to have four digits.
 */
function isDate(text: string): boolean {
  const [day = ''] = text.split('T')
  return /^\d{4}-/.test(isoOf(text)) && isoOf(`${day}T00:00:00Z`).startsWith(day)
}

/** The moment in UTC; empty if the text is invalid. */
function isoOf(text: string): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString()
}
