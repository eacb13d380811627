import t from 'tap'
import { EARLIEST, LATEST, PortalClock, systemClock } from '../../src/domain/clock.ts'

/** A clock on a base that is moved by hand. */
function clockAt(time: number) {
  const base = { time, now: () => base.time }
  return { base, clock: new PortalClock(base) }
}

t.test('the machine’s clock tells the time', async (t) => {
  const before = Date.now()
  const now = systemClock.now()
  t.ok(now >= before && now <= Date.now())
})

t.test('a portal’s clock shows what its base shows, until it is changed', async (t) => {
  const { base, clock } = clockAt(1000)
  t.equal(clock.now(), 1000)
  base.time = 2500
  t.equal(clock.now(), 2500)
  t.strictSame([clock.rate, clock.isChanged], [1, false])
})

t.test('it can be set, moved, sped up, stopped and put back', async (t) => {
  const { base, clock } = clockAt(1000)
  clock.set(50_000)
  base.time += 10
  t.equal(clock.now(), 50_010, 'it goes on from there')
  clock.move(-20_000)
  t.equal(clock.now(), 30_010)
  clock.run(60)
  base.time += 100
  t.equal(clock.now(), 36_010)
  t.strictSame([clock.rate, clock.isChanged], [60, true])
  clock.run(0)
  base.time += 100_000
  t.equal(clock.now(), 36_010, 'it stands still')
  clock.move(1)
  t.equal(clock.now(), 36_011, 'and can be moved all the same')
  clock.set(5)
  t.equal(clock.now(), 5)
  t.equal(clock.rate, 0, 'setting the time lets it run no faster')
  clock.reset()
  t.equal(clock.now(), base.time)
  t.strictSame([clock.rate, clock.isChanged], [1, false])
})

t.test('it shows whole milliseconds', async (t) => {
  const { base, clock } = clockAt(0)
  clock.run(0.3)
  base.time = 5
  t.equal(clock.now(), 1)
})

t.test('it shows no time that DocSpace can’t write', async (t) => {
  const { base, clock } = clockAt(1000)
  for (const time of [EARLIEST - 1, LATEST + 1, Number.NaN]) t.throws(() => clock.set(time), RangeError)
  t.throws(() => clock.move(-1001), RangeError)
  t.notOk(clock.isChanged, 'nothing has changed')
  clock.set(LATEST)
  clock.run(1000)
  base.time += 1000
  t.equal(clock.now(), LATEST, 'there it stands still')
})
