import { type MemoryUse, PortalMemory } from '../store/memory-budget.ts'
import { type Entry, type Exchange, packBody, sizeOf } from './entry.ts'
import { Findings } from './findings.ts'

/** How many requests a portal's journal keeps unless told otherwise. */
export const JOURNAL_LENGTH = 1000

/** How much room each entry may take on average, in bytes. */
const ROOM = 4 * 1024

/** What a portal was asked and what it answered, the newest of it: so many entries, and so many bytes together. */
export class Journal {
  /** What worked here and would not have elsewhere. */
  readonly findings = new Findings()
  readonly #maxEntries: number
  readonly #maxBytes: number
  /** Each entry at its number modulo the length. */
  readonly #entries: (Entry | undefined)[] = []
  readonly #watchers = new Set<() => void>()
  readonly #memory: MemoryUse
  /** Numbers of the oldest entry that is there and of the next one to come. */
  #first = 1
  #next = 1
  #bytes = 0
  /** The number of the last entry whose bodies were packed. */
  #packed = 0
  #dropped = 0
  #clearedAt = Number.NEGATIVE_INFINITY

  /**
   * @param length how many entries to keep at most; 0: none
   * @param memory counts the entries, and may evict them
   */
  constructor(length: number = JOURNAL_LENGTH, memory = new PortalMemory()) {
    this.#maxEntries = length
    // a few entries may be large ones
    this.#maxBytes = Math.max(length, JOURNAL_LENGTH) * ROOM
    this.#memory = memory.add('journals', (excess) => this.#shrink(excess))
  }

  /** How many entries there are. */
  get size(): number {
    return this.#next - this.#first
  }

  /** How much room they take, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many had to make room for others since the journal was last cleared. */
  get dropped(): number {
    return this.#dropped
  }

  /** The number of the last request; 0: there was none. */
  get last(): number {
    return this.#next - 1
  }

  /**
   * Keeps an exchange, and notes what was found. One that began before the journal was cleared has no place in it.
   *
   * @returns its number
   */
  record(exchange: Exchange): number | null {
    if (exchange.arrivedAt <= this.#clearedAt) return null
    const n = this.#next
    this.findings.note(exchange, n)
    this.#next += 1
    if (this.#maxEntries === 0) this.#first = this.#next
    else this.#keep({ n, exchange, size: sizeOf(exchange) })
    return n
  }

  /** An entry by its number, where it is still there. */
  find(n: number): Entry | undefined {
    const isThere = n >= this.#first && n < this.#next
    return isThere ? this.#entries[n % this.#maxEntries] : undefined
  }

  /** The oldest entry after the given number. */
  firstAfter(n: number): Entry | undefined {
    return this.find(Math.max(this.#first, n + 1))
  }

  /** The present entries, oldest first. */
  oldestFirst(after = 0): Generator<Entry> {
    return this.#between(Math.max(this.#first, after + 1), this.last)
  }

  /** The present entries, newest first. */
  newestFirst(after = 0): Generator<Entry> {
    return this.#between(Math.max(this.#first, after + 1), this.last, -1)
  }

  /** Forgets all entries. Numbers go on, and requests that have begun leave none. */
  clear(): void {
    while (this.size > 0) this.#drop()
    this.#dropped = 0
    this.#memory.note(0)
    this.#clearedAt = performance.now()
  }

  /** Packs the bodies of entries, one per step. A step takes about a millisecond. */
  *pack(): Generator<void> {
    for (const entry of this.oldestFirst(this.#packed)) {
      this.#packed = entry.n
      if (this.#packEntry(entry)) yield
    }
  }

  /**
   * Calls back whenever there is a new entry.
   *
   * @returns what ends that
   */
  watch(onEntry: () => void): () => void {
    this.#watchers.add(onEntry)
    return () => this.#watchers.delete(onEntry)
  }

  *#between(first: number, last: number, step: 1 | -1 = 1): Generator<Entry> {
    for (let n = step === 1 ? first : last; n >= first && n <= last; n += step) {
      // entries may be dropped during the walk
      const entry = this.find(n)
      if (entry !== undefined) yield entry
    }
  }

  #keep(entry: Entry): void {
    if (entry.n - this.#first >= this.#maxEntries) this.#drop()
    this.#entries[entry.n % this.#maxEntries] = entry
    this.#bytes += entry.size
    while (this.#bytes > this.#maxBytes) this.#drop()
    this.#memory.note(this.#bytes)
    for (const onEntry of this.#watchers) onEntry()
  }

  /** @returns whether a body was packed */
  #packEntry(entry: Entry): boolean {
    const { exchange } = entry
    const body = packBody(exchange.body)
    const answerBody = packBody(exchange.answerBody)
    if (body === exchange.body && answerBody === exchange.answerBody) return false
    entry.exchange = { ...exchange, body, answerBody }
    const size = sizeOf(entry.exchange)
    this.#bytes += size - entry.size
    entry.size = size
    this.#memory.note(this.#bytes)
    return true
  }

  #shrink(excess: number): void {
    const bytes = this.#bytes - excess
    while (this.#bytes > Math.max(bytes, 0)) this.#drop()
    this.#memory.note(this.#bytes)
  }

  #drop(): void {
    const place = this.#first % this.#maxEntries
    this.#bytes -= this.#entries[place]?.size ?? 0
    this.#entries[place] = undefined
    this.#first += 1
    this.#dropped += 1
  }
}
