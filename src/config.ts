import { GUARD_NAMES, type GuardName } from './auth/guards.ts'
import {
  count,
  type Environment,
  helpLine,
  list,
  neverEmpty,
  oneOf,
  optional,
  readCommandLine,
  type Settings,
  setting,
  settingsHelp,
  text,
  UsageError,
  type ValuesOf,
  wholeNumber,
  yesOrNo,
} from './command-line.ts'
import { isToken, TOKEN_FORM } from './control/allowed.ts'
import { PLAN_NAMES } from './control/faults/plan-names.ts'
import { isNetwork } from './domain/network.ts'
import type { DateForm, ProfileName } from './domain/profile.ts'
import { defaultRateLimits } from './domain/rate-limit.ts'
import { defaultLifetimes } from './identity/options.ts'
import { JOURNAL_LENGTH } from './journal/journal.ts'
import { DEFAULT_SENDER, isSender, isSmtpUrl, SMTP_URL_FORM } from './mail/addresses.ts'
import { MAX_MEMORY } from './store/memory-budget.ts'
import { MAX_PORTALS } from './store/portals.ts'

/** What a server can be told, as flags and as environment variables. */
export const settings = {
  port: setting('PORT', '8092', 'port to listen on; 0: any free one', wholeNumber(0, 65_535)),
  host: setting('HOST', 'localhost', 'name or address to listen on; 0.0.0.0: reachable from outside', hostName),
  profile: setting('NAME', 'documented', 'documented: the published API; server: a real 3.7.2', profileName),
  auth: setting('LIST', GUARD_NAMES.join(','), 'security schemes, in the order they are tried', guardList),
  fixture: {
    ...neverEmpty(setting('FILES', '', 'portals to serve, as JSON files; the shipped one by default', list)),
    repeatable: true,
  },
  users: setting('NUMBER', '', 'people to make up, besides those of the fixture', optional(wholeNumber(0, 10_000_000))),
  data: neverEmpty(
    setting('DIR', '', 'directory in which portals outlive the process; in memory by default', optional(text)),
  ),
  portals: setting(
    'WHICH',
    'on-demand',
    'on-demand: made for whoever names one; fixed: those of --fixture only',
    oneOf('on-demand', 'fixed'),
  ),
  'max-portals': setting('NUMBER', String(MAX_PORTALS), 'made on demand and open at the same time', count),
  'max-memory': setting(
    'MB',
    String(MAX_MEMORY),
    'memory for portals, journals and snapshots, such as 512 or 1GB',
    megabytes,
  ),
  control: setting(null, 'true', 'serve the control API under /__mock; --no-control: not', yesOrNo),
  'control-token': {
    ...neverEmpty(setting('TEXT', '', 'bearer token that the control API requires', optional(controlToken))),
    secret: true,
  },
  'control-remote': setting(null, 'false', 'let other machines use the control API', yesOrNo),
  fault: setting(
    'PLAN',
    '',
    'what goes wrong from the start, such as flaky-10-percent',
    optional(oneOf(...PLAN_NAMES)),
  ),
  journal: setting(
    'NUMBER',
    String(JOURNAL_LENGTH),
    'requests that each portal remembers; 0: none',
    wholeNumber(0, 100_000),
  ),
  'machine-key': neverEmpty(setting('TEXT', '', "replaces the fixtures' machine keys", optional(text))),
  'public-url': neverEmpty(
    setting('URL', '', "base URL of the portal's own links; that of the request by default", optional(rootUrl)),
  ),
  dates: setting('FORM', '', "postgresql (…Z) or mysql (no zone); the profile's by default", optional(dateForm)),
  cors: { ...setting('ORIGINS', '*', 'origins that browsers may call from, or *', origins), empty: 'read' },
  'trust-proxy': {
    ...setting('LIST', '127.0.0.1,::1', 'proxies whose X-Forwarded headers are believed', networks),
    empty: 'read',
  },
  tls: setting(null, 'false', 'speak HTTPS, with a certificate that is made at start', yesOrNo),
  'tls-cert': neverEmpty(setting('FILE', '', 'certificate for HTTPS, as PEM', optional(text))),
  'tls-key': neverEmpty(setting('FILE', '', 'its key, as PEM', optional(text))),
  'smtp-url': {
    ...setting('URL', '', 'SMTP server that e-mails are delivered to; they stay here by default', optional(smtpUrl)),
    secret: true,
  },
  'mail-from': setting('ADDRESS', DEFAULT_SENDER, 'their sender', sender),
  'rate-limit': setting(null, 'false', 'hold callers to the limits below', yesOrNo),
  'rate-limit-per-minute': setting('NUMBER', String(defaultRateLimits.perMinute), 'requests a minute', count),
  'rate-limit-reads': setting('NUMBER', String(defaultRateLimits.concurrentReads), 'GETs at the same time', count),
  'rate-limit-writes': setting('NUMBER', String(defaultRateLimits.concurrentWrites), 'others at the same time', count),
  'rate-limit-per-day': setting('NUMBER', String(defaultRateLimits.writesPerDay), 'POSTs and PUTs a day', count),
  'oauth2-sign-in': setting(
    'WHO',
    '',
    'e-mail or id: who signs in to OAuth2 clients without a page being shown',
    optional(text),
  ),
  'access-token-lifetime': setting(
    'SECONDS',
    String(defaultLifetimes.accessTokenLifetime),
    'how long OAuth2 access tokens hold',
    count,
  ),
  'refresh-token-lifetime': setting(
    'SECONDS',
    String(defaultLifetimes.refreshTokenLifetime),
    'how long OAuth2 refresh tokens hold',
    count,
  ),
  'code-lifetime': setting(
    'SECONDS',
    String(defaultLifetimes.codeLifetime),
    'how long OAuth2 authorization codes hold',
    count,
  ),
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
} satisfies Settings

/** Everything that was set or left at its default, by the names of the flags. */
export type Config = ValuesOf<typeof settings>

/** What the command line asks for. */
export type Command = { kind: 'serve'; config: Config } | { kind: 'help' } | { kind: 'version' }

/**
 * Reads flags and environment of a server.
 *
 * @param argv what stands behind the program's name
 * @throws UsageError
 */
export function readCommand(argv: readonly string[], env: Environment): Command {
  const line = readCommandLine(argv, env, settings)
  return line.asks === null ? { kind: 'serve', config: line.values } : { kind: line.asks }
}

/** What `--help` prints. */
export function helpText(): string {
  return `Usage: docspace-mock [options]
       docspace-mock verify URL [options]
       docspace-mock findings [URL] [options]

Serves a stand-in for an ONLYOFFICE DocSpace portal. With verify it holds a portal, itself or another, against what is
known of DocSpace: see docspace-mock verify --help. With findings it says what has worked on a mock that runs and would
not have worked on a real portal.

${settingsHelp(settings)}
${helpLine('--help', 'print this')}
${helpLine('--version', 'print the version')}

Every option is also an environment variable: --log-level is DOCSPACE_MOCK_LOG_LEVEL. A flag wins over its variable;
switches take true or false there, or 1 or 0. Lists are separated by commas. An empty variable counts as unset; where
the server would be less safe without the setting, such as --control-token or --tls-key, it is refused.
--auth knows ${GUARD_NAMES.join(', ')}, and files that export a guard.
`
}

function hostName(value: string): string {
  if (!/^\S+$/.test(value)) throw new UsageError('takes a name or an address')
  return value
}

/** Reads the name of a profile. */
export function profileName(value: string): ProfileName {
  return oneOf('documented', 'server')(value)
}

function controlToken(value: string): string {
  if (!isToken(value)) throw new UsageError(`takes ${TOKEN_FORM}`)
  return value
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
  if (!given.every(isNetwork)) throw new UsageError('takes addresses and networks such as 127.0.0.1 or 10.0.0.0/8')
  return given
}

const MEGABYTES_PER_UNIT = { mb: 1, gb: 1024 }

/** The minimum has room for a few portals and their journals. */
const LEAST_MEMORY = 16
const MOST_MEMORY = 1_000_000

function megabytes(value: string): number {
  const [, number, unit = 'mb'] = /^(\d+) ?(mb|gb)?$/.exec(value.toLowerCase()) ?? []
  const given = Number(number) * MEGABYTES_PER_UNIT[unit as keyof typeof MEGABYTES_PER_UNIT]
  if (!(given >= LEAST_MEMORY && given <= MOST_MEMORY)) {
    throw new UsageError(`takes ${LEAST_MEMORY} to ${MOST_MEMORY} MB, such as 256, 256MB or 1GB`)
  }
  return given
}

function rootUrl(value: string): string {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new UsageError('takes scheme, host and port, such as https://docs.example.com')
  }
  return url.origin
}

function smtpUrl(value: string): string {
  if (!isSmtpUrl(value)) throw new UsageError(`takes ${SMTP_URL_FORM}`)
  return value
}

function sender(value: string): string {
  if (!isSender(value)) throw new UsageError(`takes an address such as ${DEFAULT_SENDER}`)
  return value
}

function origins(value: string): '*' | string[] {
  if (value === '*') return value
  const given = list(value)
  const wrong = given.find((origin) => URL.parse(origin)?.origin !== origin)
  if (wrong !== undefined) throw new UsageError('takes * or origins such as https://app.example.com')
  return given
}
