import { IncomingMessage } from 'node:http'
import { type KeptBody, MAX_BODY, NO_BODY } from '../journal/entry.ts'

/**
 * A request that keeps the beginning of its body as it comes in, whether anybody reads it or not: most operations don't,
 * and Node throws away what isn't read. What comes after the answer has gone is no longer kept.
 */
export class BodyKeepingRequest extends IncomingMessage {
  #chunks: Buffer[] | null = null
  #size = 0

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) this.#keep(chunk)
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
