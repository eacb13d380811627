import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How a command is run. */
export interface CommandOptions {
  signal: AbortSignal
  env?: Record<string, string>
  cwd?: string
  /** Called with each line of its standard output as it comes. */
  onLine?: (line: string) => void
}

/** What became of a command. */
export interface CommandResult {
  /** `null`: it was killed. */
  code: number | null
  stdout: string
  stderr: string
}

/** A command that hangs is killed after so many ms. */
const TIMEOUT = 300_000

/**
 * Runs a command to its end. It is killed when the signal says so.
 *
 * @throws Error where there is no such command, or it was killed for taking too long
 */
export function run(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { signal, env = {}, cwd, onLine } = options
  const child = spawn(command, args, {
    // the timer of spawn's own `timeout` would keep the process alive where there is no such command
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout: string[] = []
  createInterface(child.stdout).on('line', (line) => {
    stdout.push(line)
    onLine?.(line)
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout: stdout.join('\n'), stderr }))
  })
}

/**
 * Runs a command that has to succeed.
 *
 * @returns its standard output
 */
export async function runOrThrow(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options)
  if (code === 0) return stdout
  // compilers say first what is wrong, others last
  const lines = `${stderr.trim()}\n${stdout.trim()}`.split('\n')
  const reason = lines.find((line) => /\berror( TS\d+)?:/i.test(line)) ?? stderr.trim().split('\n').at(-1)
  throw new Error(`${[command, ...args].join(' ')} ended with ${code}: ${reason}`)
}
