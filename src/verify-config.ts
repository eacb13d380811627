import {
  type Environment,
  helpLine,
  httpUrl,
  oneOf,
  optional,
  readCommandLine,
  type Setting,
  type Settings,
  setting,
  settingsHelp,
  text,
  UsageError,
  type ValuesOf,
  yesOrNo,
} from './command-line.ts'
import { profileName } from './config.ts'

/** What `verify` can be told, as flags and as environment variables. */
export const verifySettings = {
  profile: setting('NAME', 'documented', 'documented: the published API; server: a real 3.7.2', profileName),
  fixture: setting('FILE', '', 'what the portal was made from; the shipped one by default', optional(text)),
  'owner-key': secret('KEY', "API key of the portal's owner, with access to everything", credential),
  'owner-read-key': secret('KEY', "API key of the owner's with *:read", credential),
  'owner-login': secret('EMAIL:PASSWORD', "the owner's e-mail and password", login),
  'owner-token': secret('TOKEN', "session token of the owner's: the cookie asc_auth_key", credential),
  'admin-key': secret('KEY', 'API key of a DocSpace admin', credential),
  'room-admin-key': secret('KEY', 'API key of a room admin', credential),
  'user-key': secret('KEY', 'API key of a user', credential),
  'guest-key': secret('KEY', 'API key of a guest', credential),
  'tls-ca': setting('FILE', '', 'certificates to trust besides the known ones, as PEM', optional(text)),
  'allow-writes': setting(null, 'false', 'send what changes something, e-mails included', yesOrNo),
  timeout: setting('SECONDS', '30', 'how long an answer may take', seconds),
  reporter: setting('NAME', 'table', 'table, json, junit or tap', oneOf('table', 'json', 'junit', 'tap')),
  record: setting('FILE', '', 'write what was sent and received as HAR 1.2', optional(text)),
} satisfies Settings

/** Everything that was set or left at its default, by the names of the flags. */
export type VerifyConfig = ValuesOf<typeof verifySettings> & {
  /** The portal to verify. */
  url: string
}

/** What the command line asks for. */
export type VerifyCommand = { kind: 'verify'; config: VerifyConfig } | { kind: 'help' } | { kind: 'version' }

/**
 * Reads flags and environment of `verify`.
 *
 * @param argv what stands behind `verify`
 * @throws UsageError
 */
export function readVerifyCommand(argv: readonly string[], env: Environment): VerifyCommand {
  const line = readCommandLine(argv, env, verifySettings, 1)
  if (line.asks !== null) return { kind: line.asks }
  const [url] = line.operands
  if (url === undefined) throw new UsageError('verify wants the URL of a portal, such as http://localhost:8092')
  if (line.values.fixture !== undefined && CREDENTIALS.some((name) => line.values[name] !== undefined)) {
    throw new UsageError('--fixture brings credentials of its own: leave it out, or the keys')
  }
  return { kind: 'verify', config: { ...line.values, url: portalUrl(url) } }
}

/** What `verify --help` prints. */
export function verifyHelpText(): string {
  return `Usage: docspace-mock verify URL [options]

Sends requests to a DocSpace portal, or to a mock of one, and says where its answers aren't what DocSpace's are. Without
credentials it takes the portal for a docspace-mock that was made from a fixture. Exits with 0 where nothing differs,
with 1 where something does.

${settingsHelp(verifySettings)}
${helpLine('--help', 'print this')}

Every option is also an environment variable: --owner-key is DOCSPACE_MOCK_OWNER_KEY, which other users of the machine
can't read. No credential is printed or recorded.
`
}

/** The settings that are credentials. */
const CREDENTIALS = [
  'owner-key',
  'owner-read-key',
  'owner-login',
  'owner-token',
  'admin-key',
  'room-admin-key',
  'user-key',
  'guest-key',
] as const

function secret<Value>(placeholder: string, help: string, read: (text: string) => Value): Setting<Value | undefined> {
  return { ...setting(placeholder, '', help, optional(read)), secret: true }
}

function credential(value: string): string {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new UsageError('takes a credential: no blanks, nothing but ASCII')
  return value
}

function seconds(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value) || Number(value) === 0 || Number(value) > 3600)
    throw new UsageError('takes a number of seconds up to 3600')
  return Number(value)
}

function login(value: string): { email: string; password: string } {
  const colon = value.indexOf(':')
  if (colon < 1 || colon === value.length - 1)
    throw new UsageError('takes an e-mail and a password with a colon between')
  return { email: value.slice(0, colon), password: value.slice(colon + 1) }
}

function portalUrl(value: string): string {
  const url = httpUrl(value, 'verify')
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isPlain) {
    throw new UsageError('verify takes a URL such as http://localhost:8092, without credentials or a query in it')
  }
  return url.href
}
