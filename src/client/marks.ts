import type { ControlRequests } from './request.ts'

/** A row of a table, secrets masked. */
export type EffectRow = Record<string, unknown>

/** What has become of the rows of a table. */
export interface TableEffects {
  added: EffectRow[]
  changed: { before: EffectRow; after: EffectRow; members: string[] }[]
  removed: EffectRow[]
  /** How many there are of each, those that aren't listed included. */
  total: { added: number; changed: number; removed: number }
}

/** What has changed since a mark. */
export interface Effects {
  /** The portal's time, in ISO 8601, UTC. */
  at: string
  /** In DocSpace's words, such as `mailsSent`: what did not happen is not there. */
  happened: Record<string, EffectRow[]>
  /** Tables in which something is another, by their names. */
  tables: Record<string, TableEffects>
}

/** A moment of a portal. */
export class MarkControl {
  readonly id: string
  readonly #requests: ControlRequests

  constructor(id: string, requests: ControlRequests) {
    this.id = id
    this.#requests = requests
  }

  /** What has changed since. */
  effects(): Promise<Effects> {
    return this.#requests.json(`marks/${this.id}/effects`)
  }

  /** Puts the portal back. Its time goes on, and the mark stays. */
  rewind(): Promise<void> {
    return this.#requests.json(`marks/${this.id}/rewind`, { method: 'POST' })
  }

  /** Forgets the mark. */
  delete(): Promise<void> {
    return this.#requests.json(`marks/${this.id}`, { method: 'DELETE' })
  }
}
