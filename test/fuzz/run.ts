import assert from 'node:assert/strict'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import { start } from '../../src/start.ts'
import type { Portal } from '../../src/store/portal.ts'
import { Tally } from '../clients/tally.ts'
import { callers, configurationOf, dictionaries } from './callers.ts'
import { type Findings, fuzz, installSchemathesis, SCHEMATHESIS } from './schemathesis.ts'

/**
 * Has schemathesis make up requests from the served document and check every answer: `npm run test:fuzz`. Needs Python
 * with its `venv` module, and a package index. The last line counts requests.
 */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const tally = new Tally()
const python = await install()
if (python !== undefined) {
  for (const profile of ['documented', 'server'] as const) await fuzzProfile(profile, python)
}
tally.finish()
process.exitCode = tally.failed > 0 ? 1 : 0

async function install(): Promise<string | undefined> {
  try {
    return await installSchemathesis(stop.signal)
  } catch (error) {
    tally.skip(SCHEMATHESIS, (error as Error).message)
    return undefined
  }
}

async function fuzzProfile(profile: ProfileName, python: string): Promise<void> {
  // dates without a zone, the server's own, are no `date-time` in any document
  const { url, portals, close } = await start({ port: 0, profile, dates: 'postgresql' })
  const [portal] = portals
  const before = portal.store.users.list({ status: 1 }, { limit: 100, offset: 0 })
  const keys = shippedKeys(portal)
  const clients = shippedClients(portal)
  try {
    for (const caller of callers[profile]) {
      const name = `${SCHEMATHESIS}, ${profile}, ${caller.name}`
      const configuration = dictionaries(portal) + configurationOf(caller, portal)
      report(
        name,
        await fuzz(python, { documentUrl: `${url}/openapi/asc.web.api/2.0.json`, configuration }, stop.signal),
      )
    }
    const { status } = await fetch(`${url}/health`)
    tally.check(
      `${profile}: the server is healthy afterwards, and its people, their keys and clients are what they were`,
      () => {
        assert.equal(status, 200)
        // whoever may has added others
        const ids = new Set(before.map(({ id }) => id))
        const after = portal.store.users.list({ status: 1 }, { limit: -1, offset: 0 }).filter(({ id }) => ids.has(id))
        assert.deepEqual(after, before)
        assert.deepEqual(shippedKeys(portal), keys, 'callers who have lost their key are told of nothing')
        assert.deepEqual(shippedClients(portal), clients)
      },
    )
  } catch (error) {
    tally.fail(profile, (error as Error).message)
  } finally {
    await close()
  }
}

/** The keys that the portal came with, but for their last use. */
function shippedKeys({ fixture, store }: Portal) {
  const keys = fixture.users.flatMap(({ apiKeys = [] }) => apiKeys)
  return keys.map(({ key }) => ({ ...store.apiKeys.find(apiKeyHash(key)), lastUsed: null }))
}

/** The OAuth2 clients that the portal came with. */
function shippedClients({ fixture, store }: Portal) {
  return fixture.oauth2Clients?.map(({ clientId }) => store.oauth2Clients.find(clientId))
}

function report(name: string, findings: Findings): void {
  const { cases, failed, checks, operations, scenarios, phases, errors, output } = findings
  const count = (number: number) => number.toLocaleString('en')
  tally.ran(
    `${name}: ${count(cases)} requests to ${operations} operations, ${count(checks)} checks, ` +
      `${count(scenarios)} stateful scenarios, ${count(failed)} failed`,
  )
  tally.passed += cases - failed
  tally.failed += failed + errors
  if (failed + errors > 0) console.log(output)
  tally.check(`${name}: no phase was left out`, () => {
    const skipped = Object.keys(phases).filter((phase) => phases[phase] === 'skip')
    assert.deepEqual(skipped, [])
  })
}
