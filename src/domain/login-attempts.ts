/** How many attempts may fail within the period. */
const MOST_FAILURES = 5

/** How long a failure is remembered, and how long nobody gets in once there were too many: in ms. */
const PERIOD = 60_000

/** How many logins are remembered: the earliest is forgotten for the latest. */
const MOST_LOGINS = 10_000

/** Keeps people from guessing passwords. Times are the portal's. */
export class LoginAttempts {
  readonly #logins = new Map<string, { failures: number[]; blockedUntil: number }>()

  /**
   * Notes an attempt, which counts as failed until it is taken back.
   *
   * @param login whose, and from where
   * @param now milliseconds since 1970, UTC
   * @returns whether it may go on
   */
  begin(login: string, now: number): boolean {
    const { failures = [], blockedUntil = 0 } = this.#logins.get(login) ?? {}
    // the portal's clock may have been moved back: what comes later hasn't happened yet
    if (isWithin(blockedUntil - PERIOD, now)) return false
    const recent = [...failures.filter((at) => isWithin(at, now)), now]
    const isBlocked = recent.length > MOST_FAILURES
    this.#remember(login, isBlocked ? { failures: [], blockedUntil: now + PERIOD } : { failures: recent, blockedUntil })
    return !isBlocked
  }

  /** Takes the latest attempt back: it succeeded. */
  succeed(login: string): void {
    this.#logins.get(login)?.failures.pop()
  }

  #remember(login: string, attempts: { failures: number[]; blockedUntil: number }): void {
    this.#logins.delete(login)
    this.#logins.set(login, attempts)
    const [earliest] = this.#logins.keys()
    if (this.#logins.size > MOST_LOGINS && earliest !== undefined) this.#logins.delete(earliest)
  }
}

/** Whether less than the period has passed since a moment. */
function isWithin(since: number, now: number): boolean {
  return since <= now && now - since < PERIOD
}
