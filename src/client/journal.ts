import type { DescribedEntry } from '../journal/description.ts'
import type { Verdict } from '../journal/verification.ts'
import type { Call, ControlRequests } from './request.ts'
import { readEvents } from './server-sent-events.ts'

/** Which requests are meant. A member that isn't given matches everything. */
export interface JournalFilter {
  /** An operationId. */
  operation?: string
  /** A status, `4xx`, or `none`: there was no answer. */
  status?: number | string
  /** An id, an e-mail, a role, or `anonymous`. */
  user?: string
  method?: string
  /** With `*` for whatever stands there. */
  path?: string
  /** By the portal's clock. */
  since?: Date | string
  until?: Date | string
  /** Those with a higher number. */
  after?: number
}

/** What requests have to be like, and how many there have to be: at least one unless given. */
export interface JournalQuestion extends Omit<JournalFilter, 'since' | 'until' | 'after'> {
  /** By name: a value, all values, or `null` for one that must not be there. */
  query?: Record<string, Wanted>
  headers?: Record<string, Wanted>
  /** A text: the whole body; anything else: JSON, which may have more members. */
  body?: unknown
  times?: number | { atLeast?: number; atMost?: number }
}

type Wanted = string | number | boolean | null | (string | number | boolean)[]

/** What a portal was asked, and what it answered. */
export class JournalControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  /** Entries, the newest first unless told otherwise, a hundred at most unless told otherwise. */
  async list(filter: JournalFilter & { limit?: number; order?: 'newest' | 'oldest' } = {}): Promise<DescribedEntry[]> {
    const { entries } = await this.#requests.json<{ entries: DescribedEntry[] }>('journal', { query: filter })
    return entries
  }

  /** @param n the entry's number */
  get(n: number): Promise<DescribedEntry> {
    return this.#requests.json(`journal/${n}`)
  }

  /** Whether there was a request, or so many; if not, which came nearest. */
  verify(question: JournalQuestion): Promise<Verdict> {
    return this.#requests.json('journal/verify', { method: 'POST', body: question })
  }

  /** The entries as an HTTP archive, HAR 1.2, as text. */
  async har(filter: JournalFilter = {}): Promise<string> {
    return (await this.#requests.send('journal.har', { query: filter })).text()
  }

  /** Forgets all entries. */
  clear(): Promise<void> {
    return this.#requests.json('journal', { method: 'DELETE' })
  }

  /**
   * Gives entries as they are written, for `for await`. It ends when the loop is left, when the signal says so, or with
   * the server.
   *
   * @param options.after the number behind which it begins; behind the last unless given
   */
  async *follow({ after, signal }: { after?: number; signal?: AbortSignal } = {}): AsyncGenerator<DescribedEntry> {
    const call: Call = { query: { after }, ...(signal && { signal }) }
    const { body } = await this.#requests.send('journal/stream', call)
    if (body === null) return
    for await (const { event, data } of readEvents(body)) {
      if (event === 'request') yield JSON.parse(data)
    }
  }
}
