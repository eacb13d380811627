import { type Draw, drawOf } from '../../domain/draw.ts'
import type { Effect, FaultDefinition } from './definition.ts'
import { type Call, type Matcher, matcherOf } from './matcher.ts'

/** That a fault happens to a request. */
export interface Hit {
  /** What the answer calls it. */
  name: string
  /** Which of the fault's calls it is, from 1; `null` where the request asked for the fault itself. */
  call: number | null
  effect: Effect
  /** Whether the operation happens as well, before the fault does. */
  when: 'before' | 'after'
  draw: Draw
}

/** Something that goes wrong with some requests of a portal. */
export class Fault {
  readonly id: string
  readonly name: string
  readonly definition: FaultDefinition
  readonly seed: number
  readonly #matches: Matcher
  #calls = 0
  #hits = 0

  constructor(id: string, definition: FaultDefinition, seed: number) {
    this.id = id
    this.name = definition.name ?? id
    this.definition = definition
    this.seed = seed
    this.#matches = matcherOf(definition.match)
  }

  /** How many requests were meant, chance and their number left aside. */
  get calls(): number {
    return this.#calls
  }

  /** How often it has happened. */
  get hits(): number {
    return this.#hits
  }

  /** How often it will happen; `null`: until it is removed. */
  get remaining(): number | null {
    const { times } = this.definition
    return times === undefined ? null : times - this.#hits
  }

  /** Counts a request if it is meant. Gives whether it is this one's turn: {@link hit} makes it happen then. */
  isDue(call: Call): boolean {
    if (!this.#matches(call)) return false
    this.#calls += 1
    if (this.remaining === 0) return false
    const { calls, probability } = this.definition.match ?? {}
    if (calls !== undefined && !calls.includes(this.#calls)) return false
    return probability === undefined || drawOf(this.seed, this.#calls)('probability') < probability
  }

  /** Makes it happen to the request that was counted last. */
  hit(): Hit {
    this.#hits += 1
    const { effect, when = 'before' } = this.definition
    return { name: this.name, call: this.#calls, effect, when, draw: drawOf(this.seed, this.#calls) }
  }
}
