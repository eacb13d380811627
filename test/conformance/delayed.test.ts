import { once } from 'node:events'
import t from 'tap'
import { delayed } from '../../src/conformance/delayed.ts'

t.test('it comes after the other, not before', async (t) => {
  const stop = new AbortController()
  const later = delayed(stop.signal, 20)
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  const aborted = once(later, 'abort')
  stop.abort()
  t.notOk(later.aborted, 'not at once')
  await aborted
  t.ok(later.aborted)
})

t.test('where the other has come already', async (t) => {
  const later = delayed(AbortSignal.abort(), 20)
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  t.notOk(later.aborted)
  await once(later, 'abort')
})
