import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** How a process ended, and what it said. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end. */
export async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  return { exitCode: await ended(child), ...output }
}

/** Runs a program that has to succeed, and gives its standard output. */
export async function runWell(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, args, options)
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`)
  return stdout
}

/** Gives the exit code of a process that ends; `null` after a signal. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
}

/** Starts a server of ours, and gives it back with its URL as soon as it says that it listens. */
export async function startServer(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const url = /^Listening on (\S+)$/m.exec(said)?.[1]
        if (url !== undefined) resolve(url)
      })
    }
  })
  const url = await Promise.race([listening, ended(child), delay(60_000, undefined, { ref: false })])
  if (typeof url === 'string') return { child, url }
  child.kill('SIGKILL')
  throw new Error(`${command} doesn't listen\n${said}`)
}

/** Asks a process to stop, and gives how it ended and how many milliseconds that took. */
export async function stop(child: ChildProcess): Promise<{ exitCode: number | null; took: number }> {
  const since = performance.now()
  const end = ended(child)
  child.kill('SIGTERM')
  return { exitCode: await end, took: performance.now() - since }
}
