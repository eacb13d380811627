import { availableParallelism } from 'node:os'
import { generatedClients } from './generated/clients.ts'
import { runNpmGenerators } from './generated/npm.ts'
import { generateClients } from './generated/suite.ts'
import { inParallel } from './in-parallel.ts'
import { runOAuth2Libraries } from './oauth2/suite.ts'
import { runPythonSdk, SDK_VERSIONS } from './python/suite.ts'
import { runExamples } from './readme/suite.ts'
import { Tally } from './tally.ts'
import { skipUnserved } from './unserved.ts'

/**
 * Runs real clients against the mock: `npm run test:clients`. Those of the vendor need Python with its `venv` module;
 * those that are generated from the document Java with Maven, Python, and Go; all need their languages' registries.
 * So do Python's OAuth2 libraries.
 *
 * Arguments choose: versions of the Python SDK (`-- 3.6.0`), generators (`-- go java`), those of npm's (`npm`),
 * `oauth2`, `unserved`, and `examples`: those in Python that the README and docs/python.md have.
 */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const { signal } = stop
const tally = new Tally()
const generators = generatedClients.map(({ generator }) => generator)
const chosen = process.argv.slice(2)
const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name)
await using generated = generateClients(generators.filter(isChosen), tally, signal)

/** By name. What takes longest comes first: the others run beside it. */
const suites: Record<string, () => Promise<void>> = {
  ...Object.fromEntries(generators.map((name) => [name, () => generated.test(name)])),
  ...Object.fromEntries(SDK_VERSIONS.map((version) => [version, () => runPythonSdk(version, tally, signal)])),
  npm: () => runNpmGenerators(tally, signal),
  examples: () => runExamples(tally, { signal }),
  oauth2: () => runOAuth2Libraries(tally, { signal }),
}
/** Only waits for registries, so it takes no turn. */
const waiting: typeof suites = { unserved: () => skipUnserved(tally, signal) }

const names = [...Object.keys(suites), ...Object.keys(waiting)]
const unknown = chosen.find((name) => !names.includes(name))
if (unknown !== undefined) throw new TypeError(`${unknown} is none of ${names.join(', ')}`)

const chosenOf = (from: typeof suites) =>
  Object.entries(from).flatMap(([name, suite]) => (isChosen(name) ? [suite] : []))
await Promise.all([inParallel(availableParallelism(), chosenOf(suites)), ...chosenOf(waiting).map((suite) => suite())])
tally.finish()
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0
