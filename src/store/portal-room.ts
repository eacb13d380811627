import type { MemoryUse } from './memory-budget.ts'
import type { PortalSlot } from './portal-slot.ts'
import type { PortalState } from './portal-state.ts'

/** What a portal takes besides its database: objects of JavaScript. In bytes, as measured. */
const SLOT = 30_000

/** What an open database takes besides its pages: the schema, statements, caches of SQLite. In bytes, as measured. */
const CONNECTION = 200_000

/** After how many writes an open database is measured again. */
const WRITES = 100

/** SQLite keeps no more than this of a file in memory. In bytes. */
const PAGE_CACHE = 16_000_000

/** The room that a portal takes which was made on demand: the portal itself, and its database while it is open. */
export class PortalRoom {
  readonly #slot: PortalSlot
  readonly #isHeld: () => boolean
  /** What is freed when the database sleeps, and what only closing the portal frees. */
  readonly #awake: MemoryUse
  readonly #rest: MemoryUse
  #measured: { state: PortalState; revision: number; awake: number; rest: number } | null = null

  /**
   * @param isHeld whether the portal has to stay as it is now
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

  /** Notes that the portal is used, and what it takes now. */
  use(): void {
    const { awake, rest } = this.#measure()
    this.#rest.note(rest)
    this.#awake.note(awake)
  }

  /** Puts the portal's database aside, where that can be and the portal isn't used. */
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
