import type { WriteStream } from 'node:tty'

const WIDTH = 30

/**
 * Shows on a terminal how far the making up of people has come. Elsewhere it shows nothing.
 *
 * @returns what to call with how many there are so far
 */
export function progressBar(stream: WriteStream): (done: number, total: number) => void {
  if (!stream.isTTY) return () => {}
  return (done, total) => {
    const filled = Math.round((done / total) * WIDTH)
    const bar = '█'.repeat(filled).padEnd(WIDTH, '░')
    stream.write(`\rmaking up people ${bar} ${done} of ${total}${done === total ? '\n' : ''}`)
  }
}
