import type { ControlRequests } from './request.ts'

/** What a portal's clock shows. */
export interface ClockState {
  /** The time, in ISO 8601, UTC. */
  now: string
  /** Seconds that pass in a second: 1, or 0 while it is stopped. */
  rate: number
  /** Whether it shows another time than the machine, or will. */
  isChanged: boolean
}

/** The time of a portal, on which everything rests that expires. */
export class ClockControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  /** What it shows. */
  get(): Promise<ClockState> {
    return this.#requests.json('clock')
  }

  /** Makes it show a time, and go on from there. */
  set(now: Date | string): Promise<ClockState> {
    return this.#change({ now: new Date(now).toISOString() })
  }

  /** @param seconds to go on; negative: back */
  move(seconds: number): Promise<ClockState> {
    return this.#change({ move: seconds })
  }

  /** Makes it stand still. */
  stop(): Promise<ClockState> {
    return this.run(0)
  }

  /** @param rate seconds that pass in a second */
  run(rate = 1): Promise<ClockState> {
    return this.#change({ rate })
  }

  /** Makes it show the machine's time again. */
  reset(): Promise<ClockState> {
    return this.#requests.json('clock', { method: 'DELETE' })
  }

  #change(body: { now?: string; move?: number; rate?: number }): Promise<ClockState> {
    return this.#requests.json('clock', { method: 'PATCH', body })
  }
}
