import { hash } from 'node:crypto'

/** How long a client is taken to be repeating itself, in ms: retries come with pauses of some seconds. */
const PATIENCE = 10_000

/** How many are remembered: more fail only where everything does. */
const REMEMBERED = 100

/** POSTs whose clients can't know whether they were carried out: they got no answer, or one that says nothing of it. */
export class UnansweredPosts {
  /** When each was over, by its fingerprint, the oldest first. */
  readonly #endedAt = new Map<string, number>()

  /** Whether there is none at all, which is how it usually is. */
  get isEmpty(): boolean {
    return this.#endedAt.size === 0
  }

  /** @param now by the process's own clock, in ms */
  add(fingerprint: string, now: number): void {
    this.#endedAt.delete(fingerprint)
    this.#endedAt.set(fingerprint, now)
    const [oldest] = this.#endedAt.keys()
    if (this.#endedAt.size > REMEMBERED && oldest !== undefined) this.#endedAt.delete(oldest)
  }

  /** Whether a POST repeats one of them. */
  has(fingerprint: string, now: number): boolean {
    const endedAt = this.#endedAt.get(fingerprint)
    return endedAt !== undefined && now - endedAt <= PATIENCE
  }

  clear(): void {
    this.#endedAt.clear()
  }
}

/** What two POSTs have in common where one is the other again: target, credentials and body. */
export function fingerprintOf(target: string, credentials: readonly unknown[], body: string | Buffer): string {
  return hash('sha256', `${JSON.stringify([target, credentials])}${hash('sha256', body)}`)
}
