import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProfileName } from '../../../src/domain/profile.ts'
import { start } from '../../../src/start.ts'
import type { Portal } from '../../../src/store/portal.ts'
import { run } from '../command.ts'
import type { Tally } from '../tally.ts'
import { type GeneratedClient, generatedClients, type Workplace, workplace } from './clients.ts'
import { expectations } from './expectations.ts'
import { GENERATOR_VERSION, generate, openApiGenerator } from './generator.ts'

/** Generates clients from the document, compiles them, and has them call the mock in both profiles. */
export async function runGeneratedClients(
  tally: Tally,
  { languages, signal }: { languages: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const chosen = generatedClients.filter(({ generator }) => languages.includes(generator))
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-generated-'))
  try {
    const jar = await generatorOr((reason) => {
      for (const { generator } of chosen) tally.skip(generator, reason)
    }, signal)
    if (jar === undefined) return
    for (const client of chosen) await runClient(client, jar, await workplace(directory, client, signal), tally)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function generatorOr(skip: (reason: string) => void, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await openApiGenerator(signal)
  } catch (error) {
    signal.throwIfAborted()
    skip(`there is no openapi-generator ${GENERATOR_VERSION}: ${(error as Error).message}`)
    return undefined
  }
}

async function runClient(client: GeneratedClient, jar: string, place: Workplace, tally: Tally): Promise<void> {
  const name = `${client.generator}, openapi-generator ${GENERATOR_VERSION}`
  const missing = await whyMissing(client, place.signal)
  if (missing !== null) return tally.skip(name, missing)
  try {
    const { generator, properties, cannotSend } = client
    for (const [form, reason] of Object.entries(cannotSend)) tally.skip(`${name}: ${form}`, reason)
    await generate(jar, { generator, properties, directory: place.directory }, place.signal)
    await client.build(place)
    for (const profile of ['documented', 'server'] as const) await testClient(client, profile, place, name, tally)
  } catch (error) {
    tally.fail(name, (error as Error).message)
  }
}

async function whyMissing({ needs: [command, ...args] }: GeneratedClient, signal: AbortSignal): Promise<string | null> {
  try {
    const { code } = await run(command, args, { signal })
    return code === 0 ? null : `${command} doesn't run`
  } catch {
    return `there is no ${command}`
  }
}

async function testClient(
  client: GeneratedClient,
  profile: ProfileName,
  place: Workplace,
  name: string,
  tally: Tally,
): Promise<void> {
  // dates without an offset, which MySQL deployments send, are more than these clients take
  const { url, portals, close } = await start({ port: 0, profile, dates: 'postgresql' })
  try {
    const file = join(place.directory, 'expectations.json')
    await writeFile(file, JSON.stringify(await expectations(url, profile, portals[0])))
    const { code, outcomes, output } = await client.test(place, { EXPECTATIONS: file })
    for (const outcome of outcomes) {
      const title = `${name}, ${profile}: ${outcome.name}`
      if (outcome.passed) tally.pass(title)
      else tally.fail(title)
    }
    tally.ran(`${name}, ${profile}: ${outcomes.length} tests`)
    const isWell = outcomes.length > 0 && outcomes.every(({ passed }) => passed)
    if (isWell !== (code === 0) || outcomes.length === 0) {
      tally.fail(`${name}, ${profile}`, `its tests ended with ${code}, and ${outcomes.length} of them were heard of`)
    }
    if (!isWell || code !== 0) console.log(output.trim())
    checkEffects(`${name}, ${profile}`, portals[0], tally)
  } finally {
    await close()
  }
}

/** The two operations that return nothing have done something. */
function checkEffects(name: string, { store, ownerId }: Portal, tally: Tally): void {
  tally.check(`${name}: the gift message is read, and congratulations were sent`, () => {
    assert.ok(store.webstudioSettings.isGiftMessageRead(ownerId))
    const mails = store.outbox.list()
    assert.ok(mails.length > 0)
    assert.ok(mails.every(({ userId }) => userId === ownerId))
  })
}
