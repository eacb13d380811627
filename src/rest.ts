import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How often to check whether the server rests, in ms. */
const INTERVAL = 5000

/** The server rests while the utilization of the event loop is below this. */
const RESTING = 0.05

/** How many checks in a row have to find it at rest. */
const RESTS = 2

/** The minimum growth since the last time, as a factor and in bytes. */
const GROWTH = 1.2
const LEAST_GROWTH = 16 * 1024 * 1024

/**
 * Frees memory after a burst, once the server rests: packs journals and databases of portals, collects garbage, and
 * returns free memory to the system. Does nothing while the server is busy or if memory hasn't grown much.
 */
export function giveBackAtRest(app: FastifyInstance, interval = INTERVAL): () => void {
  let lastUse = performance.eventLoopUtilization()
  let lowest = process.memoryUsage.rss()
  let rests = 0
  let isBusy = false
  const look = async () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, lastUse)
    lastUse = now
    rests = utilization < RESTING ? rests + 1 : 0
    const hasGrown = process.memoryUsage.rss() >= Math.max(lowest * GROWTH, lowest + LEAST_GROWTH)
    if (rests < RESTS || !hasGrown || isBusy || app.closing.aborted) return
    isBusy = true
    try {
      await packAll(app)
      await giveBack()
    } catch (error) {
      app.log.error(error)
    } finally {
      isBusy = false
      rests = 0
      lowest = process.memoryUsage.rss()
    }
  }
  const timer = setInterval(look, interval).unref()
  return () => clearInterval(timer)
}

/** Lets requests that arrive meanwhile be answered first. */
async function packAll({ portals, journalOf }: FastifyInstance): Promise<void> {
  for (const slot of portals.list()) for (const _ of journalOf(slot).pack()) await setImmediate()
  for (const _ of portals.sleep()) await setImmediate()
}

async function giveBack(): Promise<void> {
  const { collectGarbage } = await import('./store/collect-garbage.ts')
  const { freeHeap } = await import('./store/free-heap.ts')
  await collectGarbage()
  freeHeap()
}
