import t from 'tap'
import { systemClock } from '../../src/domain/clock.ts'

t.test('the machine’s clock gives milliseconds since 1970', async (t) => {
  const before = Date.now()
  const now = systemClock.now()

  t.ok(now >= before && now <= Date.now())
})
