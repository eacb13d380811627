import { once } from 'node:events'
import { existsSync, readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { congratulationsSubject, createConfirmationKey } from '../src/domain/confirmation-key.ts'
import { createSessionToken } from '../src/domain/session-token.ts'
import { createServer } from '../src/server.ts'
import { defaultFixture } from '../src/start.ts'
import { generatedUserId } from '../src/store/generate-users.ts'
import { openPortal } from '../src/store/portal-slot.ts'
import { beginCommand, type Serving, startCommand } from './command.ts'
import { apiKey, people } from './helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

const ROUNDS = 3
const CONNECTIONS = 8
const USERS = 2000

/** How many writes are answered before the process is killed, in each round. */
const WRITES = 300

/** How many bytes of a portal there are when some of its people, and not all, have been made up. */
const BEGUN = 40_000_000

const issuer = { tenantId: 1, machineKey: defaultFixture.machineKey ?? '' }

/** What the killed processes had been asked and had answered. */
interface Answered {
  asked: number
  /** Paths of short links. */
  links: Set<string>
  congratulations: number
  /** Who has marked the gift as read. */
  readers: Set<string>
}

t.test('what was answered is there after kill -9', async (t) => {
  const dataDirectory = t.testdir()
  const answered: Answered = { asked: 0, links: new Set(), congratulations: 0, readers: new Set() }
  for (let round = 1; round <= ROUNDS; round++) {
    const command = await startCommand(t, ['--data', dataDirectory, '--users', String(USERS)])
    await writeUntilKilled(command, answered)
    t.equal((await command.ended).signal, 'SIGKILL', `round ${round}`)
    t.ok(existsSync(join(dataDirectory, 'localhost.sqlite-wal')), 'it had no time to tidy up')
    await isAllThere(t, dataDirectory, answered)
  }
})

t.test('a process killed while it makes people up leaves no half portal', async (t) => {
  const dataDirectory = t.testdir()
  const watcher = watch(dataDirectory)
  t.teardown(() => watcher.close())
  const { child, ended, printed } = beginCommand(t, ['--port', '0', '--data', dataDirectory, '--users', '1000000'])
  while (sizeOf(dataDirectory) < BEGUN) await once(watcher, 'change')
  child.kill('SIGKILL')
  t.equal((await ended).signal, 'SIGKILL')
  t.equal(printed.stdout, '')
  const portal = openPortal({ fixture: defaultFixture, dataDirectory, generatedUsers: 10 })
  t.teardown(() => portal.close())
  t.equal(portal.store.users.count(), 16)
})

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, file) => sum + (statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}

/** Writes over several connections, kills the process meanwhile, and notes what it has answered. */
async function writeUntilKilled({ url, child, ended }: Serving, answered: Answered): Promise<void> {
  let alive = true
  ended.finally(() => {
    alive = false
  })
  let done = 0
  const write = async (n: number) => {
    if (n % 3 === 0) answered.links.add(await invite(url, n / 3))
    else if (n % 3 === 1) answered.readers.add(await markAsRead(url, n))
    else {
      await congratulate(url)
      answered.congratulations++
    }
    done++
    if (done === WRITES) child.kill('SIGKILL')
  }
  const connection = async () => {
    while (alive) {
      await write(answered.asked++).catch((error) => {
        // what fetch says of a connection that was lost
        if (!(error instanceof TypeError)) throw error
      })
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
}

async function invite(url: string, n: number): Promise<string> {
  // links of one millisecond differ by who asks for which role
  const authorization = `Bearer ${apiKey(String((n % 2) + 1))}`
  const path = `users/invite/${[1, 2, 4][n % 3]}`
  const { response } = JSON.parse(await ask(url, path, { headers: { authorization } }))
  return new URL(response).pathname
}

async function markAsRead(url: string, n: number): Promise<string> {
  const userId = generatedUserId((n % USERS) + 1)
  const token = { tenantId: issuer.tenantId, userId, tenantIndex: 0, expires: null, userIndex: 0, loginEventId: 0 }
  const authorization = createSessionToken(token, issuer.machineKey)
  await ask(url, 'present/mark', { method: 'POST', headers: { authorization } })
  return userId
}

async function congratulate(url: string): Promise<void> {
  const key = createConfirmationKey(congratulationsSubject(people.owner), issuer, Date.now())
  await ask(url, `sendcongratulations?userid=${people.owner}&key=${key}`, { method: 'POST' })
}

async function ask(url: string, path: string, request: RequestInit): Promise<string> {
  const answer = await fetch(`${url}/api/2.0/portal/${path}`, request)
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`)
  return body
}

async function isAllThere(t: Test, dataDirectory: string, { links, congratulations, readers }: Answered) {
  const portal = openPortal({ fixture: defaultFixture, dataDirectory })
  const app = await createServer({ portals: [portal] })
  try {
    t.ok(links.size > 0 && congratulations > 0 && readers.size > 0)
    const lost = []
    for (const link of links) {
      const { statusCode, headers } = await app.inject(link)
      if (statusCode !== 302 || !headers.location?.toString().includes('/confirm/LinkInvite?')) lost.push(link)
    }
    t.same(lost, [], `all of ${links.size} short links lead on`)
    t.ok(portal.store.outbox.list().length >= congratulations, `all of ${congratulations} e-mails are there`)
    const forgotten = [...readers].filter((id) => !portal.store.webstudioSettings.isGiftMessageRead(id))
    t.same(forgotten, [], `all of ${readers.size} readers are known`)
    t.equal(portal.store.users.count(), 6 + USERS)
  } finally {
    await app.close()
    portal.close()
  }
}
