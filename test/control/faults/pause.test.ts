import { EventEmitter, getEventListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { pause } from '../../../src/control/faults/pause.ts'

const LONG = 600_000

function waiting() {
  const answer = Object.assign(new EventEmitter(), { closed: false })
  const closing = new AbortController()
  const begin = (duration: number) => pause(duration, answer as unknown as ServerResponse, closing.signal)
  const listeners = () => [answer.listenerCount('close'), getEventListeners(closing.signal, 'abort').length]
  return { answer, closing, begin, listeners }
}

t.test('a pause lasts as long as it is said to', async (t) => {
  const { begin, listeners } = waiting()
  const started = performance.now()
  const paused = begin(30)
  t.same(listeners(), [1, 1])
  await paused
  // timers count whole milliseconds
  t.ok(performance.now() - started >= 29)
  t.same(listeners(), [0, 0], 'and leaves nothing behind')
})

t.test('it ends when nobody waits for the answer', async (t) => {
  const { answer, begin, listeners } = waiting()
  const paused = begin(LONG)
  answer.emit('close')
  await paused
  t.same(listeners(), [0, 0])
  answer.closed = true
  await begin(LONG)
})

t.test('it ends when the server closes', async (t) => {
  const { closing, begin, listeners } = waiting()
  const paused = begin(LONG)
  closing.abort()
  await paused
  t.same(listeners(), [0, 0])
  await begin(LONG)
})
