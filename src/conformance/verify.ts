import localhost from '../../fixtures/localhost.json' with { type: 'json' }
import type { ProfileName } from '../domain/profile.ts'
import type { Fixture } from '../store/fixture.ts'
import type { Person } from './case.ts'
import { framed, type Send, sender } from './http.ts'
import { identify } from './identify.ts'
import { type Report, reportOf } from './report.ts'
import { Run } from './run.ts'
import { basePath, type KnownPerson, type Subject, subjectOfFixture, subjectOfPeople } from './subject.ts'
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
  /** Ends it after the case that is under way. */
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
  /** Everything that was sent and received as an HTTP archive (HAR 1.2), credentials replaced by their names. */
  har(): string
}

/**
 * Sends the conformance cases to a portal, one after the other, and compares what it answers.
 *
 * Nothing is changed there unless `allowWrites` says so. Cases that want what isn't known, or what only the mock can
 * arrange, are skipped and say so.
 *
 * @throws VerifyError where the portal can't be reached, or refuses a credential that was given
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { profile = 'documented', fixture, people, allowWrites = false, now = Date.now(), signal, onProgress } = options
  const base = new URL(options.url)
  const send = options.send ?? sender(base)
  const ask = framed(base.host, send)
  const subject = people ? await peopleOf(base, people, ask) : await fixtureOf(base, fixture, ask)
  const started = performance.now()
  const run = new Run({ profile, subject, send, allowWrites, now, signal, onProgress })
  const outcomes = await run.all()
  const duration = Math.round(performance.now() - started)
  const report = reportOf(outcomes, { url: base.origin + basePath(base), profile, duration })
  return { report, har: () => run.har() }
}

async function fixtureOf(url: URL, fixture: Fixture | undefined, send: Send): Promise<Subject> {
  await reach(url, () =>
    send({ method: 'GET', target: `${basePath(url)}/api/2.0/portal/userscount`, headers: [], body: '' }),
  )
  return subjectOfFixture(url, fixture ?? (localhost as Fixture), fixture === undefined || fixture === localhost)
}

async function peopleOf(url: URL, people: NonNullable<VerifyOptions['people']>, send: Send): Promise<Subject> {
  const subject = subjectOfPeople(url, people)
  const values = new Values(subject, null, Date.now())
  for (const [name, known] of Object.entries(people)) {
    const person = name as Person
    const authorization = values.authorization(person)
    if (authorization === undefined || known.id !== undefined) continue
    const found = await reach(url, () => identify(person, authorization, send, basePath(url)))
    subject.people[person] = { ...known, ...found }
  }
  return subject
}

async function reach<Result>({ origin }: URL, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof VerifyError) throw error
    throw new VerifyError(`${origin} can't be reached: ${(error as Error).message}`)
  }
}
