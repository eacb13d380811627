import type { ServerResponse } from 'node:http'

/** An event as a stream of server-sent events has it. */
export interface ServerSentEvent {
  event: string
  /** With what a client that was cut off asks for what came after. */
  id?: number
  data: unknown
}

/**
 * Sends server-sent events to one client. Events are taken from the source only as fast as the client reads, so that
 * none are buffered.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #next: () => Buffer | null

  /** @param next returns the bytes of the next event, or `null` if there is none yet */
  constructor(response: ServerResponse, next: () => Buffer | null) {
    this.#response = response
    this.#next = next
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    // the client learns that it is listened to before anything has happened
    response.write(': the journal follows\n\n')
    response.on('drain', () => this.send())
    this.send()
  }

  /** Sends available events until the client stops reading. */
  send(): void {
    while (!this.#response.writableNeedDrain && this.#response.writable) {
      const event = this.#next()
      if (event === null) return
      this.#response.write(event)
    }
  }

  /** Ends the stream. A client that doesn't read is not waited for. */
  end(): void {
    if (this.#response.writableLength > 0) this.#response.destroy()
    else this.#response.end()
  }
}

export function eventBytes({ event, id, data }: ServerSentEvent): Buffer {
  return Buffer.from(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
}
