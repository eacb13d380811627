import type { FaultDefinition, Plan } from '../control/faults/definition.ts'
import type { ControlRequests } from './request.ts'

/** A fault that a portal has. */
export interface Fault extends FaultDefinition {
  id: string
  name: string
  when: 'before' | 'after'
  seed: number
  /** How many requests it has been meant for, and at how many it has happened. */
  calls: number
  hits: number
  /** How often it may still happen; `null`: until it is removed. */
  remaining: number | null
}

/** What goes wrong in a portal. */
export class FaultsControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  list(): Promise<Fault[]> {
    return this.#requests.json('faults')
  }

  /** @throws ControlError where it can't be, with the member that is wrong */
  add(fault: FaultDefinition): Promise<Fault> {
    return this.#requests.json('faults', { method: 'POST', body: fault })
  }

  get(id: string): Promise<Fault> {
    return this.#requests.json(`faults/${encodeURIComponent(id)}`)
  }

  remove(id: string): Promise<void> {
    return this.#requests.json(`faults/${encodeURIComponent(id)}`, { method: 'DELETE' })
  }

  /** Removes all faults. */
  clear(): Promise<void> {
    return this.#requests.json('faults', { method: 'DELETE' })
  }

  /** The plans that there are: the portal's own, and those that every portal has. */
  plans(): Promise<(Plan & { name: string; isBuiltIn: boolean })[]> {
    return this.#requests.json('faults/plans')
  }

  /** Adds the faults of a plan, such as `flaky-10-percent`. */
  apply(plan: string, options: { seed?: number } = {}): Promise<Fault[]> {
    return this.#requests.json(`faults/plans/${encodeURIComponent(plan)}`, { method: 'POST', body: options })
  }

  /** Gives a name to several faults, until a reset. */
  definePlan(name: string, plan: Plan): Promise<void> {
    return this.#requests.json(`faults/plans/${encodeURIComponent(name)}`, { method: 'PUT', body: plan })
  }
}
