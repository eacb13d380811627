import t from 'tap'
import { defaultRateLimits, RateLimiter, type RateLimits } from '../../src/domain/rate-limit.ts'

const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND
const plenty: RateLimits = { perMinute: 1e6, concurrentReads: 1e6, concurrentWrites: 1e6, writesPerDay: 1e6 }

/** A limiter and a way to ask it that tells what it said in one word. */
function limiter(limits: Partial<RateLimits>) {
  const limiter = new RateLimiter({ ...plenty, ...limits })
  const enter = (caller: string, method: string, now: number) => limiter.enter(caller, method, now)
  const says = (caller: string, method: string, now: number) => {
    const entered = enter(caller, method, now)
    if ('excess' in entered) return entered.excess
    entered.leave()
    return 'in'
  }
  return { enter, says }
}

t.test('DocSpace’s own numbers (facts §1.6)', async (t) => {
  t.strictSame(defaultRateLimits, {
    perMinute: 1500,
    concurrentReads: 50,
    concurrentWrites: 15,
    writesPerDay: 10_000,
  })
})

t.test('the minute slides', async (t) => {
  const { says } = limiter({ perMinute: 2 })

  t.equal(says('a', 'GET', 0), 'in')
  t.equal(says('a', 'POST', 30 * SECOND), 'in')
  t.strictSame(says('a', 'GET', 59 * SECOND), { limit: 2 }, 'no end is told')
  t.strictSame(says('a', 'GET', 60 * SECOND - 1), { limit: 2 })
  t.equal(says('a', 'GET', 60 * SECOND), 'in', 'the first is a minute old')
  t.strictSame(says('a', 'GET', 61 * SECOND), { limit: 2 }, 'the second is not')
  t.equal(says('a', 'GET', 90 * SECOND), 'in')
})

t.test('requests that were too many don’t count', async (t) => {
  const { says } = limiter({ perMinute: 1 })

  t.equal(says('a', 'GET', 0), 'in')
  for (let now = 1; now < 60; now++) t.strictSame(says('a', 'GET', now * SECOND), { limit: 1 })
  t.equal(says('a', 'GET', 60 * SECOND), 'in')
})

t.test('callers don’t share a count', async (t) => {
  const { says } = limiter({ perMinute: 1 })

  t.equal(says('a', 'GET', 0), 'in')
  t.equal(says('b', 'GET', 0), 'in')
  t.strictSame(says('a', 'GET', 0), { limit: 1 })
})

t.test('so many at the same time, GETs and others each by themselves', async (t) => {
  const { enter, says } = limiter({ concurrentReads: 2, concurrentWrites: 1 })
  const [first, second] = [enter('a', 'GET', 0), enter('a', 'GET', 0)]
  t.ok('leave' in first && 'leave' in second)

  t.strictSame(says('a', 'GET', 0), { limit: 2 }, 'no end is told')
  t.equal(says('b', 'GET', 0), 'in')
  const write = enter('a', 'POST', 0)
  t.ok('leave' in write)
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
    t.strictSame(says('a', method, 0), { limit: 1 }, method)
  }

  if ('leave' in first) first.leave()
  t.equal(says('a', 'GET', 0), 'in', 'one was answered, and writes are none of its business')
  if ('leave' in write) write.leave()
  t.equal(says('a', 'DELETE', 0), 'in')
})

t.test('POSTs and PUTs of a day, with its end', async (t) => {
  const { says } = limiter({ writesPerDay: 2 })

  t.equal(says('a', 'POST', 5), 'in')
  t.equal(says('a', 'PUT', 6), 'in')
  t.strictSame(says('a', 'POST', 7), { limit: 2, resetAt: DAY + 5 })
  t.strictSame(says('a', 'PUT', DAY + 4), { limit: 2, resetAt: DAY + 5 })
  t.equal(says('a', 'GET', 7), 'in')
  t.equal(says('a', 'DELETE', 7), 'in')
  t.equal(says('a', 'POST', DAY + 5), 'in', 'a new day')
  t.equal(says('a', 'POST', DAY + 5), 'in')
  t.strictSame(says('a', 'POST', DAY + 6), { limit: 2, resetAt: 2 * DAY + 5 })
})

t.test('the sliding minute is told before the day', async (t) => {
  const { says } = limiter({ perMinute: 1, writesPerDay: 1 })

  t.equal(says('a', 'POST', 0), 'in')
  t.strictSame(says('a', 'POST', 1), { limit: 1 })
  t.strictSame(says('a', 'POST', 60 * SECOND), { limit: 1, resetAt: DAY })
})

t.test('a limit of nothing lets nobody in', async (t) => {
  const { says } = limiter({ perMinute: 0 })

  t.strictSame(says('a', 'GET', 0), { limit: 0 })
})

t.test('a clock that is moved back: what comes later hasn’t happened yet', async (t) => {
  const { says } = limiter({ perMinute: 2, writesPerDay: 1 })
  t.equal(says('a', 'GET', 10 * DAY), 'in')
  t.equal(says('a', 'POST', 10 * DAY), 'in')
  t.strictSame(says('a', 'GET', 10 * DAY), { limit: 2 })
  t.equal(says('a', 'POST', DAY), 'in')
  t.strictSame(says('a', 'POST', DAY), { limit: 1, resetAt: 2 * DAY })
  t.equal(says('a', 'GET', DAY - 1), 'in', 'a little back too')
})
