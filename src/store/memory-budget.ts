import { oncePerBurst } from '../domain/once-per-burst.ts'

/**
 * What portals keep in memory, in the order in which it makes room. `awake` is what a portal takes besides its packed
 * image while its database is open: it is freed first, since nothing is lost.
 */
export const MEMORY_KINDS = ['awake', 'journals', 'snapshots', 'marks', 'portals'] as const

export type MemoryKind = (typeof MEMORY_KINDS)[number]

/** Frees about so many bytes, the oldest first, and notes what is left. */
export type Shrink = (excess: number) => void

const MEBIBYTE = 1024 * 1024

/** The bound unless another is given, in MiB. */
export const MAX_MEMORY = 256

/** How much of the bound journals keep while databases are put aside instead. */
const JOURNALS_SHARE = 0.25

/** What one portal keeps of one kind. */
export class MemoryUse {
  readonly kind: MemoryKind
  /** `null`: nothing of it can be freed. */
  readonly shrink: Shrink | null
  /** Where it counts; `null`: nowhere. */
  budget: MemoryBudget | null = null
  bytes = 0

  constructor(kind: MemoryKind, shrink: Shrink | null) {
    this.kind = kind
    this.shrink = shrink
  }

  /** Notes what it takes now. It counts as used. */
  note(bytes: number): void {
    if (this.budget === null) this.bytes = bytes
    else this.budget.note(this, bytes)
  }
}

/** What one portal keeps in memory. */
export class PortalMemory {
  readonly #uses: MemoryUse[] = []
  #budget: MemoryBudget | null = null

  /** In bytes. */
  get bytes(): number {
    return this.#uses.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The most that all portals together may keep, in bytes. */
  get limit(): number {
    return this.#budget?.limit ?? Number.POSITIVE_INFINITY
  }

  /** Adds something that the portal keeps, which takes nothing yet. */
  add(kind: MemoryKind, shrink: Shrink | null): MemoryUse {
    const use = new MemoryUse(kind, shrink)
    use.budget = this.#budget
    this.#uses.push(use)
    return use
  }

  /** Counts from now on, together with other portals. */
  join(budget: MemoryBudget): void {
    this.leave()
    this.#budget = budget
    for (const use of this.#uses) {
      const { bytes } = use
      use.bytes = 0
      use.budget = budget
      if (bytes > 0) use.note(bytes)
    }
  }

  /** Counts no longer. */
  leave(): void {
    for (const use of this.#uses) {
      use.budget?.remove(use)
      use.budget = null
    }
    this.#budget = null
  }
}

/** What happens at the bound: something of a kind was freed, or nothing could be. */
export type MemoryEvent = MemoryKind | 'exceeded'

const EVENTS: readonly MemoryEvent[] = [...MEMORY_KINDS, 'exceeded']

/** One bound for all that the portals of a server keep in memory. The least recently used of each kind goes first. */
export class MemoryBudget {
  /** In bytes. */
  readonly limit: number
  readonly #tell: ReadonlyMap<MemoryEvent, () => void>
  /** What can be freed, the least recently used first. */
  readonly #freeable = new Map(MEMORY_KINDS.map((kind) => [kind, new Set<MemoryUse>()]))
  readonly #bytes = new Map<MemoryKind, number>(MEMORY_KINDS.map((kind) => [kind, 0]))
  #used = 0
  #isFreeing = false

  /** @param tell called once per burst of each kind of event */
  constructor(limit: number, tell: (event: MemoryEvent) => void = () => {}) {
    this.limit = limit
    this.#tell = new Map(EVENTS.map((event) => [event, oncePerBurst(() => tell(event))]))
  }

  /** In bytes. */
  get used(): number {
    return this.#used
  }

  note(use: MemoryUse, bytes: number): void {
    this.#count(use, bytes - use.bytes)
    use.bytes = bytes
    const uses = this.#freeable.get(use.kind)
    // what is being freed has not been used
    if (!this.#isFreeing || bytes === 0) uses?.delete(use)
    if (bytes > 0 && use.shrink !== null) uses?.add(use)
    this.settle()
  }

  remove(use: MemoryUse): void {
    this.#count(use, -use.bytes)
    this.#freeable.get(use.kind)?.delete(use)
  }

  /** Frees what is beyond the bound, as far as nothing of it is in use. */
  settle(): void {
    if (this.#used <= this.limit || this.#isFreeing) return
    this.#isFreeing = true
    try {
      // journals would grow until no database has room to stay open
      this.#free('journals', this.limit * JOURNALS_SHARE)
      for (const kind of MEMORY_KINDS) this.#free(kind)
    } finally {
      this.#isFreeing = false
    }
    if (this.#used > this.limit) this.#tell.get('exceeded')?.()
  }

  /** @param least how much of the kind stays, in bytes */
  #free(kind: MemoryKind, least = 0): void {
    const uses = this.#freeable.get(kind) ?? new Set()
    for (const use of kind === 'awake' ? fromAnywhere(uses) : uses) {
      const before = this.#used
      const excess = Math.min(before - this.limit, (this.#bytes.get(kind) ?? 0) - least)
      if (excess <= 0) return
      use.shrink?.(excess)
      if (this.#used < before) this.#tell.get(kind)?.()
    }
  }

  #count({ kind }: MemoryUse, difference: number): void {
    this.#used += difference
    this.#bytes.set(kind, (this.#bytes.get(kind) ?? 0) + difference)
  }
}

/**
 * Begins anywhere. Who goes round more portals than fit would find each one asleep if that slept which was used longest
 * ago.
 */
function* fromAnywhere(uses: ReadonlySet<MemoryUse>): Generator<MemoryUse> {
  const begin = Math.floor(Math.random() * uses.size)
  yield* uses.values().drop(begin)
  yield* uses.values().take(begin)
}

/** A bound in bytes. */
export function memoryLimit(mebibytes: number): number {
  return mebibytes * MEBIBYTE
}
