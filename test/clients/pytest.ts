import { fileURLToPath } from 'node:url'
import { run } from './command.ts'
import type { Tally } from './tally.ts'

const SCRIPT = fileURLToPath(new URL('pytest_runs.py', import.meta.url))
const OPTIONS = ['-v', '-p', 'no:cacheprovider', '-p', 'no:warnings', '--tb=short', '--color=no']
const CANT_IMPORT = 99

/** Which tests to run. */
export interface PytestSuite {
  /** The path of a Python that has pytest. */
  python: string
  /** Where the tests are. */
  directory: string
  /** Modules that all runs need. */
  imports?: readonly string[]
}

/** One run of the tests. */
export interface PytestRun {
  /** What stands in front of the tests' own names. */
  name: string
  /** Environment variables that the tests read. */
  variables: Record<string, string>
}

/** A module can't be imported. The message says why. */
export class CantImport extends Error {
  override readonly name = 'CantImport'
}

/**
 * Runs tests with pytest, one run after the other in one process, and counts each.
 *
 * @throws CantImport
 */
export async function runPytest(
  { python, directory, imports = [] }: PytestSuite,
  runs: readonly PytestRun[],
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const counts = runs.map(() => ({ passed: 0, failed: 0 }))
  let current = 0
  const { code, stdout, stderr } = await run(python, [SCRIPT, ...OPTIONS, '.'], {
    signal,
    cwd: directory,
    env: {
      PYTEST_IMPORTS: JSON.stringify(imports),
      PYTEST_RUNS: String(runs.length),
      ...Object.fromEntries(runs.map(({ variables }, i) => [`PYTEST_RUN_${i}`, JSON.stringify(variables)])),
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      PYTHONWARNINGS: 'ignore',
      // wide, since reasons of skipped tests are cut at the end of the line
      COLUMNS: '180',
    },
    onLine: (line) => {
      const [, begun] = /^run (\d+)$/.exec(line) ?? []
      if (begun !== undefined) current = Number(begun)
      else count(line, runs[current]?.name ?? '', tally, counts[current])
    },
  })
  if (code === CANT_IMPORT) throw new CantImport(stderr.trim().split('\n').at(-1))
  for (const [i, { name }] of runs.entries()) {
    const { passed = 0, failed = 0 } = counts[i] ?? {}
    tally.ran(`${name}: ${passed} tests passed, ${failed} failed`)
  }
  if (code === 0) return
  const failures = stdout.split(/^run \d+$/m).map((part) => part.slice(part.indexOf('\n====')).trim())
  console.log(`${failures.join('\n')}\n${stderr}`.trim())
  if (counts.every(({ failed }) => failed === 0)) tally.fail(runs[current]?.name ?? '', `pytest ended with ${code}`)
}

/** What was counted of one run. */
interface Counts {
  passed: number
  failed: number
}

/** Counts a line of pytest's such as `test_roles.py::test_count[guest] PASSED   [ 10%]`. */
function count(line: string, name: string, tally: Tally, counts: Counts | undefined): void {
  const [, test, outcome, reason] = /^(\S+\.py::.*?) (PASSED|FAILED|ERROR|SKIPPED)(?: \((.*)\))? +\[/.exec(line) ?? []
  if (test === undefined || counts === undefined) return
  if (outcome === 'SKIPPED') {
    tally.skip(`${name}: ${test}`, reason ?? '')
  } else if (outcome === 'PASSED') {
    counts.passed++
    tally.pass(`${name}: ${test}`)
  } else {
    counts.failed++
    tally.fail(`${name}: ${test}`)
  }
}
