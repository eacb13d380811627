import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { ControlError, control } from '../../src/client/index.ts'
import { generatedUserId } from '../../src/store/generate-users.ts'
import type { Tally } from '../clients/tally.ts'
import { ask, call, oauth2Client, signed } from './api.ts'
import { Subject } from './subject.ts'

const USERS = 500
const CONNECTIONS = 8

/** When the process is killed: after a number of responses and some milliseconds. */
const moments = fc.record({ answers: fc.integer({ min: 1, max: 150 }), later: fc.integer({ min: 0, max: 20 }) })

/** A portal that the server was started with, and one that is made on demand. */
const PORTALS = ['', '/@made']

/** A kind of write, and how to verify it. */
interface Writing {
  /** Returns what to verify. */
  write(root: string, n: number): Promise<string>
  isThere(root: string, written: string): Promise<boolean>
}

const writings: Record<string, Writing> = {
  'short link': {
    write: async (root, n) =>
      (await call<string>(root, `portal/users/invite/${[1, 2, 4][n % 3]}`)).split('/s/')[1] ?? '',
    isThere: async (root, key) => {
      const { headers } = await ask(`${root}/s/${key}`)
      return headers.get('location')?.includes('/confirm/LinkInvite?') ?? false
    },
  },
  'API key': {
    write: async (root, n) => (await call<{ key: string }>(root, 'keys', { body: { name: `key ${n}` } })).key,
    isThere: (root, key) => isSignedIn(root, `Bearer ${key}`),
  },
  'sign-in': {
    write: async (root, n) => {
      // a portal refuses a login that is repeated more than five times at once
      const name = ['owner', 'admin', 'room-admin', 'guest', 'other-guest'][n % 5]
      const body = { userName: `${name}@example.com`, password: `${name}-password` }
      return (await call<{ token: string }>(root, 'authentication', { body })).token
    },
    isThere: isSignedIn,
  },
  person: {
    write: async (root, n) => {
      const body = { email: `member${n}@example.com`, firstName: 'New', lastName: 'Member', type: 4 }
      return (await call<{ id: string }>(root, 'people', { body })).id
    },
    isThere: async (root, id) => (await ask(`${root}/api/2.0/portal/users/${id}`)).status === 200,
  },
  mail: {
    write: async (root, n) => {
      const number = 1 + (n % USERS)
      const { query } = await control(root).credentials.confirmationKey({ user: generatedUserId(number) })
      await call(root, `portal/sendcongratulations?${query}`, { method: 'POST' })
      return `user${number}@example.com`
    },
    isThere: async (root, to) => (await control(root).outbox.list({ to })).length > 0,
  },
  'gift message read': {
    write: async (root, n) => {
      const user = generatedUserId(1 + (n % USERS))
      await markAsRead(root, user)
      return user
    },
    // reading it again changes nothing
    isThere: async (root, user) => {
      const mark = await control(root).mark()
      await markAsRead(root, user)
      return !('giftMessagesRead' in (await mark.effects()).happened)
    },
  },
  'OAuth2 client': {
    write: async (root, n) => {
      const client = { body: oauth2Client(`client ${n}`), headers: await signed(root) }
      return (await call<{ client_id: string }>(root, 'clients', client)).client_id
    },
    isThere: async (root, id) => {
      return (await ask(`${root}/api/2.0/clients/${id}`, { headers: await signed(root) })).status === 200
    },
  },
}

/** Answered writes, by kind and portal. */
interface Written {
  kind: string
  portal: string
  what: string
}

/** Repeatedly kills a server while clients write, and verifies every answered write. */
export async function testKills(kills: number, seed: number, tally: Tally): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'docspace-mock-kills-'))
  const written: Written[] = []
  let asked = 0
  let subject: Subject | null = null
  try {
    subject = await start(directory)
    for (const { answers, later } of fc.sample(moments, { seed, numRuns: kills })) {
      asked = await writeUntilKilled(subject, { answers, later }, asked, written)
      subject = await start(directory)
      const lost = await lostOf(subject, written)
      const errors = subject.takeErrors()
      tally.check(`killed ${later} ms after ${answers} answers: all of ${written.length} writes are there`, () => {
        assert.deepEqual(lost, [])
        assert.deepEqual(errors, [])
      })
    }
    tally.ran(`${kills} kills, ${written.length} of ${asked} writes were answered`)
  } catch (error) {
    tally.fail('kills', (error as Error).stack)
  } finally {
    await subject?.stop('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

function start(directory: string): Promise<Subject> {
  return Subject.start(['--data', directory, '--users', String(USERS), '--journal', '0'])
}

/** @returns the number of writes sent so far */
async function writeUntilKilled(
  subject: Subject,
  { answers, later }: { answers: number; later: number },
  from: number,
  written: Written[],
): Promise<number> {
  const kinds = Object.entries(writings)
  const enough = written.length + answers
  let next = from
  const connection = async () => {
    while (subject.isRunning) {
      const n = next++
      const [kind, { write }] = kinds[n % kinds.length] as (typeof kinds)[number]
      const portal = PORTALS[Math.floor(n / kinds.length) % PORTALS.length] as string
      const what = await write(subject.url + portal, n).catch((error) => {
        if (!isLost(error)) throw error
      })
      if (what !== undefined) written.push({ kind, portal, what })
      if (written.length === enough) setTimeout(() => subject.child.kill('SIGKILL'), later)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  await subject.ended
  return next
}

/** Whether an error means a lost connection. */
function isLost(error: Error): boolean {
  return error instanceof TypeError || (error instanceof ControlError && error.status === 0)
}

/** Answered writes that are missing. Each kind is verified sequentially, since a portal keeps few marks. */
async function lostOf({ url }: Subject, written: readonly Written[]): Promise<string[]> {
  const lost: string[] = []
  const look = async ([kind, { isThere }]: [kind: string, writing: Writing]) => {
    for (const { portal, what } of written.filter((one) => one.kind === kind)) {
      if (!(await isThere(url + portal, what))) lost.push(`${kind} ${what} of ${portal || 'the first portal'}`)
    }
  }
  await Promise.all(Object.entries(writings).map(look))
  return lost
}

async function markAsRead(root: string, user: string): Promise<void> {
  const { headers } = await control(root).credentials.sessionToken({ user })
  await call(root, 'portal/present/mark', { method: 'POST', headers })
}

async function isSignedIn(root: string, authorization: string): Promise<boolean> {
  return (await ask(`${root}/api/2.0/people/@self`, { headers: { authorization } })).status === 200
}
