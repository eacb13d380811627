import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { InsideSample } from './inside.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const INSIDE = new URL('inside.ts', import.meta.url).href

/** The tested command: the built one if it exists, since users run that. */
export const command = existsSync(`${ROOT}dist/bin.cjs`) ? 'dist/bin.cjs' : 'src/main.ts'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

/** How a process ended. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A log line at level error or above, or other output. */
const ERROR_LEVEL = 50

/** A server in its own process, started like a user's. */
export class Subject {
  readonly child: ChildProcess
  readonly url: string
  readonly port: number
  readonly ended: Promise<Ended>
  readonly #log: string[]

  private constructor(child: ChildProcess, url: string, ended: Promise<Ended>, log: string[]) {
    this.child = child
    this.url = url
    this.port = Number(new URL(url).port)
    this.ended = ended
    this.#log = log
  }

  /** @throws Error if it doesn't listen */
  static async start(flags: readonly string[]): Promise<Subject> {
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--import',
      INSIDE,
      command,
      '--port',
      '0',
      '--no-banner',
      '--log-format',
      'json',
      ...flags,
    ]
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    running.add(child)
    const ended = once(child, 'exit').then(([code, signal]): Ended => {
      running.delete(child)
      return { code, signal }
    })
    const log: string[] = []
    let rest = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      log.push(...lines.filter(isError))
    })
    const url = await listening(child)
    if (url === null) throw new Error(`node ${args.join(' ')} does not listen: ${log.join('\n')}${rest}`)
    return new Subject(child, url, ended, log)
  }

  get isRunning(): boolean {
    return running.has(this.child)
  }

  /** The errors logged since the last call. */
  takeErrors(): string[] {
    return this.#log.splice(0)
  }

  /** @throws Error if the process has ended or doesn't respond */
  async sample(): Promise<InsideSample> {
    const answered = once(this.child, 'message', { signal: AbortSignal.timeout(120_000) })
    this.child.send('sample')
    const [sample] = await answered
    return sample as InsideSample
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal)
    return this.ended
  }
}

async function listening(child: ChildProcess): Promise<string | null> {
  let printed = ''
  for await (const text of child.stdout?.setEncoding('utf8').iterator({ destroyOnReturn: false }) ?? []) {
    printed += text
    const [, url] = /^Listening on (\S+)$/m.exec(printed) ?? []
    if (url === undefined) continue
    child.stdout?.resume()
    return url
  }
  return null
}

function isError(line: string): boolean {
  if (!line.startsWith('{')) return line !== ''
  return (JSON.parse(line) as { level: number }).level >= ERROR_LEVEL
}
