import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

/** The file that runs the command from source. */
export const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** How long a command that should end by itself may take, in ms. */
const PATIENCE = 30_000

/** Those that run: a test that ends before its time has no teardown. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** How to start the command. */
export interface CommandOptions {
  /** Variables besides those of the tests' own process, of which none is the command's. */
  env?: Record<string, string>
  cwd?: string
  /** Where and how it says that it listens, the URL in the first group; by its banner unless given. */
  ready?: readonly ['stdout' | 'stderr', RegExp]
}

/** What a command left behind. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A command that serves. */
export interface Serving {
  child: ChildProcess
  url: string
  port: number
  ended: Promise<Ended>
  /** What it has printed so far. */
  printed: { stdout: string; stderr: string }
  /** Waits until it has printed something on standard error. */
  logged(pattern: RegExp): Promise<RegExpExecArray>
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Runs the command to its end. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { child, ended } = spawnCommand(args, options)
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  const result = await ended
  clearTimeout(timer)
  return result
}

/** Starts the command on a free port and waits until it listens. It is killed with the test. */
export async function startCommand(
  t: Test,
  args: readonly string[] = [],
  { ready = ['stdout', /^Listening on (\S+)$[\s\S]*^Open .*\n/m], ...options }: CommandOptions = {},
): Promise<Serving> {
  const { child, ended, printed } = beginCommand(t, ['--port', '0', ...args], options)
  const [stream, pattern] = ready
  const [, url = ''] = await Promise.race([
    waitFor(child, stream, () => pattern.exec(printed[stream])),
    ended.then(({ code, stderr }) => Promise.reject(new Error(`the command ended with ${code}: ${stderr}`))),
  ])
  return {
    child,
    url,
    port: Number(new URL(url).port),
    ended,
    printed,
    logged: (wanted) => waitFor(child, 'stderr', () => wanted.exec(printed.stderr)),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** Starts the command and doesn't wait for it. It is killed with the test. */
export function beginCommand(t: Test, args: readonly string[], options: CommandOptions = {}) {
  const command = spawnCommand(args, options)
  t.teardown(() => command.child.kill('SIGKILL'))
  return command
}

/** Runs any program to its end. */
export async function run(command: string, args: readonly string[]): Promise<Ended> {
  return collect(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })).ended
}

function spawnCommand(args: readonly string[], { env = {}, cwd }: CommandOptions) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('DOCSPACE_MOCK_'))
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...Object.fromEntries(others), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return { child, ...collect(child) }
}

function collect(child: ChildProcess) {
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text) => {
      printed[stream] += text
    })
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, ...printed }))
  return { printed, ended }
}

/** Looks again whenever something has been printed. */
async function waitFor<Found>(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  look: () => Found | null,
): Promise<Found> {
  for (;;) {
    const found = look()
    if (found !== null) return found
    await once(child[stream] ?? child, 'data')
  }
}
