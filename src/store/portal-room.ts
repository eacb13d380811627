import { DataFileError } from './data-file-error.ts'
import type { MemoryUse } from './memory-budget.ts'
import type { PortalSlot } from './portal-slot.ts'
import type { PortalState } from './portal-state.ts'
import type { PortalTemplate } from './portal-template.ts'

/** The JavaScript objects of a portal, in bytes, as measured. */
const SLOT = 30_000

/** After how many writes an open database is measured again. */
const WRITES = 100

interface Measurement {
  state: PortalState
  revision: number
  statementCount: number
  awake: number
  rest: number
}

/**
 * The room that a portal takes which was made on demand: the portal itself with the template that it has for itself, and
 * its database while it is open.
 */
export class PortalRoom {
  readonly #slot: PortalSlot
  readonly #shared: PortalTemplate
  readonly #isHeld: () => boolean
  /** `#awake` is freed when the database sleeps, `#rest` when the portal is closed. */
  readonly #awake: MemoryUse
  readonly #rest: MemoryUse
  #measured: Measurement | null = null

  /**
   * @param shared the template of other portals too
   * @param isHeld whether the portal has to stay as it is now
   * @param close closes the portal for good
   */
  constructor(slot: PortalSlot, shared: PortalTemplate, isHeld: () => boolean, close: () => void) {
    this.#slot = slot
    this.#shared = shared
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

  /** Notes what the portal takes, where it has become another or has been written to. */
  remeasure(): void {
    try {
      if (this.#measured !== this.#measure()) this.use()
    } catch (error) {
      // a file that is damaged fails the next request
      if (!(error instanceof DataFileError)) throw error
    }
  }

  /** Puts the portal's database aside, where that can be and the portal isn't used. */
  sleep(): void {
    if (this.#isHeld()) return
    const packed = this.#slot.state.sleep()
    if (packed === null) return
    this.#rest.note(this.#least + packed)
    this.#awake.note(0)
  }

  /** What the portal takes besides its database. */
  get #least(): number {
    const { template } = this.#slot
    return template === this.#shared ? SLOT : SLOT + template.size
  }

  #measure() {
    const { state } = this.#slot
    const known = this.#measured
    if (known !== null && isCurrent(known, state)) return known
    const { size, canSleep, statementCount } = state
    const parts = canSleep ? { awake: size, rest: this.#least } : { awake: 0, rest: this.#least + size }
    this.#measured = { state, revision: state.store.revision, statementCount, ...parts }
    return this.#measured
  }
}

function isCurrent(known: Measurement, state: PortalState): boolean {
  if (known.state !== state) return false
  if (state.isAsleep) return true
  return state.statementCount === known.statementCount && state.store.revision - known.revision < WRITES
}
