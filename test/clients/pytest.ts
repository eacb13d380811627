import { run } from './command.ts'
import type { Tally } from './tally.ts'

const PYTEST = ['-m', 'pytest', '-v', '-p', 'no:cacheprovider', '-p', 'no:warnings', '--tb=short', '--color=no']

/** What to run. */
export interface PytestRun {
  /** The path of a Python that has pytest. */
  python: string
  /** Where the tests are. */
  directory: string
  /** Environment variables that the tests read. */
  variables: Record<string, string>
}

/**
 * Runs tests with pytest, and counts each.
 *
 * @param name what stands in front of the tests' own names
 */
export async function runPytest(
  name: string,
  { python, directory, variables }: PytestRun,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const { passed: passedBefore, failed: failedBefore } = tally
  const { code, stdout, stderr } = await run(python, [...PYTEST, '.'], {
    signal,
    cwd: directory,
    // wide, since reasons of skipped tests are cut at the end of the line
    env: { ...variables, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', COLUMNS: '180' },
    onLine: (line) => count(line, name, tally),
  })
  tally.ran(`${name}: ${tally.passed - passedBefore} tests passed, ${tally.failed - failedBefore} failed`)
  if (code === 0) return
  console.log(`${stdout.slice(stdout.indexOf('\n====')).trim()}\n${stderr}`.trim())
  if (tally.failed === failedBefore) tally.fail(name, `pytest ended with ${code}`)
}

/** Counts a line of pytest's such as `test_roles.py::test_count[guest] PASSED   [ 10%]`. */
function count(line: string, name: string, tally: Tally): void {
  const [, test, outcome, reason] = /^(\S+\.py::.*?) (PASSED|FAILED|ERROR|SKIPPED)(?: \((.*)\))? +\[/.exec(line) ?? []
  if (test === undefined) return
  if (outcome === 'PASSED') tally.pass(`${name}: ${test}`)
  else if (outcome === 'SKIPPED') tally.skip(`${name}: ${test}`, reason ?? '')
  else tally.fail(`${name}: ${test}`)
}
