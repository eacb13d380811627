import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { start } from '../../src/start.ts'
import { run } from '../clients/command.ts'
import { Tally } from '../clients/tally.ts'
import { virtualEnvironment } from '../clients/venv.ts'
import { type Caller, callers } from './callers.ts'

/**
 * Has schemathesis make up requests from the served document and check every answer: `npm run test:fuzz`. Needs Python
 * with its `venv` module, and a package index. The last line counts requests.
 */
const SCHEMATHESIS = 'schemathesis==4.32.5'

const DIRECTORY = fileURLToPath(new URL('.', import.meta.url))

/** What schemathesis reports, as far as it is read here. */
interface FuzzingReport {
  operations: { selected: number; tested: number }
  phases: Record<string, { status: string; skip_reason: string | null }>
  test_cases: { generated: number; with_failures: number; errored: number }
  errors: object[]
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const tally = new Tally()
const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-fuzz-'))
const { url, portals, close } = await start({ port: 0 })
try {
  const python = await install()
  if (python !== undefined) await fuzzAll(python)
} catch (error) {
  tally.fail(SCHEMATHESIS, (error as Error).message)
} finally {
  await close()
  await rm(directory, { recursive: true, force: true })
}
tally.finish()
process.exitCode = tally.failed > 0 ? 1 : 0

async function install(): Promise<string | undefined> {
  try {
    return await virtualEnvironment(SCHEMATHESIS, [SCHEMATHESIS], stop.signal)
  } catch (error) {
    tally.skip(SCHEMATHESIS, `can't be installed: ${(error as Error).message}`)
    return undefined
  }
}

async function fuzzAll(python: string): Promise<void> {
  const [portal] = portals
  const before = portal.store.users.latest(100)
  for (const caller of callers(portal)) await fuzz(caller, python)
  const { status } = await fetch(`${url}/health`)
  tally.check('the server is healthy afterwards, and its people are who they were', () => {
    assert.equal(status, 200)
    assert.deepEqual(portal.store.users.latest(100), before)
  })
}

async function fuzz({ name, configuration, args }: Caller, python: string): Promise<void> {
  const config = join(directory, 'schemathesis.toml')
  const report = join(directory, 'report.json')
  await writeFile(config, (await readFile(join(DIRECTORY, 'schemathesis.toml'), 'utf8')) + configuration)
  const { code, stdout, stderr } = await run(
    python,
    [
      ...['-m', 'schemathesis.cli', '--config-file', config, '--no-color'],
      ...['run', `${url}/openapi/asc.web.api/2.0.json`],
      ...['--report', 'json', '--report-json-path', report, ...args],
    ],
    { signal: stop.signal, cwd: directory, env: { PYTHONPATH: DIRECTORY, PYTHONDONTWRITEBYTECODE: '1' } },
  )
  const { operations, phases, test_cases: cases, errors }: FuzzingReport = JSON.parse(await readFile(report, 'utf8'))
  const [, scenarios = '0'] = /Scenarios: +(\d+)/.exec(stdout.slice(stdout.indexOf('Stateful'))) ?? []
  const statuses = Object.entries(phases).map(([phase, { status }]) => `${phase} ${status}`)
  tally.ran(
    `${SCHEMATHESIS}, ${name}: ${cases.generated} requests to ${operations.tested} of ${operations.selected} operations, ` +
      `${scenarios} stateful scenarios, ${cases.with_failures} failed (${statuses.join(', ')})`,
  )
  tally.passed += cases.generated - cases.with_failures
  tally.failed += cases.with_failures + errors.length
  if (code !== 0) {
    console.log(`${stdout.slice(stdout.indexOf('\n===='))}\n${stderr}`.trim())
    if (cases.with_failures + errors.length === 0) tally.fail(name, `schemathesis ended with ${code}`)
  }
}
