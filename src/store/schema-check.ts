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
    if (validate(value)) return null
    const [error] = validate.errors ?? []
    const extra = error?.params.additionalProperty
    const allowed = error?.params.allowedValues?.join(', ')
    const detail = extra ? `: ${extra}` : allowed ? `: ${allowed}` : ''
    return `${error?.instancePath || '/'} ${error?.message}${detail}`
  }
}

async function compile(load: () => Promise<object>) {
  const [{ Ajv }, schema] = await Promise.all([import('ajv'), load()])
  return new Ajv({ allowUnionTypes: true, formats: { 'date-time': isDate } }).compile(schema)
}

/** Whether the calendar has that day: `Date` itself takes the 30th of February for the 2nd of March. */
function isDate(text: string): boolean {
  const [day = ''] = text.split('T')
  return !Number.isNaN(Date.parse(text)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}
