import packageJson from '../../package.json' with { type: 'json' }
import type { ProfileName } from '../domain/profile.ts'
import { type Case, type Expectation, expectationOf, operations } from './case.ts'
import { archive } from './har.ts'
import { framed, type Send } from './http.ts'
import { ProviderStates } from './provider-states.ts'
import { Recorder } from './recorder.ts'
import { redaction } from './redaction.ts'
import { replay } from './replay.ts'
import type { OperationReport, Outcome } from './report.ts'
import { basePath, type Subject } from './subject.ts'
import { Values } from './values.ts'
import { wanted, wantedCaller } from './wants.ts'

const SETTINGS = 'wants other settings of the portal, which only docspace-mock lets anybody make'

/** How to run the cases. */
export interface RunOptions {
  profile: ProfileName
  subject: Subject
  send: Send
  allowWrites: boolean
  /** ms since 1970 */
  now: number
  signal?: AbortSignal | undefined
  onProgress?: ((done: number, total: number) => void) | undefined
}

/** One pass through all cases. */
export class Run {
  readonly #options: RunOptions
  readonly #states: ProviderStates
  readonly #values: Values
  readonly #recorder: Recorder

  constructor(options: RunOptions) {
    const { subject, send, now } = options
    this.#options = options
    this.#states = new ProviderStates(framed(subject.url.host, send), basePath(subject.url))
    // only whoever made the portal knows its issuer: on anybody else's nothing is arranged
    this.#values = new Values(subject, subject.issuer === undefined ? null : this.#states, now)
    this.#recorder = new Recorder(send)
  }

  /** Sends every case of the profile. */
  async all(): Promise<OperationReport[]> {
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
        outcomes.push(await this.#outcome(row))
        onProgress?.(++done, total)
      }
      reports.push({ name, outcomes })
    }
    return reports
  }

  /** What was sent and received as an HTTP archive. */
  har(): string {
    const { subject } = this.#options
    const redact = redaction(this.#values.secrets())
    return archive(this.#recorder.exchanges, { origin: subject.url.origin, version: packageJson.version, redact })
  }

  async #outcome(row: Case): Promise<Outcome> {
    const started = performance.now()
    const [status, reason] = await this.#result(row)
    const { id, what, request } = row
    const duration = Math.round(performance.now() - started)
    if (reason === null) return { id, what, request, status, duration }
    return { id, what, request, status, reason: redaction(this.#values.secrets())(reason), duration }
  }

  async #result(row: Case): Promise<[Outcome['status'], reason: string | null]> {
    const obstacle = await this.#obstacle(row)
    if (obstacle !== null) return ['skipped', obstacle]
    if (row.settings !== undefined && !(await this.#states.changeSettings(row.settings))) return ['skipped', SETTINGS]
    try {
      const differs = await this.#replay(row)
      return [differs === null ? 'passed' : 'failed', differs]
    } catch (error) {
      return ['failed', `no answer: ${(error as Error).message}`]
    } finally {
      if (row.settings !== undefined) await this.#states.undo()
    }
  }

  /** Why a case can't be sent; `null` where it can. */
  async #obstacle(row: Case): Promise<string | null> {
    const { allowWrites, subject } = this.#options
    if ((row.writes || row.settings !== undefined) && !allowWrites) return 'changes something: --allow-writes'
    if (row.shipped && !subject.shipped) return 'rests on the people of the shipped fixture'
    if (row.settings !== undefined && subject.issuer === undefined) return SETTINGS
    if (row.as !== undefined && this.#values.authorization(row.as) === undefined) return `wants ${wantedCaller(row.as)}`
    const [missing] = await this.#values.missing(row)
    return missing === undefined ? null : `wants ${wanted(missing)}`
  }

  #replay(row: Case): Promise<string | null> {
    const { profile, subject } = this.#options
    const filled = this.#values.fill(row)
    const authorization = row.as && this.#values.authorization(row.as)
    return replay(filled, expectationOf(filled, profile) as Expectation, {
      profile,
      subject,
      send: framed(subject.url.host, this.#recorder.sendFor(`${row.id}: ${row.what}`)),
      ...(authorization !== undefined && { authorization }),
    })
  }
}
