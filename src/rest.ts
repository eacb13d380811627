import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How often it is looked whether the server rests, in ms. */
const INTERVAL = 5000

/** The server rests while the event loop is busy for less than this part of the time. */
const RESTING = 0.05

/** How often in a row it has to rest. */
const RESTS = 2

/** Memory is given back where it has grown by this much since the last time, as a factor and in bytes. */
const GROWTH = 1.2
const LEAST_GROWTH = 16 * 1024 * 1024

/**
 * Gives memory back after a burst, once the server rests: journals and portals' databases are packed, garbage is collected and
 * what is free goes back to the system. While the server is busy, and where little has been used, nothing happens.
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

/** Requests that come meanwhile go first. */
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
