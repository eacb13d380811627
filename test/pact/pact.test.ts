import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Verifier, type VerifierOptions } from '@pact-foundation/pact'
import t, { type Test } from 'tap'
import { type RunningServer, type StartOptions, start } from '../../src/start.ts'
import { people } from '../helper.ts'
import { writePact } from './consumer.ts'

process.env.PACT_DO_NOT_TRACK = 'true'

for (const profile of ['documented', 'server'] as const) {
  t.test(`a client's pact holds, profile ${profile}`, async (t) => {
    const pact = await writePact(t.testdir())
    const server = await mock(t, { profile, dates: 'postgresql' })
    const [portal] = server.portals
    const before = portal.store.users.list({ status: 1 }, { limit: 100, offset: 0 })
    await verifyPact(server, pact)
    t.same(portal.store.users.list({ status: 1 }, { limit: 100, offset: 0 }), before, 'what was given is undone')
    t.same(portal.settings.allowInvitingMembers, true)
    t.notOk(portal.store.webstudioSettings.isGiftMessageRead(people.guest))
    t.same(portal.store.outbox.list(), [])
  })
}

t.test('without teardown it holds as well', async (t) => {
  const pact = await writePact(t.testdir())
  const server = await mock(t)
  await verifyPact(server, pact, { providerStatesSetupTeardown: false } as object)
})

t.test("a portal in a file holds a client's pact", async (t) => {
  const directory = t.testdir()
  const server = await mock(t, { dataDirectory: join(directory, 'data') })
  await verifyPact(server, await writePact(directory))
})

t.test('a pact that expects something else is broken', async (t) => {
  const pact = await writePact(t.testdir())
  const content = JSON.parse(readFileSync(pact, 'utf8'))
  content.interactions[0].response.status = 201
  writeFileSync(pact, JSON.stringify(content))
  await t.rejects(verifyPact(await mock(t), pact), /an admin who counts users/)
})

async function mock(t: Test, options: StartOptions = {}): Promise<RunningServer> {
  const server = await start({ port: 0, ...options })
  t.teardown(() => server.close())
  return server
}

async function verifyPact({ url }: RunningServer, pact: string, options: Partial<VerifierOptions> = {}): Promise<void> {
  await new Verifier({
    provider: 'DocSpace',
    providerBaseUrl: url,
    pactUrls: [pact],
    providerStatesSetupUrl: `${url}/__mock/provider-states`,
    logLevel: 'error',
    ...options,
  } as VerifierOptions).verifyProvider()
}
