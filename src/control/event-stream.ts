import type { ServerResponse } from 'node:http'

/** An event as a stream of server-sent events has it. */
export interface ServerSentEvent {
  event: string
  /** With what a client that was cut off asks for what came after. */
  id?: number
  data: unknown
}

/** Server-sent events to one client. The next is made only when the last has gone out, so that none pile up. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #next: () => ServerSentEvent | null

  /** @param next gives the next event, or `null` while there is none */
  constructor(response: ServerResponse, next: () => ServerSentEvent | null) {
    this.#response = response
    this.#next = next
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    // the client learns that it is listened to before anything has happened
    response.write(': the journal follows\n\n')
    response.on('drain', () => this.send())
    this.send()
  }

  /** Sends what there is, as far as the client takes it. */
  send(): void {
    while (!this.#response.writableNeedDrain && this.#response.writable) {
      const event = this.#next()
      if (event === null) return
      this.#response.write(textOf(event))
    }
  }

  /** Ends the stream. A client that doesn't read is not waited for. */
  end(): void {
    if (this.#response.writableLength > 0) this.#response.destroy()
    else this.#response.end()
  }
}

function textOf({ event, id, data }: ServerSentEvent): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
