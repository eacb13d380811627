import { runPythonSdk } from './python/suite.ts'
import { Tally } from './tally.ts'

/**
 * Runs real clients against the mock: `npm run test:clients`, or `npm run test:clients -- 3.6.0` for certain versions
 * of the SDK. Needs Python with its `venv` module, and a package index that it can install from.
 */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const tally = new Tally()
await runPythonSdk(tally, { versions: process.argv.slice(2), signal: stop.signal })
tally.finish()
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0
