import { parseArgs } from 'node:util'
import { didYouMean, nearestTo } from './domain/spelling.ts'

/** A flag or an environment variable that doesn't fit. The message names it and what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A setting: `--name` or `DOCSPACE_MOCK_NAME`. */
export interface Setting<Value> {
  /** What stands for the value in the help; `null` for a switch. */
  placeholder: string | null
  /** As it would be typed. */
  default: string
  help: string
  /** @throws UsageError saying what is expected */
  read: (text: string) => Value
  /**
   * The effect of an empty value. `unset`: an empty variable means the default of the setting. `refused`: for settings
   * whose silent absence would make the server less secure than intended. `read`: for lists that may be empty.
   * Default: `unset`.
   */
  empty?: 'unset' | 'refused' | 'read'
  /** Whether its values are never repeated in messages. */
  secret?: boolean
  /** Whether the flag may stand there several times, which joins its values with commas. */
  repeatable?: boolean
  /** The value of the flag without one: `--name` is short for `--name=VALUE`. */
  implied?: string
}

/** What can be set, by the names of the flags. */
export type Settings = Readonly<Record<string, Setting<unknown>>>

/** What was set or left at its default. */
export type ValuesOf<Type extends Settings> = { [Name in keyof Type]: ReturnType<Type[Name]['read']> }

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A command line that was read: what was set, and what stands there beside the flags. */
export type CommandLine<Type extends Settings> =
  | { asks: 'help' | 'version' }
  | { asks: null; values: ValuesOf<Type>; operands: string[] }

/** What the program does besides serving, by its first argument. */
export const COMMANDS = ['verify', 'findings'] as const

const VARIABLE_PREFIX = 'DOCSPACE_MOCK_'

/** Column in which the help's explanations begin. */
const HELP_COLUMN = 33

/**
 * Reads flags and environment. A flag wins over its variable.
 *
 * @param argv what stands behind the program's name, or behind the command's
 * @param operands how many arguments may stand beside the flags
 * @throws UsageError
 */
export function readCommandLine<Type extends Settings>(
  argv: readonly string[],
  env: Environment,
  settings: Type,
  operands = 0,
): CommandLine<Type> {
  const { flags, operands: given } = parseFlags(argv, settings)
  if (flags.help) return { asks: 'help' }
  if (flags.version) return { asks: 'version' }
  const extra = given[operands]
  if (extra !== undefined) throw new UsageError(unexpected(extra, argv, operands))
  const entries = Object.entries<Setting<unknown>>(settings).map(([name, setting]) => {
    const flag = flags[name]
    if (flag !== undefined) return [name, readAs(`--${name}`, [flag].flat().join(','), setting)]
    const value = env[variable(name)]
    const isSet = value !== undefined && (value !== '' || (setting.empty ?? 'unset') !== 'unset')
    return [name, isSet ? readAs(variable(name), value, setting) : setting.read(setting.default)]
  })
  return { asks: null, values: Object.fromEntries(entries), operands: given }
}

/** Variables that look like settings and are none, such as those with a letter missing. */
export function unknownVariables(env: Environment, ...known: readonly Settings[]): string[] {
  const names = new Set(known.flatMap((settings) => Object.keys(settings).map(variable)))
  return Object.keys(env).filter((name) => name.startsWith(VARIABLE_PREFIX) && !names.has(name))
}

/** The lines of the help that list settings. */
export function settingsHelp(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, { placeholder, default: fallback, help, implied }]) => {
    const value = placeholder === null ? '' : implied === undefined ? ` ${placeholder}` : `[=${placeholder}]`
    const flag = `--${name}${value}`
    const isShort = fallback !== '' && fallback.length < HELP_COLUMN
    const shown = placeholder !== null && implied === undefined && isShort ? ` [${fallback}]` : ''
    return helpLine(flag, help + shown)
  })
  return lines.join('\n')
}

/** One line of the help. */
export function helpLine(flag: string, help: string): string {
  return `  ${flag.padEnd(HELP_COLUMN - 1)} ${help}`
}

function parseFlags(argv: readonly string[], settings: Settings) {
  const options = Object.entries(settings).map(([name, { placeholder, repeatable = false }]) => {
    return [name, placeholder === null ? { type: 'boolean' } : { type: 'string', multiple: repeatable }]
  })
  const all = { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } }
  try {
    const { values, positionals } = parseArgs({
      args: argv.map((argument) => withImplied(argument, settings)),
      options: all,
      allowNegative: true,
      allowPositionals: true,
    })
    const flags: Record<string, string | boolean | (string | boolean)[] | undefined> = values
    return { flags, operands: positionals }
  } catch (error) {
    // what follows is advice, on lines of its own
    const [message = ''] = (error as Error).message.split(/\.\s/)
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? []
    const [, no = '', name = ''] = /^(no-)?(.*)$/s.exec(unknown ?? '') ?? []
    const meant = nearestTo(name, Object.keys(all), String)
    throw new UsageError(meant === undefined ? message : `${message}; did you mean --${no}${meant}?`)
  }
}

/** A flag with the value that it implies. */
function withImplied(argument: string, settings: Settings): string {
  const implied = argument.startsWith('--') ? settings[argument.slice('--'.length)]?.implied : undefined
  return implied === undefined ? argument : `${argument}=${implied}`
}

function unexpected(argument: string, argv: readonly string[], operands: number): string {
  const message = `Unexpected argument '${argument}'`
  if (operands > 0) return message
  if (COMMANDS.some((known) => known === argument)) return `${message}: a command is the first argument`
  return argv[0] === argument ? message + didYouMean(argument, COMMANDS) : message
}

function variable(name: string): string {
  return VARIABLE_PREFIX + name.replaceAll('-', '_').toUpperCase()
}

function readAs(source: string, text: string, { read, secret, empty }: Setting<unknown>): unknown {
  if (text.trim() === '' && empty === 'refused') {
    throw new UsageError(`${source} is set but empty; give it a value, or leave it out`)
  }
  try {
    return read(text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(secret ? `${source} ${error.message}` : `${source} ${error.message}, not '${text}'`)
  }
}

/** A setting with a value, or a switch. */
export function setting<Value>(
  placeholder: string | null,
  fallback: string,
  help: string,
  read: (text: string) => Value,
): Setting<Value> {
  return { placeholder, default: fallback, help, read }
}

/**
 * Reads an absolute URL of HTTP.
 *
 * @param command whose operand it is, for messages, which don't repeat it: there may be credentials in it
 * @throws UsageError
 */
export function httpUrl(value: string, command: string): URL {
  const url = /^https?:\/\//i.test(value) ? URL.parse(value) : null
  if (url !== null) return url
  throw new UsageError(`${command} takes a URL that begins with http:// or https://, such as http://localhost:8092`)
}

/** Reads an empty text as none. */
export function optional<Value>(read: (text: string) => Value): (text: string) => Value | undefined {
  return (value) => (value === '' ? undefined : read(value))
}

/** A setting that is refused if it is set but empty. */
export function neverEmpty<Value>(given: Setting<Value>): Setting<Value> {
  return { ...given, empty: 'refused' }
}

/** Reads any text. */
export function text(value: string): string {
  return value
}

/** Reads entries separated by commas. */
export function list(value: string): string[] {
  return value.split(',').flatMap((entry) => entry.trim() || [])
}

/** Reads a number within bounds, both inclusive. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= min && number <= max)) throw new UsageError(`takes a whole number from ${min} to ${max}`)
    return number
  }
}

/** Reads a number that is at least one. */
export function count(value: string): number {
  return wholeNumber(1, 1_000_000_000)(value)
}

/** Reads one of some words. */
export function oneOf<const Choice extends string>(...choices: Choice[]): (text: string) => Choice {
  return (value) => {
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw new UsageError(`takes ${choices.join(' or ')}`)
    return choice
  }
}

/** Reads a switch. @param others what else may stand there, for the message */
export function yesOrNo(value: string, ...others: string[]): boolean {
  return ['true', '1'].includes(oneOf('true', 'false', '1', '0', ...others)(value))
}
