import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What to fire at a server, and for how long. */
export interface LoadRequest {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  /** Bodies to send, one to each connection. */
  bodies?: readonly string[]
  connections: number
  seconds: number
  /** How many requests each connection sends a second; as many as are answered unless given. */
  rate?: number
  /** Ask for random ones of so many people that were made up, by an id behind the URL. */
  people?: number
  /** Ask so many portals in turn, the names of which stand in front of the URL's path. */
  portals?: number
}

/** What came of it. Latencies are in milliseconds. */
export interface Load {
  /** Answers other than 2xx, and requests without one. */
  failures: number
  requestsPerSecond: number
  p50: number
  p99: number
}

/** Fires requests from a process of its own, which stays warm from one measurement to the next. */
export class LoadGenerator {
  readonly #worker: ChildProcess = fork(fileURLToPath(new URL('load-worker.ts', import.meta.url)))
  readonly #dead = new AbortController()

  constructor() {
    this.#worker.once('exit', () => this.#dead.abort(new Error('the load generator has died')))
  }

  /** @throws Error where a single request fails: a fast failure is no speed */
  async fire(request: LoadRequest): Promise<Load> {
    this.#worker.send(request)
    const [load] = (await once(this.#worker, 'message', { signal: this.#dead.signal })) as [Load]
    if (load.failures > 0) throw new Error(`${load.failures} requests to ${request.url} failed`)
    return load
  }

  stop(): void {
    this.#worker.disconnect()
  }
}
