import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProfileName } from '../../src/domain/profile.ts'
import { defaultFixture } from '../../src/start.ts'
import type { Tally } from '../clients/tally.ts'
import type { WireAnswer } from './answers.ts'
import { wrongWith } from './checks.ts'
import { mintSecrets, type Secrets } from './credentials.ts'
import { type Delivery, deliveryAt } from './deliveries.ts'
import { HealthWatch, LegitimateClient } from './legitimate.ts'
import { send } from './send.ts'
import { Subject } from './subject.ts'

/** Which deliveries to send, and to what. */
export interface HostileRun {
  profile: ProfileName
  seed: number
  /** The range of delivery numbers; the last is exclusive. */
  from: number
  to: number
  /** Whether to print requests and responses. */
  isShown: boolean
}

/** How many deliveries are sent between two checks of the server, and how many concurrently. */
const BATCH = 400
const CONNECTIONS = 24

/** How long to wait for an optional response, in ms, plus a factor of the time that `/health` takes. */
const PATIENCE = { least: 200, most: 5000, factor: 5 }

/** How long a delivery may block others, in ms of CPU time of the main thread. */
const LONGEST = 250

/** The maximum time of `/health`, in ms, even on a busy machine. */
const LONGEST_HEALTH = 20_000

/** The prefix of failures of deliveries that block others. */
const HELD_UP = 'held up others for'

/** How many failures of one kind are reported. */
const TOLD = 3

/** A failure, and the delivery that caused it; `null`: unknown. */
interface Failure {
  n: number | null
  what: string
  delivery?: Delivery
}

/** Sends hostile requests to its own server, and checks that they do no harm. */
export class HostileTest {
  readonly #run: HostileRun
  readonly #tally: Tally
  readonly #failures: Failure[] = []
  readonly #statuses = new Map<string, number>()
  #subject!: Subject
  #secrets!: Secrets
  #health!: HealthWatch
  #heldUp = 0

  constructor(run: HostileRun, tally: Tally) {
    this.#run = run
    this.#tally = tally
  }

  async run(): Promise<void> {
    const { profile, from, to } = this.#run
    const directory = mkdtempSync(join(tmpdir(), 'docspace-mock-stress-'))
    try {
      this.#subject = await Subject.start(flagsFor(profile, directory))
      await this.#sendAll()
    } catch (error) {
      this.#failures.push({ n: null, what: `the run broke off: ${(error as Error).stack}` })
    } finally {
      await this.#end()
      rmSync(directory, { recursive: true, force: true })
    }
    this.#report(to - from)
  }

  async #sendAll(): Promise<void> {
    const { from, to } = this.#run
    const { url } = this.#subject
    const stop = new AbortController()
    const health = new HealthWatch(url)
    this.#health = health
    const clients = [new LegitimateClient(url, 'kept'), new LegitimateClient(url, `made-${process.pid}`)]
    const working = [health, ...clients].map((client) => client.work(stop.signal))
    for (let first = from; first < to && this.#subject.isRunning; first += BATCH) {
      await this.#sendBatch(first, Math.min(first + BATCH, to))
    }
    stop.abort()
    await Promise.all(working)
    if (health.ill.length > 0) this.#fail(null, `/health: ${[...new Set(health.ill)]}`)
    if (health.longest > LONGEST_HEALTH) this.#fail(null, `/health took ${Math.round(health.longest)} ms`)
    for (const client of clients) {
      await client.check().catch((error: Error) => this.#fail(null, `the portal ${client.name}: ${error.message}`))
    }
    const { rss } = await this.#subject.sample()
    this.#tally.ran(
      `${this.#run.profile}: ${to - from} deliveries, ${this.#describeStatuses()}; /health took ${Math.round(health.longest)} ms ` +
        `and the event loop was held up for ${Math.round(this.#heldUp)} ms at most, ${Math.round(rss)} MB in the end`,
    )
  }

  async #sendBatch(first: number, last: number): Promise<void> {
    const token = controlToken(this.#run.profile)
    await this.#resetPortals(token)
    this.#secrets = await mintSecrets(this.#subject.url, token)
    await this.#subject.sample()
    let next = first
    const connection = async () => {
      while (next < last && this.#subject.isRunning) await this.#sendOne(next++)
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, connection))
    if (!this.#subject.isRunning) return this.#fail(null, `the process ended between ${first} and ${last}`)
    const { turn } = await this.#subject.sample()
    this.#heldUp = Math.max(this.#heldUp, turn.max)
    const errors = this.#subject.takeErrors().filter((line) => !this.#isTold(logged(line)))
    const isHeldUp = turn.max > LONGEST && !this.#isTold(HELD_UP)
    if (errors.length > 0 || isHeldUp) await this.#findCulprits(first, last, errors)
  }

  async #sendOne(n: number): Promise<Delivery> {
    const delivery = deliveryAt(this.#run.seed, n)(this.#secrets)
    const patience = Math.min(PATIENCE.least + PATIENCE.factor * this.#health.latest, PATIENCE.most)
    const exchange = await send(this.#subject.port, delivery, patience)
    if (this.#run.isShown)
      console.log(`${describe(delivery, 10_000)}\n${JSON.stringify(exchange.answers.map(shown), null, 2)}`)
    for (const { status } of exchange.answers) {
      const kind = `${Math.floor(status / 100)}xx`
      this.#statuses.set(kind, (this.#statuses.get(kind) ?? 0) + 1)
    }
    for (const what of wrongWith(delivery, exchange, this.#run.profile)) this.#fail(n, what, delivery)
    return delivery
  }

  /** Sends the deliveries of a batch again, one by one, to find which one logs an error or blocks others. */
  async #findCulprits(first: number, last: number, errors: readonly string[]): Promise<void> {
    let found = 0
    for (let n = first; n < last && this.#subject.isRunning; n++) {
      await this.#subject.sample()
      const delivery = await this.#sendOne(n)
      const { turn } = await this.#subject.sample()
      if (turn.max > LONGEST) this.#fail(n, `${HELD_UP} ${Math.round(turn.max)} ms`, delivery)
      for (const line of this.#subject.takeErrors()) {
        found++
        this.#fail(n, logged(line), delivery)
      }
    }
    if (found === 0) for (const line of errors) this.#fail(null, `${logged(line)}, between ${first} and ${last}`)
  }

  /** Undoes the changes of control calls, such as clocks, settings and faults, which delay later requests. */
  async #resetPortals(token: string): Promise<void> {
    const headers = { authorization: `Bearer ${token}` }
    const names = ['', ...Array.from({ length: 12 }, (_, i) => `/@scrap-${i + 1}`), '/@foreign']
    await Promise.all(
      names.map((name) =>
        fetch(`${this.#subject.url}${name}/__mock/reset`, { method: 'POST', headers }).then((answer) => answer.text()),
      ),
    )
  }

  async #end(): Promise<void> {
    if (this.#subject === undefined) return
    const { code, signal } = await this.#subject.stop()
    if (code !== 0) this.#fail(null, `ended with ${code ?? signal}`)
    for (const line of this.#subject.takeErrors()) this.#fail(null, logged(line))
  }

  #fail(n: number | null, what: string, delivery?: Delivery): void {
    // a delivery that is sent again fails again
    if (
      this.#failures.some((failure) => failure.n !== null && failure.n === n && kindOf(failure.what) === kindOf(what))
    )
      return
    this.#failures.push({ n, what, ...(delivery && { delivery }) })
  }

  /** Whether enough failures of this kind were reported. */
  #isTold(what: string): boolean {
    return this.#failures.filter((failure) => kindOf(failure.what) === kindOf(what)).length >= TOLD
  }

  #describeStatuses(): string {
    return [...this.#statuses]
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')
  }

  #report(count: number): void {
    const { profile, seed } = this.#run
    const failed = new Set(this.#failures.map(({ n, what }) => n ?? what))
    this.#tally.passed += Math.max(0, count - failed.size)
    const told = new Map<string, number>()
    for (const { n, what, delivery } of this.#failures) {
      const kind = kindOf(what)
      told.set(kind, (told.get(kind) ?? 0) + 1)
      if ((told.get(kind) ?? 0) > TOLD) continue
      const replay = n === null ? '' : `\n  npm run test:stress -- --profile ${profile} --seed ${seed} --only ${n}`
      const sent = delivery === undefined ? '' : `\n  ${describe(delivery)}`
      console.log(`FAILED   ${profile}: ${what}${replay}${sent}`)
    }
    for (const [kind, times] of told) if (times > TOLD) console.log(`… and ${times - TOLD} more of: ${kind}`)
    this.#tally.failed += failed.size
  }
}

/** Groups failures by cause: their beginning without numbers. */
function kindOf(what: string): string {
  return what.replace(/\d+/g, '0').slice(0, 34)
}

/** Turns a log line at level error into a failure. */
function logged(line: string): string {
  if (!line.startsWith('{')) return `printed: ${line}`
  const { msg, err } = JSON.parse(line) as { msg: string; err?: { stack: string } }
  return `logged as an error: ${msg.slice(0, 200)}${err === undefined ? '' : `\n    ${err.stack.split('\n').slice(1, 5).join('\n    ')}`}`
}

/** How many bytes of a delivery its description shows. */
const DESCRIBED = 100_000

/** Describes a delivery: how it is sent, and the beginning of its bytes. */
export function describe({ bytes, way }: Delivery, length = 600): string {
  const text = bytes
    .subarray(0, DESCRIBED)
    .toString('latin1')
    .replace(/(.{1,12}?)\1{9,}/gs, (all, piece) => `‹${piece} × ${all.length / piece.length}›`)
  const isCut = text.length > length || bytes.length > DESCRIBED
  const shown = isCut ? `${text.slice(0, length)}… of ${bytes.length} bytes` : text
  return `${JSON.stringify(way)} ${JSON.stringify(shown)}`
}

function shown({ status, headers, body, isWhole }: WireAnswer) {
  return { status, headers: Object.fromEntries(headers), body: body.slice(0, 2000), isWhole }
}

/** One profile has a control token, so that both ways are tested. */
function controlToken(profile: ProfileName): string {
  return profile === 'server' ? 'control-token' : ''
}

function flagsFor(profile: ProfileName, directory: string): string[] {
  const kept = join(directory, 'kept.json')
  writeFileSync(kept, JSON.stringify({ ...defaultFixture, alias: 'kept', tenantId: 77 }))
  const token = controlToken(profile)
  return [
    ...['--profile', profile, '--fixture', `fixtures/localhost.json,${kept}`],
    ...(token === '' ? [] : ['--control-token', token]),
  ]
}
