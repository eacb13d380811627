import { defaultFixture } from '../../src/start.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { Portals } from '../../src/store/portals.ts'
import type { PortalTimes } from './measure-portals.ts'
import { percentile } from './statistics.ts'

/** How often each is done. */
const TIMES = 3000

const NANOSECONDS_PER_MICROSECOND = 1000

/** Measures in a process of its own, since memory that another measurement has had isn't given back. */
process.stdout.write(JSON.stringify(measure(Number(process.argv[2]))))

function measure(count: number): PortalTimes {
  const portals = new Portals({
    portals: [openPortal({ fixture: defaultFixture })],
    onDemand: true,
    limit: count + 1,
  })
  // what is only needed once is no portal's
  const { alias } = portals.create('warm-up')
  portals.find(alias)?.store.users.count()
  portals.find(alias)?.reset()
  portals.drop(portals.create('another'))

  const before = usedMemory()
  const names = Array.from({ length: count }, (_, i) => `w${i + 1}`)
  for (const name of names) portals.create(name).store.users.count()
  const memory = usedMemory() - before
  const slots = names.map((name) => portals.find(name))

  const reset = time((i) => slots[i % count]?.reset())
  const create = time((i) => portals.drop(portals.create(`new${i}`)))
  return { memory, reset, create }
}

function time(work: (i: number) => void): { median: number; p99: number } {
  const durations = Array.from({ length: TIMES }, (_, i) => {
    const started = process.hrtime.bigint()
    work(i)
    return Number(process.hrtime.bigint() - started) / NANOSECONDS_PER_MICROSECOND
  }).sort((a, b) => a - b)
  return { median: percentile(durations, 50), p99: percentile(durations, 99) }
}

/** In MB, without garbage. */
function usedMemory(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss() / 1024 / 1024
}
