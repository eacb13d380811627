import { type MemoryUse, PortalMemory } from '../../store/memory-budget.ts'
import { perSlot } from '../../store/per-portal.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { DROPPED, forgetFirst, refuseTooLarge } from '../snapshots.ts'

/** A moment of a portal that is remembered. */
export interface Mark {
  id: string
  name: string | null
  /** The portal's time, in milliseconds since 1970, UTC. */
  at: number
  /** The packed image of the portal's database. */
  image: Buffer
}

/** How much of a portal is remembered. The earliest mark makes room for the latest. */
export interface MarkBounds {
  marks: number
  /** Of the images of all marks together. */
  bytes: number
}

const MEBIBYTE = 1024 * 1024

/** The bounds unless others are given: marks that no test takes away must not fill the memory. */
export const MARK_BOUNDS: MarkBounds = { marks: 20, bytes: 256 * MEBIBYTE }

/** The moments of one portal that are remembered. */
export class Marks {
  readonly #bounds: MarkBounds
  readonly #marks = new Map<string, Mark>()
  readonly #memory: MemoryUse
  readonly #limit: number
  /** The mark being taken, which isn't evicted. */
  #taken: Mark | null = null
  /** Ids of marks that were evicted to free memory. */
  readonly #dropped = new Set<string>()
  #made = 0

  constructor(bounds = MARK_BOUNDS, memory = new PortalMemory()) {
    this.#bounds = bounds
    this.#limit = memory.limit
    this.#memory = memory.add('marks', (excess) => this.#shrink(excess))
  }

  /**
   * Remembers a moment. The earliest ones are forgotten where there are too many.
   *
   * @throws MockRefusal 507 where the portal is larger than what all marks together may take
   */
  add({ name, at, image }: Omit<Mark, 'id'>): Mark {
    const { marks, bytes } = this.#bounds
    if (image.length > bytes) {
      const [size, most] = [image.length, bytes].map((number) => Math.ceil(number / MEBIBYTE))
      throw new MockRefusal(
        507,
        `the portal takes ${size} MiB, and its marks may take ${most} together: have fewer people`,
      )
    }
    refuseTooLarge(image, this.#limit)
    this.#made += 1
    const mark = { id: String(this.#made), name, at, image }
    this.#marks.set(mark.id, mark)
    while (this.#marks.size > marks || this.#size > bytes) this.#forgetEarliest()
    this.#taken = mark
    this.#noteSize()
    this.#taken = null
    return mark
  }

  /** All that are remembered, the earliest first. */
  list(): Mark[] {
    return [...this.#marks.values()]
  }

  /** @throws MockRefusal 404 where there is no such mark (any more) */
  get(id: string): Mark {
    const mark = this.#marks.get(id)
    if (mark !== undefined) return mark
    if (this.#dropped.has(id)) throw new MockRefusal(410, `the mark ${id} was dropped: ${DROPPED}`)
    const known = [...this.#marks.keys()].join(', ') || 'none'
    const bound = `a reset forgets all of them, and the earliest makes room where there are more than ${this.#bounds.marks}`
    throw new MockRefusal(404, `there is no mark ${id}; there is ${known}: ${bound}`)
  }

  /** @throws MockRefusal 404 where there is no such mark (any more) */
  remove(id: string): void {
    this.#marks.delete(this.get(id).id)
    this.#noteSize()
  }

  /** Forgets all. The next one's id is still one that none has had. */
  clear(): void {
    this.#marks.clear()
    this.#dropped.clear()
    this.#noteSize()
  }

  get #size(): number {
    return this.list().reduce((size, { image }) => size + image.length, 0)
  }

  #shrink(excess: number): void {
    let left = excess
    for (const mark of this.#marks.values()) {
      if (left <= 0 || mark === this.#taken) break
      this.#marks.delete(mark.id)
      this.#dropped.add(mark.id)
      left -= mark.image.length
    }
    forgetFirst(this.#dropped)
    this.#noteSize()
  }

  #noteSize(): void {
    this.#memory.note(this.#size)
  }

  #forgetEarliest(): void {
    const [earliest] = this.#marks.keys()
    if (earliest !== undefined) this.#marks.delete(earliest)
  }
}

/** The marks of a portal. */
export const marksOf = perSlot(({ memory }) => new Marks(MARK_BOUNDS, memory))
