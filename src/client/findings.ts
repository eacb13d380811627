import type { ControlRequests } from './request.ts'

/** A request at which something was found. */
export interface Sighting {
  /** Its number in the journal. */
  n: number
  /** By the portal's clock and the machine's, in ISO 8601, UTC. */
  at: string
  time: string
  operation: string | null
  method: string
  /** Path and query, secrets masked. */
  target: string
}

/** Something that worked here and would not on a real portal. */
export interface Finding {
  code: string
  /** `fails`: a real portal would have refused the request; `note`: it would not, for now. */
  severity: 'fails' | 'note'
  /** What was done, and what to do instead. */
  what: string
  instead: string
  /** At how many requests. */
  count: number
  first: Sighting
  last: Sighting
}

/** What worked here and would not on a real portal. */
export class FindingsControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  list(): Promise<Finding[]> {
    return this.#requests.json('findings')
  }

  clear(): Promise<void> {
    return this.#requests.json('findings', { method: 'DELETE' })
  }
}
