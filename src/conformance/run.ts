import packageJson from '../../package.json' with { type: 'json' }
import type { ProfileName } from '../domain/profile.ts'
import { type Case, type Expectation, expectationOf, type Operation, operations } from './case.ts'
import { parseBody } from './comparison.ts'
import { responseOf } from './expected-answer.ts'
import { archive } from './har.ts'
import { framed, NoAnswerError, type Send } from './http.ts'
import type { ProviderStates } from './provider-states.ts'
import { Recorder } from './recorder.ts'
import { type Replayed, replay, requestOf } from './replay.ts'
import type { OperationReport, Outcome } from './report.ts'
import type { Subject } from './subject.ts'
import { Values } from './values.ts'
import { wanted, wantedCaller } from './wants.ts'

const SETTINGS = 'wants other settings of the portal, which only docspace-mock lets anybody make'

/** After so many requests in a row to which no answer came in time, there will be none to the others either. */
const PATIENCE = 3
const SILENT = `not sent: ${PATIENCE} requests before got no answer in time`

/** How many characters an id, a token or a key has at least. Whatever is kept is taken out of all texts. */
const SHORTEST_KEPT = 20

/** How to run the cases. */
export interface RunOptions {
  profile: ProfileName
  subject: Subject
  send: Send
  /** Sends what must not be given up half-way: what makes something, and what removes it. */
  sendAnyway: Send
  /** Arranges what cases want. */
  states: ProviderStates
  allowWrites: boolean
  /** ms since 1970 */
  now: number
  signal?: AbortSignal | undefined
  onProgress?: ((done: number, total: number) => void) | undefined
}

/** What came of all cases. */
export interface Sent {
  operations: OperationReport[]
  /** Those that were sent before their turn, after an interruption, to remove what had been made. */
  removals: Outcome[]
}

/** One pass through all cases. */
export class Run {
  readonly #options: RunOptions
  readonly #values: Values
  readonly #recorder = new Recorder()
  /** Names of what was made and is there still. */
  readonly #made = new Set<string>()
  /** How many requests in a row got no answer in time. */
  #unanswered = 0

  constructor(options: RunOptions) {
    const { subject, states, now } = options
    this.#options = options
    // only whoever made the portal knows its issuer: on anybody else's nothing is arranged
    this.#values = new Values(subject, subject.issuer === undefined ? null : states, now)
  }

  /** Sends every case of the profile; where that is interrupted, at least those that remove what was made. */
  async all(): Promise<Sent> {
    const { profile, signal, onProgress } = this.#options
    const mine = operations.map(({ name, cases }) => ({
      name,
      cases: cases.filter((row) => expectationOf(row, profile) !== undefined),
    }))
    const total = mine.reduce((sum, { cases }) => sum + cases.length, 0)
    let done = 0
    const reports: OperationReport[] = []
    for (const { name, cases } of mine) {
      const outcomes: Outcome[] = []
      for (const row of cases) {
        if (signal?.aborted) break
        const outcome = await this.#outcome(row)
        // what was under way when it was interrupted has come to nothing
        if (signal?.aborted && outcome.status === 'failed') break
        outcomes.push(outcome)
        onProgress?.(++done, total)
      }
      reports.push({ name, outcomes })
    }
    return { operations: reports, removals: signal?.aborted ? await this.#removals(mine, reports) : [] }
  }

  /** Removes what was made, and adds that to the reports. */
  async #removals(operations: readonly Operation[], reports: readonly OperationReport[]): Promise<Outcome[]> {
    const removals: Outcome[] = []
    for (const [i, { cases }] of operations.entries()) {
      for (const row of cases) {
        if (row.removes === undefined || !this.#made.has(row.removes)) continue
        const outcome = await this.#outcome(row)
        reports[i]?.outcomes.push(outcome)
        removals.push(outcome)
      }
    }
    return removals
  }

  /** What was sent and received as an HTTP archive. */
  har(): string {
    const { subject } = this.#options
    const redact = (text: string) => this.#values.redact(text)
    return archive(this.#recorder.exchanges, { origin: subject.url.origin, version: packageJson.version, redact })
  }

  async #outcome(row: Case): Promise<Outcome> {
    const started = performance.now()
    const [status, reason] = await this.#result(row)
    const { id, what, request } = row
    const duration = Math.round(performance.now() - started)
    if (reason === null) return { id, what, request, status, duration }
    return { id, what, request, status, reason: this.#values.redact(reason), duration }
  }

  async #result(row: Case): Promise<[Outcome['status'], reason: string | null]> {
    const obstacle = await this.#obstacle(row)
    if (obstacle !== null) return ['skipped', obstacle]
    const { states } = this.#options
    if (row.settings !== undefined && !(await states.changeSettings(row.settings))) return ['skipped', SETTINGS]
    try {
      const { difference, received } = await this.#replay(row)
      this.#unanswered = 0
      this.#keep(row, received)
      if (row.removes !== undefined && difference === null) this.#made.delete(row.removes)
      return [difference === null ? 'passed' : 'failed', difference]
    } catch (error) {
      if (error instanceof NoAnswerError) this.#unanswered++
      return ['failed', `no answer: ${(error as Error).message}`]
    } finally {
      if (row.settings !== undefined) await states.undo()
    }
  }

  /** Why a case can't be sent; `null` where it can. */
  async #obstacle(row: Case): Promise<string | null> {
    const { allowWrites, subject } = this.#options
    if (this.#unanswered >= PATIENCE) return SILENT
    if ((row.writes || row.settings !== undefined) && !allowWrites) return 'changes something: --allow-writes'
    if (row.shipped && !subject.shipped) return 'rests on the people of the shipped fixture'
    if (row.settings !== undefined && subject.issuer === undefined) return SETTINGS
    if (row.as !== undefined && this.#values.authorization(row.as) === undefined) return `wants ${wantedCaller(row.as)}`
    const [missing] = await this.#values.missing(row)
    if (missing !== undefined) return `wants ${wanted(missing)}`
    return (await this.#isVacant(row)) ? null : 'would change what is there already'
  }

  /** Whether nothing is in the place of what a case makes. */
  async #isVacant({ vacant, as }: Case): Promise<boolean> {
    if (vacant === undefined) return true
    const { subject, send } = this.#options
    const request = requestOf({ request: vacant }, { subject, authorization: as && this.#values.authorization(as) })
    try {
      return responseOf(parseBody(await framed(subject.url.host, send)(request))) === undefined
    } catch {
      // the case itself will say so
      return true
    }
  }

  #replay(row: Case): Promise<Replayed> {
    const { profile, subject, sendAnyway } = this.#options
    const makes = row.writes && row.keeps !== undefined
    const send = makes || row.removes !== undefined ? sendAnyway : this.#options.send
    const filled = this.#values.fill(row)
    return replay(filled, expectationOf(filled, profile) as Expectation, {
      profile,
      subject,
      send: framed(subject.url.host, this.#recorder.recording(send, `${row.id}: ${row.what}`)),
      authorization: row.as && this.#values.authorization(row.as),
    })
  }

  #keep({ keeps = {}, writes = false }: Case, received: unknown): void {
    for (const [name, pointer] of Object.entries(keeps)) {
      const value = valueAt(received, pointer)
      if (typeof value !== 'string' || value.length < SHORTEST_KEPT) continue
      this.#values.keep(name, value)
      if (writes) this.#made.add(name)
    }
  }
}

/** @param pointer a JSON Pointer (RFC 6901) without escapes */
function valueAt(document: unknown, pointer: string): unknown {
  const [, ...members] = pointer.split('/')
  return members.reduce((value, member) => (value as Record<string, unknown> | null | undefined)?.[member], document)
}
