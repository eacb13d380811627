/** The part of autocannon that the bench uses: it comes without types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  interface Client {
    setRequests(requests: { path: string }[]): void
    setBody(body: string): void
  }

  interface Options {
    url: string
    method: string
    headers: Record<string, string>
    connections: number
    duration: number
    sampleInt: number
    setupClient?: (client: Client) => void
  }

  interface Result {
    errors: number
    non2xx: number
  }

  interface Run extends EventEmitter, Promise<Result> {}

  export default function autocannon(options: Options): Run
}
