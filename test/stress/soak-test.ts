import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from '../bench/statistics.ts'
import type { Tally } from '../clients/tally.ts'
import { Load } from './load.ts'
import type { SoakOptions } from './soak-options.ts'
import { Subject } from './subject.ts'

/** One line of the table. */
interface Sample {
  minute: number
  rate: number
  rss: number
  heap: number
  p50: number
  p99: number
  delay: number
  /** The longest turn of the server's event loop, in CPU time. */
  turn: number
  /** The delay of this process's own event loop, which a busy machine makes longer. */
  noise: number
  errors: number
}

/** How long a server may take to return memory, and the interval of checks, in ms. */
const REST = 60_000
const LOOK = 2000

/** The maximum latency added by a busy machine, as a multiple of the delay of this process's event loop. */
const NOISE = 10

/** Puts a steady load on a server and checks that its latency and memory don't grow. */
export async function soak(options: SoakOptions, tally: Tally): Promise<void> {
  const subject = await Subject.start([])
  try {
    await warmUp(subject)
    const before = (await subject.sample()).rss
    const load = new Load(subject.url, options)
    const { samples, errors } = await underLoad(subject, load, options)
    check(samples, errors, options, tally)
    const kept = (await subject.sample()).rss
    await load.dropPortals()
    const after = await rest(subject, before * options['max-rest'])
    const what = 'within a minute after the portals were dropped RSS is'
    checkBound(what, after / before, options['max-rest'], 'times what it was before the load', tally)
    const figures = [before, kept, after].map(format)
    tally.ran(`soak: RSS ${figures[0]} MB before the load, ${figures[1]} MB after it, ${figures[2]} MB without portals`)
  } finally {
    const { code } = await subject.stop()
    tally.check('the server ends by itself and has logged no error', () => {
      const errors = subject.takeErrors()
      if (code !== 0 || errors.length > 0) throw new Error(`exit code ${code}; ${errors.slice(0, 3).join('\n')}`)
    })
  }
}

/** Loads all code that is loaded lazily. */
async function warmUp({ url }: Subject): Promise<void> {
  const stop = AbortSignal.timeout(2000)
  const load = new Load(url, { portals: 1, connections: 1, rate: 100 })
  await load.run(stop)
}

async function underLoad(subject: Subject, load: Load, options: SoakOptions) {
  const stop = new AbortController()
  const running = load.run(stop.signal)
  const interval = options.minutes < 5 ? 10_000 : 60_000
  const samples: Sample[] = []
  const errors: string[] = []
  const noise = monitorEventLoopDelay({ resolution: 10 })
  noise.enable()
  console.log(HEADER)
  for (let at = interval; at <= options.minutes * 60_000 && subject.isRunning; at += interval) {
    await delay(interval)
    const { rss, heap, delay: held, turn } = await subject.sample()
    const { requests, latencies, errors: failed } = load.take()
    const sample = {
      ...{ minute: at / 60_000, rate: requests / (interval / 1000), rss, heap, delay: held.p99, turn: turn.max },
      ...{ p50: percentile(latencies, 50), p99: percentile(latencies, 99), errors: failed.length },
      noise: noise.percentile(99) / 1e6,
    }
    noise.reset()
    samples.push(sample)
    errors.push(...failed)
    console.log(row(sample))
  }
  stop.abort()
  await running
  return { samples, errors }
}

function check(samples: readonly Sample[], errors: readonly string[], options: SoakOptions, tally: Tally): void {
  const half = samples.slice(Math.floor(samples.length / 2))
  const warm = samples.slice(Math.ceil(samples.length / 4))
  tally.check('every request is answered as it should be', () => {
    if (errors.length > 0) throw new Error(`${errors.length} are not: ${[...new Set(errors)].slice(0, 5).join('; ')}`)
  })
  const bounds: [what: string, value: number, bound: number, unit: string][] = [
    ['RSS is', largest(samples, ({ rss }) => rss), options['max-rss'], 'MB'],
    ['RSS grows in the second half by', growth(half.map(({ rss }) => rss)), options['max-growth'], '%'],
    // excludes the latency added by a busy machine
    [
      'the 99th percentile of latencies is',
      largest(warm, ({ p99, noise }) => p99 - NOISE * noise),
      options['max-p99'],
      'ms',
    ],
    ['a turn of the event loop takes', largest(warm, ({ turn }) => turn), options['max-turn'], 'ms of CPU time'],
  ]
  for (const [what, value, bound, unit] of bounds) checkBound(what, value, bound, unit, tally)
}

function checkBound(what: string, value: number, bound: number, unit: string, tally: Tally): void {
  const name = `${what} at most ${format(bound)} ${unit}`
  if (value <= bound) tally.pass(name)
  else tally.fail(name, `${format(value)} ${unit}`)
}

function largest(samples: readonly Sample[], value: (sample: Sample) => number): number {
  return Math.max(...samples.map(value))
}

/** The growth of values from first to last, in percent, by the median of all slopes, which is robust to outliers. */
export function growth(values: readonly number[]): number {
  const slopes = values.flatMap((later, j) => values.slice(0, j).map((earlier, i) => (later - earlier) / (j - i)))
  const sorted = [...values].sort((a, b) => a - b)
  slopes.sort((a, b) => a - b)
  return (100 * percentile(slopes, 50) * (values.length - 1)) / percentile(sorted, 50)
}

/** Waits up to a minute until RSS is small enough. */
async function rest(subject: Subject, enough: number): Promise<number> {
  let { rss } = await subject.sample()
  for (let waited = 0; waited < REST && rss > enough; waited += LOOK) {
    await delay(LOOK)
    rss = (await subject.sample()).rss
  }
  return rss
}

const HEADER =
  '| minute | requests/s | RSS, MB | heap, MB | p50, ms | p99, ms | delay, p99, ms | turn, ms of CPU | noise, ms | errors |\n' +
  '|---|---|---|---|---|---|---|---|---|---|'

function row({ minute, rate, rss, heap, p50, p99, delay, turn, noise, errors }: Sample): string {
  return `| ${[minute, rate, rss, heap, p50, p99, delay, turn, noise, errors].map(format).join(' | ')} |`
}

function format(value: number | undefined): string {
  if (value === undefined) return '?'
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10)
}
