import { perSlot } from '../store/per-portal.ts'
import { MockRefusal } from '../wire/refusals.ts'

/** What a portal was at some moment, under a name. */
export interface Snapshot {
  name: string
  /** What the portal's clock showed, in milliseconds since 1970, UTC. */
  takenAt: number
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

  constructor(limits: SnapshotLimits) {
    this.#limits = limits
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
    const isNew = !this.#byName.delete(snapshot.name)
    this.#byName.set(snapshot.name, snapshot)
    return isNew
  }

  /** All of them, the earliest taken first. */
  list(): Snapshot[] {
    return [...this.#byName.values()]
  }

  /** @throws MockRefusal where there is none of the name */
  get(name: string): Snapshot {
    const snapshot = this.#byName.get(name)
    if (snapshot === undefined) throw new MockRefusal(404, `there is no snapshot ${name}`)
    return snapshot
  }

  /** @throws MockRefusal where there is none of the name */
  remove(name: string): void {
    if (!this.#byName.delete(name)) throw new MockRefusal(404, `there is no snapshot ${name}`)
  }
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1).replace(/\.0$/, '')
}

/** The snapshots of each portal. */
export const snapshotsOf = perSlot(() => new Snapshots(limits))
