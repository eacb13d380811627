import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { fileURLToPath } from 'node:url'

/** The command line of a server, without Node itself. */
export type Command = readonly string[]

/** An answer of the mock, which a bare server repeats. */
export interface Answer {
  headers: Record<string, string>
  body: string
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Headers that Node puts into every answer by itself. */
const FRAMING = new Set(['connection', 'date', 'keep-alive'])

const running = new Set<ChildProcess>()

// whatever happens, no server outlives the bench
process.on('exit', () => {
  for (const server of running) server.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** The command line of a bare server that gives one answer to everything. */
export function bareServer(answer?: Answer): Command {
  return ['test/bench/bare-server.cjs', ...(answer === undefined ? [] : [JSON.stringify(answer)])]
}

/** A server that was started from its command line. */
export class ServerProcess {
  /** Where it listens. */
  readonly url: string
  readonly #process: ChildProcess

  private constructor(server: ChildProcess, url: string) {
    this.#process = server
    this.url = url
  }

  /** Starts a server and waits until it says where it listens. */
  static async start(command: Command): Promise<ServerProcess> {
    const server = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(server)
    server.once('exit', () => running.delete(server))
    return new ServerProcess(server, await announcedUrl(server, command))
  }

  /** Its resident memory, in MB. */
  residentMemory(): number {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(this.#process.pid)], { encoding: 'utf8' })) / 1024
  }

  async stop(): Promise<void> {
    if (!running.has(this.#process)) return
    this.#process.kill()
    await once(this.#process, 'exit')
  }
}

function announcedUrl(server: ChildProcess, command: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (chunk: Buffer) => {
      printed += chunk
      const [, url] = /^Listening on (\S+)$/m.exec(printed) ?? []
      if (url !== undefined) resolve(url)
    }
    server.stdout?.on('data', read)
    server.stderr?.on('data', read)
    server.once('exit', () => reject(new Error(`node ${command.join(' ')} did not start:\n${printed}`)))
  })
}

/** Asks once, over a connection of its own. */
export async function ask(url: string, method: string, headers: Record<string, string>): Promise<Answer> {
  const request = get(url, { method, headers, agent: false })
  const [response] = await once(request, 'response')
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  if (response.statusCode !== 200) throw new Error(`${method} ${url} answered ${response.statusCode}: ${body}`)
  const kept = Object.entries<string>(response.headers).filter(([name]) => !FRAMING.has(name))
  return { headers: Object.fromEntries(kept), body }
}
