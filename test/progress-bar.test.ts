import type { WriteStream } from 'node:tty'
import t from 'tap'
import { progressBar } from '../src/progress-bar.ts'

function fakeStream(isTTY: boolean) {
  const written: string[] = []
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as WriteStream
  return { stream, written }
}

t.test('on a terminal one line is filled', async (t) => {
  const { stream, written } = fakeStream(true)
  const show = progressBar(stream, 'making up people')
  show(10_000, 40_000)
  show(40_000, 40_000)
  t.same(written, [
    `\rmaking up people ${'█'.repeat(8)}${'░'.repeat(22)} 10000 of 40000`,
    `\rmaking up people ${'█'.repeat(30)} 40000 of 40000\n`,
  ])
})

t.test('elsewhere there is nothing', async (t) => {
  const { stream, written } = fakeStream(false)
  progressBar(stream, 'anything')(1, 2)
  t.same(written, [])
})
