import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { run } from '../clients/command.ts'
import { virtualEnvironment } from '../clients/venv.ts'

/** Another version makes up other requests. */
const VERSION = '4.32.5'

/** The fuzzer, as reports call it. */
export const SCHEMATHESIS = `schemathesis ${VERSION}`

const DIRECTORY = fileURLToPath(new URL('.', import.meta.url))

/** Its exit codes for a run that came to its end: nothing found, and something found. */
const ENDED = [0, 1]

/** What a run is about. */
export interface Target {
  /** Where the document is. */
  documentUrl: string
  /** What is to be added to `schemathesis.toml`. */
  configuration: string
}

/** What a run has found. */
export interface Findings {
  /** How many operations were called. */
  operations: number
  /** Requests whose answers were checked: all but those that a check itself has sent. */
  cases: number
  /** How many of those had an answer that a check didn't like. */
  failed: number
  checks: number
  /** Sequences of requests, each with something of an earlier answer. */
  scenarios: number
  /** How each phase ended, by its name. */
  phases: Record<string, string>
  /** What went wrong in schemathesis itself. */
  errors: number
  /** What it printed. */
  output: string
}

/**
 * Makes a Python that has schemathesis.
 *
 * @returns the path of that Python
 */
export function installSchemathesis(signal: AbortSignal): Promise<string> {
  return virtualEnvironment(`schemathesis-${VERSION}`, [`schemathesis==${VERSION}`], signal)
}

/** Has schemathesis make up requests from a document and check every answer. */
export async function fuzz(
  python: string,
  { documentUrl, configuration }: Target,
  signal: AbortSignal,
): Promise<Findings> {
  // it keeps what it has learned where it runs, and no run is to depend on another
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-fuzz-'))
  const [config, summary, events] = ['schemathesis.toml', 'summary.json', 'events.ndjson'].map((name) =>
    join(directory, name),
  ) as [string, string, string]
  try {
    await writeFile(config, `${await readFile(join(DIRECTORY, 'schemathesis.toml'), 'utf8')}\n${configuration}`)
    const { code, stdout, stderr } = await run(
      python,
      [
        ...['-m', 'schemathesis.cli', '--config-file', config, '--no-color', 'run', documentUrl],
        ...['--report', 'json,ndjson', '--report-json-path', summary, '--report-ndjson-path', events],
      ],
      { signal, cwd: directory, env: { PYTHONPATH: DIRECTORY, PYTHONDONTWRITEBYTECODE: '1' } },
    )
    if (!ENDED.includes(code ?? -1)) throw new Error(`${SCHEMATHESIS} ended with ${code}: ${stderr}${stdout}`)
    return { ...(await readSummary(summary)), ...(await countEvents(events)), output: stdout }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function readSummary(file: string) {
  const { operations, phases, errors } = JSON.parse(await readFile(file, 'utf8')) as {
    operations: { tested: number }
    phases: Record<string, { status: string }>
    errors: object[]
  }
  return {
    operations: operations.tested,
    phases: Object.fromEntries(Object.entries(phases).map(([name, { status }]) => [name, status])),
    errors: errors.length,
  }
}

/** What is read of an event: a scenario is the requests that were made for one operation, or one after the other. */
interface Event {
  ScenarioFinished?: {
    phase: string
    status: string
    recorder: { checks?: Record<string, { status: string }[]> }
  }
}

async function countEvents(file: string) {
  const counts = { cases: 0, failed: 0, checks: 0, scenarios: 0 }
  for await (const line of createInterface(createReadStream(file))) {
    const { ScenarioFinished: scenario } = JSON.parse(line) as Event
    if (scenario === undefined || scenario.status === 'skip') continue
    if (scenario.phase === 'stateful') counts.scenarios++
    for (const checks of Object.values(scenario.recorder.checks ?? {})) {
      counts.cases++
      counts.checks += checks.length
      if (checks.some(({ status }) => status !== 'success')) counts.failed++
    }
  }
  return counts
}
