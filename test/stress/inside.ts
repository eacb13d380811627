import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

/** Measurements of a process since the last sample. Times are in milliseconds, memory is in MB. */
export interface InsideSample {
  rss: number
  heap: number
  /** The event loop's delay, which a busy machine makes longer. */
  delay: Percentiles
  /** Maximum CPU time of the main thread per 10 ms timer: how long others are blocked, whatever the machine does. */
  turn: Percentiles
}

export interface Percentiles {
  p99: number
  max: number
}

/** Preloaded into the server with `--import`: answers each message of the parent with a sample. */
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()

const turn = createHistogram()
let before = threadTime()
setInterval(() => {
  const now = threadTime()
  turn.record(Math.max(1, now - before))
  before = now
}, 10).unref()

process.on('message', () => {
  const { rss, heapUsed } = process.memoryUsage()
  const sample: InsideSample = {
    rss: rss / 2 ** 20,
    heap: heapUsed / 2 ** 20,
    delay: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    turn: { p99: turn.percentile(99) / 1e3, max: turn.max / 1e3 },
  }
  delay.reset()
  turn.reset()
  process.send?.(sample)
})
// must not keep the server alive
process.channel?.unref()

/** CPU time of the main thread so far, in µs. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}
