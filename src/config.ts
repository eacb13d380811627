import { parseArgs } from 'node:util'
import { GUARD_NAMES, type GuardName } from './auth/guards.ts'
import { parseNetwork } from './domain/network.ts'
import type { DateForm, ProfileName } from './domain/profile.ts'
import { defaultRateLimits } from './domain/rate-limit.ts'

/** A flag or an environment variable that doesn't fit. The message names it and what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** One thing that can be set, as `--name` or as `DOCSPACE_MOCK_NAME`. */
interface Setting<Value> {
  /** What stands for the value in the help; `null` for a switch. */
  placeholder: string | null
  /** As it would be typed. */
  default: string
  help: string
  /** @throws UsageError saying what is expected */
  read: (text: string) => Value
}

const VARIABLE_PREFIX = 'DOCSPACE_MOCK_'

const settings = {
  port: setting('PORT', '8092', 'port to listen on; 0: any free one', wholeNumber(0, 65_535)),
  host: setting('HOST', 'localhost', 'name or address to listen on; 0.0.0.0: reachable from outside', hostName),
  profile: setting('NAME', 'documented', 'documented: the published API; server: a real 3.7.2', profileName),
  auth: setting('LIST', GUARD_NAMES.join(','), 'security schemes, in the order they are tried', guardList),
  fixture: setting('FILES', '', 'portals to serve, as JSON files; the shipped one by default', list),
  users: setting('NUMBER', '', 'people to make up, besides those of the fixture', optional(wholeNumber(0, 10_000_000))),
  data: setting('DIR', '', 'directory in which portals outlive the process; in memory by default', optional(text)),
  'machine-key': setting('TEXT', '', "in the place of the fixtures' machine keys", optional(text)),
  'public-url': setting(
    'URL',
    '',
    "what the portal's own links begin with; as asked for by default",
    optional(rootUrl),
  ),
  dates: setting('FORM', '', "postgresql (…Z) or mysql (no zone); the profile's by default", optional(dateForm)),
  cors: setting('ORIGINS', '*', 'origins that browsers may call from, or *', origins),
  'trust-proxy': setting('LIST', '127.0.0.1,::1', 'proxies whose X-Forwarded headers are believed', networks),
  'rate-limit': setting(null, 'false', 'hold callers to the limits below', yesOrNo),
  'rate-limit-per-minute': setting('NUMBER', String(defaultRateLimits.perMinute), 'requests a minute', count),
  'rate-limit-reads': setting('NUMBER', String(defaultRateLimits.concurrentReads), 'GETs at the same time', count),
  'rate-limit-writes': setting('NUMBER', String(defaultRateLimits.concurrentWrites), 'others at the same time', count),
  'rate-limit-per-day': setting('NUMBER', String(defaultRateLimits.writesPerDay), 'POSTs and PUTs a day', count),
  explain: setting(null, 'false', 'say in a header of every answer why it is what it is', yesOrNo),
  banner: setting(
    null,
    'true',
    'print the people and their credentials at start; --no-banner: only where it listens',
    yesOrNo,
  ),
  'log-level': setting('LEVEL', 'warn', 'silent, error, warn, info or debug', logLevel),
  'log-format': setting('FORMAT', '', 'pretty or json; pretty on a terminal by default', optional(logFormat)),
  'log-requests': setting(null, 'false', 'log every request (costs half of the speed)', yesOrNo),
} satisfies Record<string, Setting<unknown>>

/** Everything that was set or left at its default, by the names of the flags. */
export type Config = { [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name]['read']> }

/** What the command line asks for. */
export type Command = { kind: 'serve'; config: Config } | { kind: 'help' } | { kind: 'version' }

/**
 * Reads flags and environment. A flag wins over its variable.
 *
 * @param argv what stands behind the program's name
 * @throws UsageError
 */
export function readCommand(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const flags = parseFlags(argv)
  if (flags.help) return { kind: 'help' }
  if (flags.version) return { kind: 'version' }
  const entries = Object.entries(settings).map(([name, { default: fallback, read }]) => {
    const flag = flags[name]
    if (flag !== undefined) return [name, readAs(`--${name}`, [flag].flat().join(','), read)]
    const value = env[variable(name)]
    return [name, value ? readAs(variable(name), value, read) : read(fallback)]
  })
  return { kind: 'serve', config: Object.fromEntries(entries) }
}

/** Variables that look like settings and are none, such as those with a letter missing. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(settings).map(variable)
  return Object.keys(env).filter((name) => name.startsWith(VARIABLE_PREFIX) && !known.includes(name))
}

/** What `--help` prints. */
export function helpText(): string {
  const lines = Object.entries<Setting<unknown>>(settings).map(([name, { placeholder, default: fallback, help }]) => {
    const flag = placeholder === null ? `--${name}` : `--${name} ${placeholder}`
    const shown = fallback === '' || placeholder === null || name === 'auth' ? '' : ` [${fallback}]`
    return `  ${flag.padEnd(32)} ${help}${shown}`
  })
  return `Usage: docspace-mock [options]

Serves a stand-in for an ONLYOFFICE DocSpace portal.

${lines.join('\n')}
  ${'--help'.padEnd(32)} print this
  ${'--version'.padEnd(32)} print the version

Every option is also an environment variable: --log-level is DOCSPACE_MOCK_LOG_LEVEL. A flag wins over its variable;
switches take true or false there, or 1 or 0. Lists are separated by commas.
--auth knows ${GUARD_NAMES.join(', ')}, and files that export a guard.
`
}

function parseFlags(argv: readonly string[]): Record<string, string | boolean | (string | boolean)[] | undefined> {
  const options = Object.entries<Setting<unknown>>(settings).map(([name, { placeholder }]) => {
    return [name, placeholder === null ? { type: 'boolean' } : { type: 'string', multiple: name === 'fixture' }]
  })
  const all = { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } }
  try {
    return parseArgs({ args: [...argv], options: all, allowNegative: true }).values
  } catch (error) {
    // what follows is advice, on lines of its own
    throw new UsageError((error as Error).message.split(/\.\s/)[0])
  }
}

function variable(name: string): string {
  return VARIABLE_PREFIX + name.replaceAll('-', '_').toUpperCase()
}

function readAs(source: string, text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text)
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${source} ${error.message}, not '${text}'`) : error
  }
}

function setting<Value>(
  placeholder: string | null,
  fallback: string,
  help: string,
  read: (text: string) => Value,
): Setting<Value> {
  return { placeholder, default: fallback, help, read }
}

function optional<Value>(read: (text: string) => Value): (text: string) => Value | undefined {
  return (value) => (value === '' ? undefined : read(value))
}

function text(value: string): string {
  return value
}

function hostName(value: string): string {
  if (!/^\S+$/.test(value)) throw new UsageError('takes a name or an address')
  return value
}

function list(value: string): string[] {
  return value.split(',').flatMap((entry) => entry.trim() || [])
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= min && number <= max)) throw new UsageError(`takes a whole number from ${min} to ${max}`)
    return number
  }
}

function count(value: string): number {
  return wholeNumber(1, 1_000_000_000)(value)
}

function oneOf<const Choice extends string>(...choices: Choice[]): (text: string) => Choice {
  return (value) => {
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw new UsageError(`takes ${choices.join(' or ')}`)
    return choice
  }
}

function yesOrNo(value: string): boolean {
  return ['true', '1'].includes(oneOf('true', 'false', '1', '0')(value))
}

function profileName(value: string): ProfileName {
  return oneOf('documented', 'server')(value)
}

function dateForm(value: string): DateForm {
  return oneOf('postgresql', 'mysql')(value)
}

function logLevel(value: string) {
  return oneOf('silent', 'error', 'warn', 'info', 'debug')(value)
}

function logFormat(value: string) {
  return oneOf('pretty', 'json')(value)
}

/** Names of guards, and paths of modules that hold one: those have a slash or a full stop in them. */
function guardList(value: string): (GuardName | { module: string })[] {
  const given = list(value)
  if (given.length === 0) throw new UsageError('takes at least one guard')
  return given.map((entry) => (/[./\\]/.test(entry) ? { module: entry } : oneOf(...GUARD_NAMES)(entry)))
}

function networks(value: string): string[] {
  const given = list(value)
  // the proxies' own rule has no network of no bits
  if (!given.every((entry) => (parseNetwork(entry)?.bits ?? 0) > 0))
    throw new UsageError('takes addresses and networks such as 127.0.0.1 or 10.0.0.0/8')
  return given
}

function rootUrl(value: string): string {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new UsageError('takes scheme, host and port, such as https://docs.example.com')
  }
  return url.origin
}

function origins(value: string): '*' | string[] {
  if (value === '*') return value
  const given = list(value)
  const wrong = given.find((origin) => URL.parse(origin)?.origin !== origin)
  if (wrong !== undefined) throw new UsageError('takes * or origins such as https://app.example.com')
  return given
}
