import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'

/**
 * Breaks the connection of a request: plain ones are reset, as by a server that dies; those that speak TLS just end.
 */
export function hangUp(answer: ServerResponse, socket: Socket): void {
  if (socket.destroyed) return
  if (socket instanceof Socket && !('encrypted' in socket)) socket.resetAndDestroy()
  else answer.destroy()
}

/** How a body goes out. */
export interface Sending {
  /** How much of it, in bytes; the connection breaks then if that isn't all. */
  until: number
  /** How large its pieces are, in bytes. */
  size: number
  /** Called between two of them. */
  pause: () => Promise<void>
  answer: ServerResponse
}

/** A body that goes out in pieces, or not to its end. */
export function piecewise(body: Buffer, { until, size, pause, answer }: Sending): Readable {
  async function* pieces() {
    for (let at = 0; at < until; at += size) {
      if (at > 0) await pause()
      yield body.subarray(at, Math.min(at + size, until))
    }
    if (until === body.length) return
    // what was sent is to arrive before the connection ends
    await new Promise((resolve) => answer.write('', resolve))
    answer.destroy()
  }
  return Readable.from(pieces())
}
