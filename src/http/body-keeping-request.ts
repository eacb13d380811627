import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type KeptBody, MAX_BODY, NO_BODY } from '../journal/entry.ts'

/** What ended a request in the middle of its body. */
export interface Interruption {
  /** The status that was sent in place of an answer; `null`: none. */
  status: number | null
  /** Whether the answer had begun to go out. */
  isAnswered: boolean
  reason: string
}

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
 * A request that keeps the beginning of its body as it comes in, whether anybody reads it or not: most operations don't,
 * and Node throws away what isn't read. What comes after the answer has gone is no longer kept.
 */
export class BodyKeepingRequest extends IncomingMessage {
  /** The answer, where the journal keeps the request. */
  answer: ServerResponse | null = null
  /** What ended the request in the middle of its body. */
  interruption: Interruption | null = null
  #chunks: Buffer[] | null = null
  #size = 0

  constructor(socket: Socket) {
    super(socket)
    socket[ARRIVING] = this
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) this.#keep(chunk)
    else this.socket[ARRIVING] = null
    return super.push(chunk, encoding)
  }

  /** As much of the body as has come, and is kept. */
  get keptBody(): KeptBody {
    if (this.#chunks === null) return NO_BODY
    const content = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks)
    return this.#size > MAX_BODY ? { content, size: this.#size } : { content }
  }

  #keep(chunk: Buffer): void {
    this.#chunks ??= []
    const room = MAX_BODY - Math.min(this.#size, MAX_BODY)
    this.#size += chunk.length
    // a part of a chunk would hold on to all of it
    if (room > 0) this.#chunks.push(chunk.length <= room ? chunk : Buffer.from(chunk.subarray(0, room)))
  }
}
