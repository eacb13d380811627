import type { DestinationStream } from 'pino'

/** How much of the log may wait for the reader of standard error, in bytes. */
const MAX_WAITING = 1024 * 1024

/**
 * Standard error, to which Node.js writes without blocking where it is a pipe. Lines that find too much waiting before
 * them are dropped and counted: a reader that has stopped neither holds up the server nor fills its memory.
 */
export class LogOutput implements DestinationStream {
  readonly #stream = process.stderr
  #dropped = 0

  /** @param onRoom called with the number of dropped lines once the waiting ones have been read */
  constructor(onRoom: (dropped: number) => void) {
    const resume = () => {
      const dropped = this.#dropped
      this.#dropped = 0
      if (dropped > 0) onRoom(dropped)
    }
    this.#stream.on('drain', resume)
    // a write that failed takes those that wait behind it along, and no drain follows
    this.#stream.on('error', () => {
      this.#dropped = 0
    })
  }

  write(line: string): void {
    if (this.#dropped > 0 || this.#stream.writableLength > MAX_WAITING) this.#dropped += 1
    else this.#stream.write(line)
  }
}
