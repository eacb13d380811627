import { LRUCache } from 'lru-cache'

/** How much one caller may ask of a portal. */
export interface RateLimits {
  /** Requests within any 60 seconds. */
  perMinute: number
  /** GETs at the same time. */
  concurrentReads: number
  /** Requests of every other method at the same time. */
  concurrentWrites: number
  /** POSTs and PUTs within a day that begins with the first of them. */
  writesPerDay: number
}

/** DocSpace's own numbers. */
export const defaultRateLimits: RateLimits = {
  perMinute: 1500,
  concurrentReads: 50,
  concurrentWrites: 15,
  writesPerDay: 10_000,
}

/** Why a request is one too many. */
export interface Excess {
  /** The number that was reached. */
  limit: number
  /** When the window ends, in milliseconds since 1970, for the limit that has such a window. */
  resetAt?: number
}

const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE

/** How many callers are remembered. The one who has been silent longest goes first. */
const CALLERS = 10_000

interface Usage {
  /** Times of the requests of the last minute, oldest first. */
  recent: number[]
  reads: number
  writes: number
  day: { endsAt: number; writes: number }
}

/** Counts the requests of each caller against the limits. Requests that were too many don't count. */
export class RateLimiter {
  readonly #limits: RateLimits
  readonly #usage = new LRUCache<string, Usage>({ max: CALLERS })

  constructor(limits: RateLimits) {
    this.#limits = limits
  }

  /**
   * Takes a request in.
   *
   * @param caller a user's id or a client's address
   * @param now milliseconds since 1970, UTC
   * @returns what to call once it has been answered, or why it is one too many
   */
  enter(caller: string, method: string, now: number): { leave: () => void } | { excess: Excess } {
    const usage = this.#usageOf(caller, now)
    const excess = this.#excess(usage, method)
    if (excess !== undefined) return { excess }
    const kind = method === 'GET' ? 'reads' : 'writes'
    usage.recent.push(now)
    usage[kind]++
    if (isDaily(method)) usage.day.writes++
    return { leave: () => void usage[kind]-- }
  }

  #usageOf(caller: string, now: number): Usage {
    let usage = this.#usage.get(caller)
    if (usage === undefined) {
      usage = { recent: [], reads: 0, writes: 0, day: { endsAt: now + DAY, writes: 0 } }
      this.#usage.set(caller, usage)
    }
    const firstRecent = usage.recent.findIndex((time) => time > now - MINUTE)
    usage.recent.splice(0, firstRecent === -1 ? usage.recent.length : firstRecent)
    // the portal's clock may have been moved back: what comes later hasn't happened yet
    while ((usage.recent.at(-1) ?? now) > now) usage.recent.pop()
    const { endsAt } = usage.day
    if (endsAt <= now || endsAt > now + DAY) usage.day = { endsAt: now + DAY, writes: 0 }
    return usage
  }

  #excess({ recent, reads, writes, day }: Usage, method: string): Excess | undefined {
    const { perMinute, concurrentReads, concurrentWrites, writesPerDay } = this.#limits
    if (recent.length >= perMinute) return { limit: perMinute }
    if (method === 'GET' && reads >= concurrentReads) return { limit: concurrentReads }
    if (method !== 'GET' && writes >= concurrentWrites) return { limit: concurrentWrites }
    if (isDaily(method) && day.writes >= writesPerDay) return { limit: writesPerDay, resetAt: day.endsAt }
    return undefined
  }
}

function isDaily(method: string): boolean {
  return method === 'POST' || method === 'PUT'
}
