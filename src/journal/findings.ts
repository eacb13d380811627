import type { Exchange } from './entry.ts'
import { knownFindings } from './known-findings.ts'
import { UnansweredPosts } from './unanswered-posts.ts'

/** Where something was found. */
export interface Sighting {
  /** The number of the request in the journal. */
  n: number
  exchange: Pick<Exchange, 'at' | 'time' | 'method' | 'target' | 'operation'>
}

/** What was found, how often, and where first and last. */
export interface Finding {
  code: string
  count: number
  first: Sighting
  last: Sighting
}

/** What worked on this portal and would not have worked on a real one: a line for each kind, however often it did. */
export class Findings {
  /** What may be repeated by a client that doesn't know whether it was done. */
  readonly unansweredPosts = new UnansweredPosts()
  readonly #found = new Map<string, Finding>()
  #clearedAt = Number.NEGATIVE_INFINITY

  /** Counts what was found at a request. One that began before the list was cleared has no place in it. */
  note(exchange: Exchange, n: number): void {
    if (exchange.findings.length === 0 || exchange.arrivedAt <= this.#clearedAt) return
    const { at, time, method, target, operation } = exchange
    const sighting = { n, exchange: { at, time, method, target, operation } }
    for (const code of exchange.findings) {
      const known = this.#found.get(code)
      this.#found.set(code, {
        code,
        count: (known?.count ?? 0) + 1,
        first: known?.first ?? sighting,
        last: sighting,
      })
    }
  }

  /** What was found so far, in the order in which {@link knownFindings} has it. */
  list(): Finding[] {
    return knownFindings.flatMap(({ code }) => this.#found.get(code) ?? [])
  }

  /** Forgets everything. Requests that have begun add nothing. */
  clear(): void {
    this.#found.clear()
    this.unansweredPosts.clear()
    this.#clearedAt = performance.now()
  }
}
