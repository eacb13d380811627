import type { DestinationStream } from 'pino'

/** How much of the log may wait for standard error to be read, in bytes. */
const MAX_WAITING = 1024 * 1024

/**
 * Writes to standard error without blocking the server. If too much output waits to be read, further lines are dropped
 * and counted, so that a stalled reader neither blocks the server nor fills its memory.
 */
export class LogOutput implements DestinationStream {
  readonly #stream = process.stderr
  #dropped = 0

  /** @param onRoom called with the number of dropped lines once the waiting lines have been read */
  constructor(onRoom: (dropped: number) => void) {
    const resume = () => {
      const dropped = this.#dropped
      this.#dropped = 0
      if (dropped > 0) onRoom(dropped)
    }
    this.#stream.on('drain', resume)
    // a failed write discards the writes queued behind it, and no drain event follows
    this.#stream.on('error', () => {
      this.#dropped = 0
    })
  }

  write(line: string): void {
    if (this.#dropped > 0 || this.#stream.writableLength > MAX_WAITING) this.#dropped += 1
    else this.#stream.write(line)
  }
}
