import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { defaultFixture, start } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { NOW, people } from '../helper.ts'
import {
  type CredentialKind,
  type Event,
  events,
  expected,
  kinds,
  type Subject,
  TOTP_SECRET,
} from './credential-lives.ts'

// generates the signing keys of many portals
t.setTimeout(240_000)

const fixture: Fixture = {
  ...defaultFixture,
  users: defaultFixture.users.map((user) =>
    user.id === people.winfield ? { ...user, tfa: { type: 'app', secret: TOTP_SECRET } } : user,
  ),
}

/** A server in which each kind of credential has a portal of its own. */
class Stage {
  readonly #t: Test
  readonly #dataDirectory: string | undefined
  #time = NOW
  #count = 0
  #url = ''
  #close = async () => {}

  constructor(t: Test, dataDirectory?: string) {
    this.#t = t
    this.#dataDirectory = dataDirectory
    t.teardown(() => this.#close())
  }

  /** Starts or restarts the server, at the same address. */
  async start(): Promise<void> {
    await this.#close()
    // lets the client drop its idle connection
    if (this.#url !== '') await fetch(this.#url).catch(() => {})
    const { url, close } = await start({
      port: this.#url === '' ? 0 : Number(new URL(this.#url).port),
      host: '127.0.0.1',
      fixtures: [fixture],
      clock: { now: () => this.#time },
      ...(this.#dataDirectory !== undefined && { dataDirectory: this.#dataDirectory }),
    })
    this.#close = close
    this.#url = url
  }

  /** The portal of a kind. Time passes as it does between requests. */
  subjectOf(kind: CredentialKind): Subject {
    this.#time += 7
    return {
      root: `${this.#url}/@${nameOf(kind)}`,
      now: () => this.#time,
      pass: (ms) => {
        this.#time += ms
      },
      next: () => ++this.#count,
    }
  }

  async control(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await fetch(this.#url + path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    if (!answer.ok) this.#t.fail(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  }
}

function nameOf(kind: CredentialKind): string {
  return `k${kinds.indexOf(kind)}`
}

/** Applies an event to the portal of a kind. */
async function happen(stage: Stage, kind: CredentialKind, event: Event, credential: string): Promise<void> {
  const at = `/@${nameOf(kind)}/__mock`
  const snapshot = () => stage.control('PUT', `${at}/snapshots/s`)
  const restore = () => stage.control('POST', `${at}/snapshots/s/restore`)
  const reset = () => stage.control('POST', `${at}/reset`)
  const acts: Record<Event, () => Promise<unknown>> = {
    reset,
    with: () => snapshot().then(reset).then(restore),
    without: restore,
    load: () => stage.control('PUT', `${at}/fixture`, fixture),
    drop: async () => {
      await stage.control('GET', `${at}/settings`)
      await stage.control('DELETE', `/__mock/portals/${nameOf(kind)}`)
    },
    restart: async () => {},
    data: async () => {},
    back: async () => {
      await snapshot()
      await kind.end?.(stage.subjectOf(kind), credential)
      await restore()
    },
  }
  await acts[event]()
}

for (const [i, event] of events.entries()) {
  t.test(event, async (t) => {
    const stage = new Stage(t, event === 'data' ? t.testdir() : undefined)
    await stage.start()
    const credentials = new Map<CredentialKind, string>()
    for (const kind of kinds) {
      if (expected(kind)[i] === '–') continue
      if (event === 'without') await stage.control('PUT', `/@${nameOf(kind)}/__mock/snapshots/s`)
      credentials.set(kind, await kind.make(stage.subjectOf(kind), 'owner'))
    }
    if (event === 'restart' || event === 'data') await stage.start()
    for (const [kind, credential] of credentials) {
      await happen(stage, kind, event, credential)
      // later credentials, of others and of the same user, must not make it valid again
      for (const person of kind.others ?? (['guest', 'owner'] as const)) await kind.make(stage.subjectOf(kind), person)
      const holds = await kind.holds(stage.subjectOf(kind), credential)
      t.equal(holds ? 'yes' : 'no', expected(kind)[i], kind.name)
    }
  })
}

t.test('what ends a credential ends it', async (t) => {
  const stage = new Stage(t)
  await stage.start()
  for (const kind of kinds.filter(({ end }) => end !== undefined)) {
    const credential = await kind.make(stage.subjectOf(kind), 'owner')
    await kind.end?.(stage.subjectOf(kind), credential)
    t.notOk(await kind.holds(stage.subjectOf(kind), credential), kind.name)
  }
})

t.test('docs/state.md has the same table', async (t) => {
  const page = readFileSync(new URL('../../docs/state.md', import.meta.url), 'utf8')
  const [, table = ''] = /^\| credential \|(.*?)\n\n/ms.exec(page) ?? []
  const [head = '', , ...rows] = table.split('\n')
  t.strictSame(cellsOf(head), [...events])
  t.strictSame(
    rows.map(cellsOf),
    kinds.map((kind) => [kind.name, ...expected(kind)]),
  )
})

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .map((cell) => cell.trim().replace(/^`(\w+)`$/, (whole, name) => (events.includes(name) ? name : whole)))
    .filter((cell) => cell !== '')
}
