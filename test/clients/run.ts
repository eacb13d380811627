import { generatedClients } from './generated/clients.ts'
import { runGeneratedClients } from './generated/suite.ts'
import { runOAuth2Libraries } from './oauth2/suite.ts'
import { runPythonSdk } from './python/suite.ts'
import { runExamples } from './readme/suite.ts'
import { Tally } from './tally.ts'
import { skipUnserved } from './unserved.ts'

/**
 * Runs real clients against the mock: `npm run test:clients`. Those of the vendor need Python with its `venv` module;
 * those that are generated from the document Java with Maven, Python, and Go; all need their languages' registries.
 * So do Python's OAuth2 libraries.
 *
 * Arguments choose: versions of the Python SDK (`-- 3.6.0`), generators (`-- go java`), `oauth2`, and `examples`: those in
 * Python that the README and docs/python.md have.
 */
const OAUTH2 = 'oauth2'
const EXAMPLES = 'examples'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const { signal } = stop
const chosen = process.argv.slice(2)
const versions = chosen.filter((name) => /^\d/.test(name))
const generators = generatedClients.map(({ generator }) => generator)
const names = [...generators, OAUTH2, EXAMPLES]
const unknown = chosen.find((name) => !versions.includes(name) && !names.includes(name))
if (unknown !== undefined) throw new TypeError(`${unknown} is no version, and none of ${names.join(', ')}`)
const languages = chosen.length === 0 ? generators : generators.filter((name) => chosen.includes(name))

const tally = new Tally()
if (chosen.length === 0 || versions.length > 0) await runPythonSdk(tally, { versions, signal })
if (chosen.length === 0 || chosen.includes(OAUTH2)) await runOAuth2Libraries(tally, { signal })
if (chosen.length === 0 || chosen.includes(EXAMPLES)) await runExamples(tally, { signal })
if (languages.length > 0) await runGeneratedClients(tally, { languages, signal })
if (chosen.length === 0) await skipUnserved(tally, signal)
tally.finish()
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0
