import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Portal } from '../../../src/store/portal.ts'
import { run } from '../command.ts'
import type { Tally } from '../tally.ts'
import { type GeneratedClient, generatedClients } from './clients.ts'
import { GENERATOR_VERSION, generate, openApiGenerator } from './generator.ts'
import { startPortals } from './portals.ts'
import { countTests } from './test-run.ts'

/** Clients that are generated from the document, all of them when the first is tested. */
export interface GeneratedClients extends AsyncDisposable {
  /** Runs the tests of one. */
  test: (generator: string) => Promise<void>
}

/** The clients of some generators. Those that can't be generated are skipped, or fail. */
export function generateClients(chosen: readonly string[], tally: Tally, signal: AbortSignal): GeneratedClients {
  let ready: ReturnType<typeof prepare> | undefined
  return {
    async test(generator) {
      ready ??= prepare(chosen, tally, signal)
      const { directory, clients } = await ready
      const client = clients.find((client) => client.generator === generator)
      if (client !== undefined) await testClient(client, directory, tally, signal)
    },
    async [Symbol.asyncDispose]() {
      if (ready !== undefined) await rm((await ready).directory, { recursive: true, force: true })
    },
  }
}

/** Generates those of which the language is there, all at once. */
async function prepare(chosen: readonly string[], tally: Tally, signal: AbortSignal) {
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-generated-'))
  const clients: GeneratedClient[] = []
  for (const client of generatedClients.filter(({ generator }) => chosen.includes(generator))) {
    const missing = await whyMissing(client, signal)
    if (missing === null) clients.push(client)
    else tally.skip(nameOf(client), missing)
  }
  if (clients.length === 0) return { directory, clients }
  const jar = await openApiGenerator(signal).catch((error: Error) => {
    signal.throwIfAborted()
    for (const client of clients) tally.skip(nameOf(client), `it isn't there: ${error.message}`)
  })
  if (jar === undefined) return { directory, clients: [] }
  try {
    const generations = clients.map(({ generator, properties }) => ({
      generator,
      properties,
      directory: join(directory, generator),
    }))
    await generate(jar, generations, signal)
    return { directory, clients }
  } catch (error) {
    for (const client of clients) tally.fail(nameOf(client), (error as Error).message)
    return { directory, clients: [] }
  }
}

const nameOf = ({ generator }: GeneratedClient) => `${generator}, openapi-generator ${GENERATOR_VERSION}`

async function whyMissing({ needs: [command, ...args] }: GeneratedClient, signal: AbortSignal): Promise<string | null> {
  try {
    const { code } = await run(command, args, { signal })
    return code === 0 ? null : `${command} doesn't run`
  } catch {
    return `there is no ${command}`
  }
}

async function testClient(client: GeneratedClient, parent: string, tally: Tally, signal: AbortSignal): Promise<void> {
  const name = nameOf(client)
  for (const [form, reason] of Object.entries(client.cannotSend)) tally.skip(`${name}: ${form}`, reason)
  const directory = join(parent, client.generator)
  try {
    await using called = await startPortals(`${directory}-expectations`)
    countTests(name, await client.test({ directory, ...called, signal }), tally)
    for (const { name: portalName, portal } of called.portals) checkEffects(`${name}, ${portalName}`, portal, tally)
  } catch (error) {
    tally.fail(name, (error as Error).message)
  }
}

/** The two operations that return nothing have done something. */
function checkEffects(name: string, { store, ownerId }: Portal, tally: Tally): void {
  tally.check(`${name}: the gift message is read, and congratulations were sent`, () => {
    assert.ok(store.webstudioSettings.isGiftMessageRead(ownerId))
    assert.ok(store.outbox.list().some(({ userId }) => userId === ownerId))
  })
}
