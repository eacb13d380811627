import { open, readFile, writeFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Person } from './conformance/case.ts'
import type { Outcome } from './conformance/report.ts'
import { reporters } from './conformance/reporters/index.ts'
import type { KnownPerson } from './conformance/subject.ts'
import { type Verification, verify } from './conformance/verify.ts'
import { VerifyError } from './conformance/verify-error.ts'
import { progressBar } from './progress-bar.ts'
import { readFixture } from './store/fixture.ts'
import type { VerifyConfig } from './verify-config.ts'

/**
 * Verifies a portal and prints what was found.
 *
 * @returns the process's exit code: 0 where cases were sent and none failed
 * @throws VerifyError, FixtureError, or the error of the archive that can't be written after all
 */
export async function runVerify(config: VerifyConfig): Promise<0 | 1> {
  const { url, profile, fixture, record, reporter, timeout } = config
  const people = peopleOf(config)
  const ca = config['tls-ca'] === undefined ? undefined : await readCertificates(config['tls-ca'])
  if (record !== undefined) await requireWritable(record)
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  const verification = await verify({
    url,
    profile,
    ...(fixture !== undefined && { fixture: await readFixture(fixture) }),
    ...(Object.keys(people).length > 0 && { people }),
    allowWrites: config['allow-writes'],
    timeout: timeout * 1000,
    ...(ca !== undefined && { ca }),
    signal: interrupted.signal,
    onProgress: progressBar(process.stderr, 'verifying'),
  })
  // whoever reads the report may have read enough
  process.stdout.once('error', () => {})
  process.stdout.write(await reporters[reporter](verification.report))
  if (record !== undefined) await writeFile(record, verification.har())
  return exitCode(verification, interrupted.signal)
}

async function readCertificates(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch((error: Error) => {
    throw new VerifyError(`--tls-ca: ${error.message}`)
  })
  try {
    createSecureContext({ ca: pem })
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch {}
  throw new VerifyError(`--tls-ca: ${file} has no certificate as PEM in it`)
}

/** What can't be written at the end should stop it before anything is sent. */
async function requireWritable(file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close()
  } catch (error) {
    throw new VerifyError(`--record: ${(error as Error).message}`)
  }
}

function exitCode({ report: { passed, failed }, removals }: Verification, { aborted }: AbortSignal): 0 | 1 {
  // the bar is still there
  const newLine = process.stderr.isTTY ? '\n' : ''
  const said = `interrupted, the other cases were not sent.${whatIsLeft(removals)}`
  if (aborted) process.stderr.write(`${newLine}docspace-mock: ${said}\n`)
  return failed === 0 && passed > 0 && !aborted ? 0 : 1
}

function whatIsLeft(removals: readonly Outcome[]): string {
  if (removals.length === 0) return ''
  const missed = removals.filter(({ status }) => status !== 'passed')
  if (missed.length === 0) return ' What was made has been removed.'
  const cases = missed.map(({ id, request }) => `${id} (${request})`).join(', ')
  return ` Some of what was made may still be there, since this has not succeeded: ${cases}.`
}

function peopleOf(config: VerifyConfig): Partial<Record<Person, KnownPerson>> {
  const readKey = config['owner-read-key']
  const people: Record<string, KnownPerson> = {
    owner: {
      ...withKey(config['owner-key']),
      ...(readKey !== undefined && { otherKeys: { read: readKey } }),
      ...config['owner-login'],
      ...(config['owner-token'] !== undefined && { sessionToken: config['owner-token'] }),
    },
    admin: withKey(config['admin-key']),
    roomAdmin: withKey(config['room-admin-key']),
    user: withKey(config['user-key']),
    guest: withKey(config['guest-key']),
  }
  return Object.fromEntries(Object.entries(people).filter(([, known]) => Object.keys(known).length > 0))
}

function withKey(apiKey: string | undefined): KnownPerson {
  return apiKey === undefined ? {} : { apiKey }
}
