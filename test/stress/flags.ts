import { parseArgs } from 'node:util'

/**
 * Reads flags that take numbers, and others that take texts.
 *
 * @param defaults the numbers, by the names of their flags
 * @throws TypeError where a flag is unknown or takes something else
 */
export function readFlags<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  texts: readonly string[] = [],
) {
  const names = [...Object.keys(defaults), ...texts]
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      help: { type: 'boolean', short: 'h' },
    },
  })
  const given: Record<string, string | boolean | undefined> = values
  const numbers: Record<Name, number> = { ...defaults }
  for (const name of Object.keys(defaults) as Name[]) {
    if (given[name] === undefined) continue
    numbers[name] = Number(given[name])
    if (!(numbers[name] >= 0)) throw new TypeError(`--${name} takes a number, not ${given[name]}`)
  }
  return { numbers, given, asksForHelp: given.help === true }
}
