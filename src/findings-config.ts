import {
  type Environment,
  helpLine,
  httpUrl,
  optional,
  readCommandLine,
  type Settings,
  setting,
  settingsHelp,
  text,
  UsageError,
  type ValuesOf,
  yesOrNo,
} from './command-line.ts'
import { PORTAL_NAME_FORM, readPortalName } from './domain/portal-name.ts'

/** A mock that can't be asked for its findings. The message says why, and what to do. */
export class FindingsError extends Error {
  override readonly name = 'FindingsError'
}

/** What `findings` can be told, as flags and as environment variables. */
export const findingsSettings = {
  portal: setting('NAME', '', 'that portal only; all that are open by default', optional(portalName)),
  token: { ...setting('TEXT', '', "the server's --control-token", optional(text)), secret: true },
  fail: {
    ...setting('note', 'false', 'exit with 1 after findings that fail on a real portal; =note: after any', failOn),
    implied: 'true',
  },
} satisfies Settings

/** Everything that was set or left at its default, by the names of the flags. */
export type FindingsConfig = ValuesOf<typeof findingsSettings> & {
  /** The mock to ask, without a slash at the end. */
  url: string
}

/** What the command line asks for. */
export type FindingsCommand = { kind: 'findings'; config: FindingsConfig } | { kind: 'help' } | { kind: 'version' }

/** Where a mock listens unless it was told otherwise. */
const DEFAULT_URL = 'http://localhost:8092'

/**
 * Reads flags and environment of `findings`.
 *
 * @param argv what stands behind `findings`
 * @throws UsageError
 */
export function readFindingsCommand(argv: readonly string[], env: Environment): FindingsCommand {
  const line = readCommandLine(argv, env, findingsSettings, 1)
  if (line.asks !== null) return { kind: line.asks }
  const { url, portal } = mockUrl(line.operands[0] ?? DEFAULT_URL)
  return { kind: 'findings', config: { ...line.values, url, portal: line.values.portal ?? portal } }
}

/** What `findings --help` prints. */
export function findingsHelpText(): string {
  return `Usage: docspace-mock findings [URL] [options]

Asks a running docspace-mock (${DEFAULT_URL} by default) what worked there and would fail on a real portal, and says
what to do instead. Exits with 0, or with 1 if the mock can't be asked.

${settingsHelp(findingsSettings)}
${helpLine('--help', 'print this')}

Every option is also an environment variable: --token is DOCSPACE_MOCK_TOKEN.
`
}

/** Which findings make the command fail: those that would fail on a real portal, all, or none. */
function failOn(value: string): 'fails' | 'note' | null {
  if (value === 'note') return 'note'
  return yesOrNo(value, 'note') ? 'fails' : null
}

function portalName(value: string): string {
  const name = readPortalName(value)
  if (name === null) throw new UsageError(`takes the name of a portal: ${PORTAL_NAME_FORM}`)
  return name
}

/** Reads the address of a mock, or of one of its portals. */
function mockUrl(value: string): { url: string; portal: string | undefined } {
  const url = httpUrl(value, 'findings')
  const [path, name] = /^\/+(?:@([^/]*)\/*)?$/.exec(url.pathname) ?? []
  const portal = name === undefined ? null : readPortalName(name)
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isPlain || path === undefined || (name !== undefined && portal === null)) {
    throw new UsageError(`findings takes a URL such as ${DEFAULT_URL} or ${DEFAULT_URL}/@name, without more in it`)
  }
  return { url: url.origin, portal: portal ?? undefined }
}
