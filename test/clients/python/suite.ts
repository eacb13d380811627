import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mintConfirmationKey } from '../../../src/auth/mint.ts'
import type { ProfileName } from '../../../src/domain/profile.ts'
import { type RunningServer, start } from '../../../src/start.ts'
import type { PortalSlot } from '../../../src/store/portal-slot.ts'
import { type Certificate, makeCertificate } from '../../../src/tls.ts'
import { people } from '../../helper.ts'
import { CantImport, runPytest } from '../pytest.ts'
import type { Tally } from '../tally.ts'
import { servedVersions, virtualEnvironment } from '../venv.ts'
import { mintCredentials } from './credentials.ts'

const SDK = 'docspace-api-sdk'
const MODULE = 'docspace_api_sdk'
const DIRECTORY = fileURLToPath(new URL('.', import.meta.url))

/** The versions of the SDK that are tested. */
export const SDK_VERSIONS = ['3.5.1', '3.6.0', '3.7.0']

/** The Python with a version of the SDK, and with what the examples need. */
function installed(version: string, signal: AbortSignal): Promise<string> {
  return virtualEnvironment(`${SDK}-${version}`, [`${SDK}==${version}`, 'requests>=2', 'pytest>=8'], signal)
}

/** The Python with the newest version that is tested. */
export function newestSdk(signal: AbortSignal): Promise<string> {
  return installed(SDK_VERSIONS.at(-1) ?? '', signal)
}

const PROFILES: readonly ProfileName[] = ['documented', 'server']

/** Calls the mock through a version of the official Python SDK, in both profiles. */
export async function runPythonSdk(version: string, tally: Tally, signal: AbortSignal): Promise<void> {
  const name = `${SDK} ${version}`
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-clients-'))
  const called: CalledPortal[] = []
  try {
    const python = await installed(version, signal)
    for (const profile of PROFILES) called.push(await startPortal(profile, directory))
    const runs = called.map(({ profile, variables }) => ({ name: `${name}, ${profile}`, variables }))
    await runPytest({ python, directory: DIRECTORY, imports: [MODULE] }, runs, tally, signal)
    for (const { profile, effects, portal } of called) {
      checkEffects(`${name}, ${profile}`, JSON.parse(await readFile(effects, 'utf8')), portal, tally)
    }
  } catch (error) {
    signal.throwIfAborted()
    const { message } = error as Error
    if (error instanceof CantImport) tally.skip(name, `can't be imported as published: ${message}`)
    else if (await isUnserved(version, signal)) tally.skip(name, 'the package index has no such version')
    else tally.fail(name, message)
  } finally {
    for (const { close } of called) await close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function isUnserved(version: string, signal: AbortSignal): Promise<boolean> {
  return !(await servedVersions(SDK, signal).catch(() => [version])).includes(version)
}

/** A portal that the SDK calls. */
interface CalledPortal {
  profile: ProfileName
  portal: PortalSlot
  /** What the tests are told. */
  variables: Record<string, string>
  /** The file in which they say what they have done. */
  effects: string
  close: () => Promise<void>
}

async function startPortal(profile: ProfileName, directory: string): Promise<CalledPortal> {
  const plain = await start({ port: 0, profile })
  const secure = await start({ port: 0, profile, tls: await certificate(directory, profile) })
  const [portal] = plain.portals
  const effects = join(directory, `${profile}.json`)
  return {
    profile,
    portal,
    effects,
    variables: {
      MOCK_URL: plain.url,
      MOCK_PROFILE: profile,
      MOCK_CREDENTIALS: JSON.stringify(await mintCredentials(portal, plain.url)),
      MOCK_ADDRESSES: JSON.stringify(addresses(plain, secure, certificateIn(directory, profile))),
      MOCK_EFFECTS: effects,
    },
    close: async () => {
      await plain.close()
      await secure.close()
    },
  }
}

/** A certificate, of which clients read the part that isn't secret from a file. */
async function certificate(directory: string, profile: ProfileName): Promise<Certificate> {
  const made = await makeCertificate([])
  await writeFile(certificateIn(directory, profile), made.cert)
  return made
}

const certificateIn = (directory: string, profile: ProfileName) => join(directory, `${profile}.pem`)

/** The addresses besides that of the first portal. `test_addresses.py` reads them. */
function addresses(plain: RunningServer, secure: RunningServer, certificateFile: string) {
  const [secured] = secure.portals
  return [
    { name: 'below a name', url: `${plain.url}/@one`, portal: named(plain, 'one') },
    { name: 'below a name, with a slash', url: `${plain.url}/@two/`, portal: named(plain, 'two') },
    { name: 'with TLS', url: secure.url, portal: secured, certificate: certificateFile },
  ].map(({ name, url, portal, certificate = null }) => ({
    name,
    url,
    alias: portal.alias,
    tenant_id: portal.tenantId,
    confirmation_key: mintConfirmationKey(portal, people.winfield),
    certificate,
  }))
}

/** A portal that is made because it is named. */
function named({ app }: RunningServer, name: string): PortalSlot {
  const portal = app.portals.obtain(name)
  assert.ok(portal)
  return portal
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
