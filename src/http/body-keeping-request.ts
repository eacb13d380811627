import type { EventEmitter } from 'node:events'
import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type KeptBody, MAX_BODY, NO_BODY } from '../journal/entry.ts'
import { GrowingBuffer } from '../wire/growing-buffer.ts'

/** What ended a request in the middle of its body. */
export interface Interruption {
  /** The status that was sent in place of an answer; `null`: none. */
  status: number | null
  /** Whether the answer had begun to go out. */
  isAnswered: boolean
  reason: string
}

/** The error code for a body with too many small chunks. */
export const SMALL_CHUNKS = 'ERR_SMALL_CHUNKS'

/** How many chunks a body may have if they average less than {@link SMALL_CHUNK}. */
export const MAX_SMALL_CHUNKS = 10_000

/** In bytes. Each chunk takes the same time, however small it is. */
const SMALL_CHUNK = 64

const ARRIVING = Symbol('arriving')

declare module 'node:net' {
  interface Socket {
    /** The request whose body is on its way; `null`: there is none; `undefined`: there was no request so far. */
    [ARRIVING]?: BodyKeepingRequest | null
  }
}

/** The request whose body is on its way; `null`: there is none; `undefined`: there was no request so far. */
export function arrivingRequest(socket: Socket): BodyKeepingRequest | null | undefined {
  return socket[ARRIVING]
}

/**
 * A request that keeps the beginning of its body even if its operation doesn't read it: most operations don't, and Node
 * discards unread bodies. Data that arrives after the response was sent isn't kept.
 */
export class BodyKeepingRequest extends IncomingMessage {
  /** The answer, where the journal keeps the request. */
  answer: ServerResponse | null = null
  /** What ended the request in the middle of its body. */
  interruption: Interruption | null = null
  #kept: GrowingBuffer | null = null
  #size = 0
  #chunks = 0

  constructor(socket: Socket) {
    super(socket)
    socket[ARRIVING] = this
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    // a request that was refused in the middle must not be carried out when its rest comes
    if (this.socket.writableEnded) return true
    if (chunk === null) this.socket[ARRIVING] = null
    else {
      this.#keep(chunk)
      this.#chunks += 1
      if (this.#chunks > MAX_SMALL_CHUNKS && this.#size < this.#chunks * SMALL_CHUNK) {
        this.#refuseChunks()
        return true
      }
    }
    return super.push(chunk, encoding)
  }

  /** As much of the body as has come, and is kept. */
  get keptBody(): KeptBody {
    if (this.#kept === null) return NO_BODY
    const { content } = this.#kept
    return this.#size > MAX_BODY ? { content, size: this.#size } : { content }
  }

  #keep(chunk: Buffer): void {
    this.#kept ??= new GrowingBuffer()
    const room = MAX_BODY - Math.min(this.#size, MAX_BODY)
    this.#size += chunk.length
    // a part of a chunk would hold on to all of it
    if (room > 0) this.#kept.append(chunk.length <= room ? chunk : Buffer.from(chunk.subarray(0, room)))
  }

  /** Ends the request as the parser does for an invalid body. */
  #refuseChunks(): void {
    const { socket } = this
    const server: EventEmitter | undefined = Reflect.get(socket, 'server')
    server?.emit('clientError', Object.assign(new Error('too many small chunks'), { code: SMALL_CHUNKS }), socket)
  }
}
