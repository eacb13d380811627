import { type MemoryUse, PortalMemory } from '../store/memory-budget.ts'
import { perSlot } from '../store/per-portal.ts'
import { MockRefusal } from '../wire/refusals.ts'

/** What a portal was at some moment, under a name. */
export interface Snapshot {
  name: string
  /** What the portal's clock showed, in milliseconds since 1970, UTC. */
  takenAt: number
  /** The packed image of the portal's database. */
  image: Buffer
}

/** How much the snapshots of a portal may be. */
export interface SnapshotLimits {
  count: number
  /** Together. */
  bytes: number
}

const MEBIBYTE = 1024 * 1024

const limits: SnapshotLimits = { count: 100, bytes: 256 * MEBIBYTE }

/** The snapshots of a portal, which stay when it is reset. */
export class Snapshots {
  readonly #limits: SnapshotLimits
  readonly #byName = new Map<string, Snapshot>()
  readonly #memory: MemoryUse
  readonly #limit: number
  /** The snapshot being taken, which isn't evicted. */
  #taken: Snapshot | null = null
  /** Names of snapshots that were evicted to free memory. */
  readonly #dropped = new Set<string>()

  constructor(limits: SnapshotLimits, memory = new PortalMemory()) {
    this.#limits = limits
    this.#limit = memory.limit
    this.#memory = memory.add('snapshots', (excess) => this.#shrink(excess))
  }

  /**
   * Keeps a snapshot, in the place of one of the same name.
   *
   * @returns whether there was none of the name
   * @throws MockRefusal where there would be too many, or they would be too large; all are as they were then
   */
  put(snapshot: Snapshot): boolean {
    const others = this.list().filter(({ name }) => name !== snapshot.name)
    const { count, bytes } = this.#limits
    if (others.length >= count) {
      throw new MockRefusal(507, `a portal keeps at most ${count} snapshots: delete one, or take it by the name of one`)
    }
    const size = [...others, snapshot].reduce((sum, { image }) => sum + image.length, 0)
    if (size > bytes) {
      throw new MockRefusal(
        507,
        `the snapshots of a portal take at most ${mebibytes(bytes)} MiB together, and with this one it would be ${mebibytes(size)}: delete some, or have fewer people`,
      )
    }
    refuseTooLarge(snapshot.image, this.#limit)
    const isNew = !this.#byName.delete(snapshot.name)
    this.#byName.set(snapshot.name, snapshot)
    this.#dropped.delete(snapshot.name)
    this.#taken = snapshot
    this.#noteSize()
    this.#taken = null
    return isNew
  }

  /** All of them, the earliest taken first. */
  list(): Snapshot[] {
    return [...this.#byName.values()]
  }

  /** @throws MockRefusal if the snapshot doesn't exist or was evicted */
  get(name: string): Snapshot {
    const snapshot = this.#byName.get(name)
    if (snapshot === undefined) throw this.#missing(name)
    return snapshot
  }

  /** @throws MockRefusal if the snapshot doesn't exist or was evicted */
  remove(name: string): void {
    if (!this.#byName.delete(name)) throw this.#missing(name)
    this.#noteSize()
  }

  #missing(name: string): MockRefusal {
    return this.#dropped.has(name)
      ? new MockRefusal(410, `the snapshot ${name} was dropped: ${DROPPED}`)
      : new MockRefusal(404, `there is no snapshot ${name}`)
  }

  #shrink(excess: number): void {
    let left = excess
    for (const snapshot of this.#byName.values()) {
      const { name, image } = snapshot
      if (left <= 0 || snapshot === this.#taken) break
      this.#byName.delete(name)
      this.#dropped.add(name)
      left -= image.length
    }
    forgetFirst(this.#dropped)
    this.#noteSize()
  }

  #noteSize(): void {
    this.#memory.note(this.list().reduce((sum, { image }) => sum + image.length, 0))
  }
}

/** Explains the eviction of a snapshot or a mark, and what to do. */
export const DROPPED = 'memory reached --max-memory, and others were used since; raise --max-memory, or take it again'

/** How many names of evicted snapshots and marks are remembered. */
const REMEMBERED = 100

/** Forgets the oldest names beyond the limit. */
export function forgetFirst(dropped: Set<string>): void {
  for (const name of dropped) {
    if (dropped.size <= REMEMBERED) return
    dropped.delete(name)
  }
}

/** @throws MockRefusal if an image exceeds the bound for all portals together */
export function refuseTooLarge(image: Buffer, limit: number): void {
  if (image.length <= limit) return
  const sizes = `${mebibytes(image.length)} MiB, and --max-memory is ${mebibytes(limit)}`
  throw new MockRefusal(507, `the portal takes ${sizes}: raise --max-memory, or use fewer users`)
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1).replace(/\.0$/, '')
}

/** The snapshots of each portal. */
export const snapshotsOf = perSlot(({ memory }) => new Snapshots(limits, memory))
