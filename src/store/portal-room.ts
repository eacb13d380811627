import type { MemoryUse } from './memory-budget.ts'
import type { PortalSlot } from './portal-slot.ts'
import type { PortalState } from './portal-state.ts'

/** The JavaScript objects of a portal, in bytes, as measured. */
const SLOT = 30_000

/** An open database without its pages: schema, statements, caches of SQLite. In bytes, as measured. */
const CONNECTION = 200_000

/** The number of writes after which an open database is measured again. */
const WRITES = 100

/** SQLite's maximum cache of a file, in bytes. */
const PAGE_CACHE = 16_000_000

/** The memory of a portal made on demand: the portal itself, and its database while that is open. */
export class PortalRoom {
  readonly #slot: PortalSlot
  readonly #isHeld: () => boolean
  /** `#awake` is freed when the database sleeps, `#rest` when the portal is closed. */
  readonly #awake: MemoryUse
  readonly #rest: MemoryUse
  #measured: { state: PortalState; revision: number; awake: number; rest: number } | null = null

  /**
   * @param isHeld whether the portal is in use and must not sleep
   * @param close closes the portal for good
   */
  constructor(slot: PortalSlot, isHeld: () => boolean, close: () => void) {
    this.#slot = slot
    this.#isHeld = isHeld
    this.#awake = slot.memory.add('awake', () => this.sleep())
    this.#rest = slot.memory.add('portals', () => {
      if (!isHeld()) close()
    })
  }

  /** Notes that the portal is used, and its present size. */
  use(): void {
    const { awake, rest } = this.#measure()
    this.#rest.note(rest)
    this.#awake.note(awake)
  }

  /** Packs and closes the portal's database, if possible and the portal isn't in use. */
  sleep(): void {
    if (this.#isHeld()) return
    const packed = this.#slot.state.sleep()
    if (packed === null) return
    this.#rest.note(SLOT + packed)
    this.#awake.note(0)
  }

  #measure() {
    const { state } = this.#slot
    const known = this.#measured
    if (known?.state === state && (state.isAsleep || state.store.revision - known.revision < WRITES)) return known
    const { size, canSleep } = state
    const open = CONNECTION + Math.min(size, PAGE_CACHE)
    const parts = canSleep ? { awake: open, rest: SLOT } : { awake: 0, rest: SLOT + open }
    this.#measured = { state, revision: state.store.revision, ...parts }
    return this.#measured
  }
}
