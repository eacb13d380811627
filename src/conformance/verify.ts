import localhost from '../../fixtures/localhost.json' with { type: 'json' }
import type { ProfileName } from '../domain/profile.ts'
import type { Fixture } from '../store/fixture.ts'
import type { Person } from './case.ts'
import { delayed } from './delayed.ts'
import { framed, type Send, sender } from './http.ts'
import { identify } from './identify.ts'
import { ProviderStates } from './provider-states.ts'
import { type Outcome, type Report, reportOf } from './report.ts'
import { Run } from './run.ts'
import { basePath, type KnownPerson, type Subject, subjectOfFixture, subjectOfPeople } from './subject.ts'
import { unreachable } from './unreachable.ts'
import { Values } from './values.ts'
import { VerifyError } from './verify-error.ts'

/** Where to send the cases, and what is known there. */
export interface VerifyOptions {
  /** The portal: scheme, host and port, and a path where it stands below one. */
  url: string
  /** What it has to speak; `documented` unless given. */
  profile?: ProfileName
  /** What the portal was made from. The shipped fixture unless given. */
  fixture?: Fixture
  /** Credentials of the portal's people, in the place of a fixture's. Their ids are asked for. */
  people?: Partial<Record<Person, KnownPerson>>
  /** Whether cases are sent that change something. */
  allowWrites?: boolean
  /** How long an answer may take, in ms; half a minute unless given. */
  timeout?: number
  /** Certificates to trust besides those that everybody does, as PEM. */
  ca?: string
  /**
   * Ends it. The case that is under way is given up, settings are put back, and what was made is removed: within five
   * seconds, or not at all.
   */
  signal?: AbortSignal
  /** Called after each case. */
  onProgress?: (done: number, total: number) => void
  /** How requests reach the server: over HTTP or HTTPS unless given. */
  send?: Send
  /** The moment in ms since 1970 that tokens and keys are dated by. */
  now?: number
}

/** What {@link verify} found. */
export interface Verification {
  report: Report
  /** The cases that removed what had been made, after an interruption: those that didn't pass have left it there. */
  removals: Outcome[]
  /** Everything that was sent and received as an HTTP archive (HAR 1.2), credentials replaced by their names. */
  har(): string
}

/**
 * Sends the conformance cases to a portal, one after the other, and compares what it answers.
 *
 * Nothing is changed there unless `allowWrites` says so. Cases that want what isn't known, or what only the mock can
 * arrange, are skipped and say so.
 *
 * @throws VerifyError where no portal can be reached, or it refuses a credential that was given
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { profile = 'documented', fixture, people, allowWrites = false, now = Date.now(), signal, onProgress } = options
  const base = new URL(options.url)
  const target = { url: base, profile }
  const { timeout, ca } = options
  const send = options.send ?? sender(base, { timeout, ca, signal })
  const ask = framed(base.host, send)
  await requirePortal(base, ask, signal)
  const subject = people
    ? await reach(base, () => peopleOf(target, people, ask, now), signal)
    : subjectOfFixture(target, fixture ?? (localhost as Fixture), fixture === undefined || fixture === localhost)
  const started = performance.now()
  // without the signal: what was arranged is undone even where the rest is given up
  const arrange = options.send ?? sender(base, { timeout: ARRANGING_TIMEOUT, ca })
  const states = new ProviderStates(framed(base.host, arrange), basePath(base))
  const anyway = signal && delayed(signal, GRACE)
  const sendAnyway = options.send ?? sender(base, { timeout, ca, signal: anyway })
  const run = new Run({ profile, subject, send, sendAnyway, states, allowWrites, now, signal, onProgress })
  const { operations, removals } = await run.all()
  const duration = Math.round(performance.now() - started)
  const report = reportOf(operations, { url: base.origin + basePath(base), profile, duration })
  return { report, removals, har: () => run.har() }
}

/** How long after an interruption what was made may take to be removed, in ms. */
const GRACE = 5000

/** How long a mock may take to arrange something, in ms. */
const ARRANGING_TIMEOUT = 5000

/** Asks whether a portal is there at all, as somebody without credentials: one says no. */
async function requirePortal(url: URL, send: Send, signal: AbortSignal | undefined): Promise<void> {
  const target = `${basePath(url)}/api/2.0/portal/userscount`
  const { status, headers } = await reach(url, () => send({ method: 'GET', target, headers: [], body: '' }), signal)
  const answered = `${url.origin}${target} answers ${status}`
  if (status === 404) throw new VerifyError(`${answered}: no portal is there. Give its address without /api/2.0`)
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
  if (status >= 300 && status < 400 && location !== undefined)
    throw new VerifyError(`${answered} and leads to ${location}: give the address that the portal itself has`)
}

async function peopleOf(
  target: { url: URL; profile: ProfileName },
  people: NonNullable<VerifyOptions['people']>,
  send: Send,
  now: number,
): Promise<Subject> {
  const subject = subjectOfPeople(target, people)
  const values = new Values(subject, null, now)
  for (const [name, known] of Object.entries(people)) {
    const person = name as Person
    const authorization = values.authorization(person)
    if (authorization === undefined || known.id !== undefined) continue
    subject.people[person] = { ...known, ...(await identify(person, authorization, send, basePath(target.url))) }
  }
  return subject
}

async function reach<Result>(url: URL, work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof VerifyError) throw error
    if (signal?.aborted) throw new VerifyError('interrupted before anything was sent')
    throw unreachable(url, error as Error)
  }
}
