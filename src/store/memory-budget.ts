import { oncePerBurst } from '../domain/once-per-burst.ts'

/**
 * Kinds of memory, in the order in which they are freed. `awake` is the memory of an open database beyond its packed
 * image: freeing it loses nothing.
 */
export const MEMORY_KINDS = ['awake', 'journals', 'snapshots', 'marks', 'portals'] as const

export type MemoryKind = (typeof MEMORY_KINDS)[number]

/** Frees about as many bytes, oldest data first, and notes the rest. */
export type Shrink = (excess: number) => void

const MEBIBYTE = 1024 * 1024

/** The default bound, in MiB. */
export const MAX_MEMORY = 256

/** The share of the bound up to which journals are spared while databases can be packed instead. */
const JOURNALS_SHARE = 0.25

/** The memory of one kind that a portal uses. */
export class MemoryUse {
  readonly kind: MemoryKind
  /** `null`: it can't be freed. */
  readonly shrink: Shrink | null
  /** The budget that counts it, if any. */
  budget: MemoryBudget | null = null
  bytes = 0

  constructor(kind: MemoryKind, shrink: Shrink | null) {
    this.kind = kind
    this.shrink = shrink
  }

  /** Notes the present size, and that it was used now. */
  note(bytes: number): void {
    if (this.budget === null) this.bytes = bytes
    else this.budget.note(this, bytes)
  }
}

/** The memory that a portal uses. */
export class PortalMemory {
  readonly #uses: MemoryUse[] = []
  #budget: MemoryBudget | null = null

  /** In bytes. */
  get bytes(): number {
    return this.#uses.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The bound for all portals together, in bytes. */
  get limit(): number {
    return this.#budget?.limit ?? Number.POSITIVE_INFINITY
  }

  /** Adds a use of memory, which is empty at first. */
  add(kind: MemoryKind, shrink: Shrink | null): MemoryUse {
    const use = new MemoryUse(kind, shrink)
    use.budget = this.#budget
    this.#uses.push(use)
    return use
  }

  /** Counts towards a budget from now on. */
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

  /** Stops counting. */
  leave(): void {
    for (const use of this.#uses) {
      use.budget?.remove(use)
      use.budget = null
    }
    this.#budget = null
  }
}

/** What happened at the bound: memory of a kind was freed, or none could be. */
export type MemoryEvent = MemoryKind | 'exceeded'

const EVENTS: readonly MemoryEvent[] = [...MEMORY_KINDS, 'exceeded']

/** The bound for the memory of all portals of a server. The least recently used of each kind is freed first. */
export class MemoryBudget {
  /** In bytes. */
  readonly limit: number
  readonly #tell: ReadonlyMap<MemoryEvent, () => void>
  /** What can be freed, least recently used first. */
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
    // noting a size while freeing isn't a use
    if (!this.#isFreeing || bytes === 0) uses?.delete(use)
    if (bytes > 0 && use.shrink !== null) uses?.add(use)
    this.settle()
  }

  remove(use: MemoryUse): void {
    this.#count(use, -use.bytes)
    this.#freeable.get(use.kind)?.delete(use)
  }

  /** Frees memory beyond the bound, except what is in use. */
  settle(): void {
    if (this.#used <= this.limit || this.#isFreeing) return
    this.#isFreeing = true
    try {
      // otherwise journals would grow until no database can stay open
      this.#free('journals', this.limit * JOURNALS_SHARE)
      for (const kind of MEMORY_KINDS) this.#free(kind)
    } finally {
      this.#isFreeing = false
    }
    if (this.#used > this.limit) this.#tell.get('exceeded')?.()
  }

  /** @param least how much of the kind is kept, in bytes */
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
 * Starts at a random place. If a client cycles through more portals than fit, packing the least recently used one would
 * pack each portal just before its next use.
 */
function* fromAnywhere(uses: ReadonlySet<MemoryUse>): Generator<MemoryUse> {
  const begin = Math.floor(Math.random() * uses.size)
  yield* uses.values().drop(begin)
  yield* uses.values().take(begin)
}

export function memoryLimit(mebibytes: number): number {
  return mebibytes * MEBIBYTE
}
