import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProfileName } from '../../../src/domain/profile.ts'
import { start } from '../../../src/start.ts'
import type { PortalSlot } from '../../../src/store/portal-slot.ts'
import { run } from '../command.ts'
import { runPytest } from '../pytest.ts'
import type { Tally } from '../tally.ts'
import { servedVersions, virtualEnvironment } from '../venv.ts'
import { mintCredentials } from './credentials.ts'

const SDK = 'docspace-api-sdk'
const MODULE = 'docspace_api_sdk'
const DIRECTORY = fileURLToPath(new URL('.', import.meta.url))

/** Which versions to run, and when to stop. */
export interface SuiteOptions {
  /** The newest and the oldest that can be imported, unless some are given. */
  versions: readonly string[]
  signal: AbortSignal
}

/** A version of the SDK, and the Python that has it. */
interface InstalledSdk {
  version: string
  python: string
}

/** Calls the mock through the official Python SDK, in both profiles. */
export async function runPythonSdk(tally: Tally, { versions, signal }: SuiteOptions): Promise<void> {
  try {
    for (const sdk of await install(versions, tally, signal)) {
      for (const profile of ['documented', 'server'] as const) await runProfile(sdk, profile, tally, signal)
    }
  } catch (error) {
    tally.fail(SDK, (error as Error).message)
  }
}

async function install(versions: readonly string[], tally: Tally, signal: AbortSignal): Promise<InstalledSdk[]> {
  if (versions.length > 0) {
    const installed = []
    for (const version of versions) installed.push(await installFirst([version], tally, signal))
    return installed
  }
  const served = await servedVersions(SDK, signal)
  const newest = await installFirst(served, tally, signal)
  const oldest = await installFirst(served.toReversed(), tally, signal)
  return newest.version === oldest.version ? [newest] : [oldest, newest]
}

/** Installs the first of some versions that works: some are published without half of their files. */
async function installFirst(versions: readonly string[], tally: Tally, signal: AbortSignal): Promise<InstalledSdk> {
  for (const version of versions) {
    const python = await virtualEnvironment(`${SDK}-${version}`, [`${SDK}==${version}`, 'pytest>=8'], signal)
    const { code, stderr } = await run(python, ['-c', `import ${MODULE}`], { signal })
    if (code === 0) return { version, python }
    tally.skip(`${SDK} ${version}`, `can't be imported as published: ${stderr.trim().split('\n').at(-1)}`)
  }
  throw new Error(`none of ${versions.join(', ')} can be imported`)
}

async function runProfile(sdk: InstalledSdk, profile: ProfileName, tally: Tally, signal: AbortSignal): Promise<void> {
  const name = `${SDK} ${sdk.version}, ${profile}`
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-clients-'))
  const { url, portals, close } = await start({ port: 0, profile })
  try {
    const [portal] = portals
    const effects = join(directory, 'effects.json')
    const variables = {
      MOCK_URL: url,
      MOCK_PROFILE: profile,
      MOCK_CREDENTIALS: JSON.stringify(await mintCredentials(portal, url)),
      MOCK_EFFECTS: effects,
    }
    await runPytest(name, { python: sdk.python, directory: DIRECTORY, variables }, tally, signal)
    checkEffects(name, JSON.parse(await readFile(effects, 'utf8')), portal, tally)
  } finally {
    await close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** What the SDK was told that it did. `portal.py` writes it. */
interface Effects {
  /** Ids of those who marked the gift as read. */
  giftsRead: string[]
  /** E-mail addresses of those who were congratulated, in order. */
  congratulated: string[]
}

/** Compares what the SDK was told with what the portal has in its store. */
function checkEffects(name: string, effects: Effects, { store, fixture }: PortalSlot, tally: Tally): void {
  tally.check(`${name}: the gift message is read for those who marked it, and for nobody else`, () => {
    const read = fixture.users.map(({ id }) => id).filter((id) => store.webstudioSettings.isGiftMessageRead(id))
    assert.ok(read.length > 0 && read.length < fixture.users.length)
    assert.deepEqual(read.sort(), effects.giftsRead.sort())
  })
  tally.check(`${name}: one e-mail is recorded for each congratulation, and no other`, () => {
    const mails = store.outbox.list()
    assert.ok(mails.length > 0)
    assert.deepEqual(
      mails.map(({ email }) => email),
      effects.congratulated,
    )
    for (const { action, subject, userId, email } of mails) {
      assert.equal(action, 'opensource_admin_activation_v1')
      assert.equal(subject, 'Welcome to ONLYOFFICE DocSpace!')
      assert.equal(email, fixture.users.find(({ id }) => id === userId)?.email)
    }
  })
}
