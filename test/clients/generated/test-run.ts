import { join } from 'node:path'
import type { Tally } from '../tally.ts'
import type { CalledPortals } from './portals.ts'

/** What became of one test of a client's. */
export interface TestOutcome {
  name: string
  passed: boolean
}

/** What came of running a client's tests. */
export interface TestRun {
  code: number | null
  outcomes: TestOutcome[]
  /** What was printed. */
  output: string
}

/** Runs a client's tests for one portal after the other. */
export async function eachPortal(
  { expectations, portals }: Pick<CalledPortals, 'expectations' | 'portals'>,
  test: (env: { EXPECTATIONS: string }) => Promise<TestRun>,
): Promise<TestRun> {
  const all: TestRun = { code: 0, outcomes: [], output: '' }
  for (const { name: portal } of portals) {
    const { code, outcomes, output } = await test({ EXPECTATIONS: join(expectations, `${portal}.json`) })
    all.code ||= code
    all.outcomes.push(...outcomes.map(({ name, passed }) => ({ name: `${portal}: ${name}`, passed })))
    if (code !== 0) all.output += output
  }
  return all
}

/** Reads tests from what a runner says, by a pattern of which one group is the test's name. */
export function matches(
  text: string,
  pattern: RegExp,
  passed: (match: RegExpMatchArray) => boolean,
  name: number,
): TestOutcome[] {
  return [...text.matchAll(pattern)].map((match) => ({ name: match[name] ?? '', passed: passed(match) }))
}

/** Counts tests, and prints what they have printed if one failed. */
export function countTests(name: string, { code, outcomes, output }: TestRun, tally: Tally): void {
  for (const outcome of outcomes) {
    const title = `${name}, ${outcome.name}`
    if (outcome.passed) tally.pass(title)
    else tally.fail(title)
  }
  tally.ran(`${name}: ${outcomes.length} tests`)
  const isWell = outcomes.length > 0 && outcomes.every(({ passed }) => passed)
  if (isWell !== (code === 0) || outcomes.length === 0) {
    tally.fail(name, `its tests ended with ${code}, and ${outcomes.length} of them were heard of`)
  }
  if (!isWell || code !== 0) console.log(output.trim())
}
