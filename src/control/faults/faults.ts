import type { RandomBytes } from '../../domain/random.ts'
import { didYouMean } from '../../domain/spelling.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { type FaultDefinition, MAX_FAULTS, type Plan, SEEDS } from './definition.ts'
import { Fault, type Hit } from './fault.ts'
import type { Call } from './matcher.ts'
import { builtInPlans, isBuiltIn } from './plans.ts'

/** How many plans of one's own a portal has at most. */
const MAX_PLANS = 20

/** What goes wrong with a portal, and what could. */
export class Faults {
  readonly #randomBytes: RandomBytes
  readonly #faults = new Map<string, Fault>()
  readonly #ownPlans = new Map<string, Plan>()
  #made = 0
  /** What was there at the start, and is again after a reset. */
  #initial: readonly FaultDefinition[] = []

  /** @param randomBytes what seeds are made of where none is given */
  constructor(randomBytes: RandomBytes) {
    this.#randomBytes = randomBytes
  }

  get isEmpty(): boolean {
    return this.#faults.size === 0
  }

  /** All faults, the oldest first. */
  list(): Fault[] {
    return [...this.#faults.values()]
  }

  find(id: string): Fault | undefined {
    return this.#faults.get(id)
  }

  /** @throws MockRefusal where there are too many */
  add(definition: FaultDefinition): Fault {
    this.#requireRoom(1)
    return this.#make(definition)
  }

  /**
   * Makes faults: all of them, or none.
   *
   * @throws MockRefusal where there would be too many
   */
  addAll(definitions: readonly FaultDefinition[]): Fault[] {
    this.#requireRoom(definitions.length)
    return definitions.map((definition) => this.#make(definition))
  }

  /** @returns whether there was one */
  remove(id: string): boolean {
    return this.#faults.delete(id)
  }

  /** Removes all faults. */
  clear(): void {
    this.#faults.clear()
  }

  /** Makes everything as it was at the start: numbers begin anew, plans of one's own are gone. */
  reset(): void {
    this.clear()
    this.#ownPlans.clear()
    this.#made = 0
    this.addAll(this.#initial)
  }

  /** Makes the faults of a plan, now and after every reset. */
  beginWith(name: string): void {
    this.#initial = this.#planned(name, this.#newSeed())
    this.reset()
  }

  /**
   * Counts a request with every fault that means it. Of those whose turn it is the one that was made first happens; the
   * others are not used up.
   */
  hit(call: Call): Hit | null {
    const [first] = this.list().filter((fault) => fault.isDue(call))
    return first?.hit() ?? null
  }

  /** All plans, by their names. */
  get plans(): ReadonlyMap<string, Plan> {
    return new Map<string, Plan>([...Object.entries(builtInPlans), ...this.#ownPlans])
  }

  /** @throws MockRefusal where there is none, naming the one that may be meant */
  plan(name: string): Plan {
    const plan = this.plans.get(name)
    if (plan !== undefined) return plan
    const advice = didYouMean(name, this.plans.keys()) || '; GET faults/plans lists all'
    throw new MockRefusal(404, `there is no plan ${name}${advice}`)
  }

  /**
   * Defines a plan of one's own, or another in its place.
   *
   * @returns whether it is new
   * @throws MockRefusal where there always is one of that name, or there are too many
   */
  define(name: string, plan: Plan): boolean {
    refuseBuiltIn(name)
    const isNew = !this.#ownPlans.has(name)
    if (isNew && this.#ownPlans.size === MAX_PLANS) {
      throw new MockRefusal(409, `a portal has at most ${MAX_PLANS} plans of its own; delete some`)
    }
    this.#ownPlans.set(name, plan)
    return isNew
  }

  /** @throws MockRefusal where there is no such plan, or it always is there */
  forget(name: string): void {
    refuseBuiltIn(name)
    this.plan(name)
    this.#ownPlans.delete(name)
  }

  /**
   * Makes the faults of a plan.
   *
   * @param seed what the seeds of its faults follow from, in the place of those that they have
   * @throws MockRefusal where there is no such plan, or there would be too many faults
   */
  apply(name: string, seed?: number): Fault[] {
    return this.addAll(this.#planned(name, seed))
  }

  /** The faults of a plan, with names that say where they come from. Each has a chance of its own. */
  #planned(name: string, seed?: number): FaultDefinition[] {
    const { faults } = this.plan(name)
    return faults.map((fault, i) => ({
      name: faults.length === 1 ? name : `${name}-${i + 1}`,
      ...fault,
      ...(seed !== undefined && { seed: (seed + i) % SEEDS }),
    }))
  }

  #requireRoom(wanted: number): void {
    if (this.#faults.size + wanted <= MAX_FAULTS) return
    throw new MockRefusal(409, `a portal has at most ${MAX_FAULTS} faults, those that are used up too; remove some`)
  }

  #make(definition: FaultDefinition): Fault {
    this.#made += 1
    const fault = new Fault(`fault-${this.#made}`, definition, definition.seed ?? this.#newSeed())
    this.#faults.set(fault.id, fault)
    return fault
  }

  #newSeed(): number {
    return Buffer.from(this.#randomBytes(4)).readUInt32BE()
  }
}

function refuseBuiltIn(name: string): void {
  if (isBuiltIn(name)) throw new MockRefusal(409, `${name} is one of the plans that there always are`)
}
