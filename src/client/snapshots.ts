import type { ControlRequests } from './request.ts'

/** A portal as it was. */
export interface Snapshot {
  name: string
  /** When it was taken, by the portal's clock, in ISO 8601, UTC. */
  takenAt: string
  /** What it takes in memory. */
  bytes: number
}

/** What a portal was, by names. A reset keeps them. */
export class SnapshotsControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  list(): Promise<Snapshot[]> {
    return this.#requests.json('snapshots')
  }

  /** Keeps the portal as it is now, in the place of what had the name. */
  take(name: string): Promise<Snapshot> {
    return this.#requests.json(`snapshots/${encodeURIComponent(name)}`, { method: 'PUT' })
  }

  /** Puts the portal back. Its time goes on. */
  restore(name: string): Promise<void> {
    return this.#requests.json(`snapshots/${encodeURIComponent(name)}/restore`, { method: 'POST' })
  }

  delete(name: string): Promise<void> {
    return this.#requests.json(`snapshots/${encodeURIComponent(name)}`, { method: 'DELETE' })
  }
}
