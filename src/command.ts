import { setTimeout as wait } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import packageJson from '../package.json' with { type: 'json' }
import { GuardModuleError, loadGuard } from './auth/load-guard.ts'
import { banner } from './banner.ts'
import { COMMANDS, UsageError, unknownVariables } from './command-line.ts'
import { type Config, helpText, readCommand, settings } from './config.ts'
import { VerifyError } from './conformance/verify-error.ts'
import { FindingsError, findingsHelpText, findingsSettings, readFindingsCommand } from './findings-config.ts'
import { OAuth2OptionError } from './identity/options.ts'
import { maskedMessage } from './journal/masks.ts'
import { createLogger } from './logger.ts'
import { progressBar } from './progress-bar.ts'
import { giveBackAtRest } from './rest.ts'
import { type RunningServer, type StartOptions, start } from './start.ts'
import { DataFileError } from './store/data-file-error.ts'
import { FixtureError } from './store/fixture.ts'
import { CertificateError, readCertificate } from './tls.ts'
import { readVerifyCommand, verifyHelpText, verifySettings } from './verify-config.ts'

/** How long requests that have begun may take after the process was told to stop, in ms. */
const GRACE = 800

/** How long the process waits at exit for its output to be read, in ms. */
const FLUSH_PATIENCE = 100

/**
 * Does what this process's arguments and environment say. What is wrong with them is said on stderr, and makes the exit
 * code another than 0.
 *
 * @returns whether it was done: whether there is a server now that listens, or a portal was asked
 */
export async function run(): Promise<boolean> {
  // a closed standard error must not end the process
  process.stderr.on('error', () => {})
  try {
    const [name, ...argv] = process.argv.slice(2)
    if (name === 'verify') return await verify(argv)
    if (name === 'findings') return await findings(argv)
    return await serve(process.argv.slice(2))
  } catch (error) {
    const [message, exitCode] = explain(error as NodeJS.ErrnoException)
    process.stderr.write(`docspace-mock: ${message}\n`)
    process.exitCode = exitCode
    // an unread message would keep the process alive
    setTimeout(() => process.exit(), GRACE).unref()
    return false
  }
}

async function serve(argv: readonly string[]): Promise<boolean> {
  const command = readCommand(argv, process.env)
  if (command.kind !== 'serve') return print(command.kind, helpText)
  const { config } = command
  for (const name of unknownVariables(process.env, settings, verifySettings, findingsSettings)) {
    process.stderr.write(`docspace-mock: ${name} is no setting and does nothing. See docspace-mock --help.\n`)
  }
  const server = await start(await startOptions(config))
  giveBackAtRest(server.app)
  closeWithGrace(
    {
      delay: GRACE,
      logger: false,
      onSecondSignal: () => process.exit(0),
      onTimeout: () => process.stderr.write(`docspace-mock: stopped after ${GRACE} ms with responses in flight\n`),
    },
    async ({ err }) => {
      if (err) process.stderr.write(`docspace-mock: ${maskedMessage(String(err.stack))}\n`)
      await server.close()
      await Promise.race([Promise.all([flush(process.stdout), flush(process.stderr)]), wait(FLUSH_PATIENCE)])
    },
  )
  process.stdout.on('error', () => {})
  try {
    process.stdout.write(config.banner ? describe(server, config) : `Listening on ${server.url}\n`)
  } catch (error) {
    // the banner reads the portals, whose files may be damaged
    await server.close()
    throw error
  }
  return true
}

async function verify(argv: readonly string[]): Promise<boolean> {
  const command = readVerifyCommand(argv, process.env)
  if (command.kind !== 'verify') return print(command.kind, verifyHelpText)
  // loaded when it is asked for: a server needs none of it
  const { runVerify } = await import('./verify-command.ts')
  process.exitCode = await runVerify(command.config)
  return true
}

async function findings(argv: readonly string[]): Promise<boolean> {
  const command = readFindingsCommand(argv, process.env)
  if (command.kind !== 'findings') return print(command.kind, findingsHelpText)
  const { runFindings } = await import('./findings-command.ts')
  process.exitCode = await runFindings(command.config)
  return true
}

/** Resolves once all output has been flushed. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

function print(what: 'help' | 'version', help: () => string): false {
  process.stdout.write(what === 'help' ? help() : `${packageJson.version}\n`)
  return false
}

async function startOptions(config: Config): Promise<StartOptions> {
  const format = config['log-format'] ?? (process.stderr.isTTY ? 'pretty' : 'json')
  const rateLimits = {
    perMinute: config['rate-limit-per-minute'],
    concurrentReads: config['rate-limit-reads'],
    concurrentWrites: config['rate-limit-writes'],
    writesPerDay: config['rate-limit-per-day'],
  }
  return {
    port: config.port,
    host: config.host,
    profile: config.profile,
    guards: await Promise.all(
      config.auth.map((guard) => (typeof guard === 'string' ? guard : loadGuard(guard.module))),
    ),
    allowedOrigins: config.cors,
    trustedProxies: config['trust-proxy'],
    oauth2: {
      accessTokenLifetime: config['access-token-lifetime'],
      refreshTokenLifetime: config['refresh-token-lifetime'],
      codeLifetime: config['code-lifetime'],
      ...(config['oauth2-sign-in'] !== undefined && { signIn: config['oauth2-sign-in'] }),
    },
    explain: config.explain,
    mailFrom: config['mail-from'],
    logger: await createLogger({ level: config['log-requests'] ? 'info' : config['log-level'], format }),
    logRequests: config['log-requests'],
    onProgress: progressBar(process.stderr, 'making up people'),
    ...tlsOption(config),
    onDemand: config.portals === 'on-demand',
    maxPortals: config['max-portals'],
    maxMemory: config['max-memory'],
    journal: config.journal,
    control: config.control && { token: config['control-token'] ?? null, remote: config['control-remote'] },
    ...(config.fault !== undefined && { fault: config.fault }),
    ...(config.fixture.length > 0 && { fixtures: config.fixture }),
    ...(config.users !== undefined && { generatedUsers: config.users }),
    ...(config.data !== undefined && { dataDirectory: config.data }),
    ...(config['machine-key'] !== undefined && { machineKey: config['machine-key'] }),
    ...(config['public-url'] !== undefined && { publicUrl: config['public-url'] }),
    ...(config.dates !== undefined && { dates: config.dates }),
    ...(config['smtp-url'] !== undefined && { smtp: config['smtp-url'] }),
    ...(config['rate-limit'] && { rateLimits }),
  }
}

function tlsOption({ tls, 'tls-cert': cert, 'tls-key': key }: Config): Pick<StartOptions, 'tls'> {
  if (cert !== undefined && key !== undefined) return { tls: readCertificate(cert, key) }
  if (cert !== key) throw new UsageError('--tls-cert and --tls-key go together')
  return tls ? { tls: true } : {}
}

function describe({ app, url }: RunningServer, config: Config): string {
  const { profile, auth, data } = config
  const guards = auth.filter((guard) => typeof guard === 'string')
  return banner(app.portals, { version: packageJson.version, url, profile, guards, dataDirectory: data })
}

function explain(error: NodeJS.ErrnoException): [message: string | undefined, exitCode: number] {
  // what JSON.parse, say, quotes of a file may have several lines
  const line = maskedMessage(error.message.replace(/\s*\n\s*/g, ' '))
  const [name = ''] = process.argv.slice(2)
  const command = COMMANDS.some((known) => known === name) ? `docspace-mock ${name}` : 'docspace-mock'
  if (error instanceof UsageError) return [`${line}${line.endsWith('?') ? '' : '.'} See ${command} --help.`, 2]
  if (
    [
      CertificateError,
      DataFileError,
      FindingsError,
      FixtureError,
      GuardModuleError,
      OAuth2OptionError,
      VerifyError,
    ].some((known) => error instanceof known)
  )
    return [line, 1]
  if (error.code === 'EADDRINUSE') return [`${line}. Stop what listens there, or choose another --port.`, 1]
  if (error.syscall !== undefined) return [`${line}.`, 1]
  return [maskedMessage(String(error.stack)), 1]
}
