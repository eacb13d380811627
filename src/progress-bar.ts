import type { WriteStream } from 'node:tty'

const WIDTH = 30

/**
 * Shows on a terminal how far some work has come. Elsewhere it shows nothing.
 *
 * @param title what is being done, such as `making up people`
 * @returns what to call with how many there are so far
 */
export function progressBar(stream: WriteStream, title: string): (done: number, total: number) => void {
  if (!stream.isTTY) return () => {}
  return (done, total) => {
    const filled = Math.round((done / total) * WIDTH)
    const bar = '█'.repeat(filled).padEnd(WIDTH, '░')
    stream.write(`\r${title} ${bar} ${done} of ${total}${done === total ? '\n' : ''}`)
  }
}
