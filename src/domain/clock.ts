/** Where the present comes from. A test's stands still. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** The first and the last moment that a portal's clock shows, in milliseconds since 1970, UTC. */
export const EARLIEST = 0
/** A century before the last moment that DocSpace can write: what it hands out holds for years. */
export const LATEST = Date.UTC(9900, 0, 1)

/** A portal's clock: another one, until it is set, stopped, moved or sped up. */
export class PortalClock implements Clock {
  readonly #base: Clock
  /** What this clock showed when it was last changed, and what its base showed then; `null`: they are the same. */
  #anchor: { at: number; since: number } | null = null
  #rate = 1

  constructor(base: Clock) {
    this.#base = base
  }

  now(): number {
    if (this.#anchor === null) return this.#base.now()
    const { at, since } = this.#anchor
    return Math.min(LATEST, Math.floor(at + (this.#base.now() - since) * this.#rate))
  }

  /** How much of its time passes in a second of its base: 1 unless changed, 0 while it is stopped. */
  get rate(): number {
    return this.#rate
  }

  /** How far it is from its base now, in ms; negative: behind. */
  get offset(): number {
    return this.now() - this.#base.now()
  }

  /** Whether it shows another time than its base, or will. */
  get isChanged(): boolean {
    return this.#anchor !== null
  }

  /**
   * @param time milliseconds since 1970, UTC
   * @throws RangeError where it is before {@link EARLIEST} or after {@link LATEST}
   */
  set(time: number): void {
    if (!(time >= EARLIEST && time <= LATEST)) throw new RangeError(`a portal's clock can't show ${time} ms since 1970`)
    this.#anchor = { at: time, since: this.#base.now() }
  }

  /**
   * @param duration milliseconds; negative: back
   * @throws RangeError where that leads before {@link EARLIEST} or after {@link LATEST}
   */
  move(duration: number): void {
    this.set(this.now() + duration)
  }

  /** @param rate 1: as fast as its base; 0: it stands still */
  run(rate: number): void {
    this.set(this.now())
    this.#rate = rate
  }

  /** Makes it show what its base shows again. */
  reset(): void {
    this.#anchor = null
    this.#rate = 1
  }
}
