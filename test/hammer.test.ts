import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startCommand } from './command.ts'
import { apiKey } from './helper.ts'
import { writeRequest } from './raw-request.ts'

// each start of a process takes a while, and passwords are hashed by the hundred
t.setTimeout(180_000)

const PORTALS = 50
const ROUNDS = 4

/** How often people are counted at the same time. */
const COUNTS = 4

const bearer = { authorization: `Bearer ${apiKey('1')}` }
const OWNER = { userName: 'owner@example.com', password: 'owner-password' }
const API = '/api/2.0'

interface Answer {
  status: number
  /** The year in the header Date. */
  year: number
  // biome-ignore lint/suspicious/noExplicitAny: what there is in it is what the tests are about
  json: any
}

async function ask(url: string, init: { method?: string; json?: object; headers?: object } = {}): Promise<Answer> {
  const { json, headers = bearer, method = json === undefined ? 'GET' : 'POST' } = init
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(json && { 'content-type': 'application/json' }) },
    ...(json && { body: JSON.stringify(json) }),
    redirect: 'manual',
  })
  const text = await answer.text()
  return {
    status: answer.status,
    year: new Date(answer.headers.get('date') ?? '').getUTCFullYear(),
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  }
}

/** Somebody's tests: they have a portal of their own, and know what has to be true of it. */
class Worker {
  readonly number: number
  readonly #root: string
  readonly #wrong: string[] = []

  constructor(number: number, url: string) {
    this.number = number
    this.#root = `${url}/@worker-${number}`
  }

  /** Does everything, over and over, and gives what was not as it had to be. */
  async work(): Promise<string[]> {
    for (let round = 1; round <= ROUNDS; round++) {
      const users = 3 + ((this.number + round) % 7)
      await this.#reset()
      await this.#seed(users)
      const isOpen = (this.number + round) % 2 === 0
      await this.#letInvite(isOpen)
      await this.#setTheClock(2030 + this.number)
      await this.#markAndRewind(users, isOpen)
      await this.#makeItFail()
      if (round === 1) await this.#signIn()
    }
    return this.#wrong
  }

  async #reset(): Promise<void> {
    this.#expect('reset', (await this.#control('reset', {})).status, 204)
    await this.#count(6)
    const { json } = await ask(`${this.#root}/__mock/journal?operation=getPortalUsersCount`)
    this.#expect('requests in the journal', json.entries.length, COUNTS)
    const { status } = await ask(`${this.#root}${API}/portal/users/invite/User`)
    this.#expect('invitations after a reset', status, 200)
  }

  async #seed(users: number): Promise<void> {
    await this.#given(`the portal has ${users} users`)
    await this.#count(users)
  }

  async #letInvite(isOpen: boolean): Promise<void> {
    await this.#given(`invitations are ${isOpen ? 'enabled' : 'disabled'}`)
    const { status, json } = await ask(`${this.#root}${API}/portal/users/invite/User`)
    this.#expect('invitations', status, isOpen ? 200 : 403)
    if (isOpen) this.#expect('link', String(json.response).startsWith(`${this.#root}/s/`), true)
  }

  async #setTheClock(year: number): Promise<void> {
    const { status } = await this.#control('clock', { now: `${year}-06-30T10:00:00Z` }, 'PATCH')
    this.#expect('clock', status, 200)
    const answers = await Promise.all([1, 2, 3].map(() => ask(`${this.#root}${API}/portal/userscount`)))
    for (const answer of answers) this.#expect('year', answer.year, year)
  }

  async #markAndRewind(users: number, isOpen: boolean): Promise<void> {
    const { json: mark } = await this.#control('marks', { name: `of ${this.number}` })
    const name = `key of ${this.number}`
    const made = await ask(`${this.#root}${API}/keys`, { json: { name, permissions: ['*:read'] } })
    const authorization = `Bearer ${made.json.response.key}`
    await ask(`${this.#root}${API}/people`, { json: { email: 'new@example.com', firstName: 'New', type: 4 } })
    await this.#count(isOpen ? users + 1 : users)
    const { json } = await ask(`${this.#root}/__mock/marks/${mark.id}/effects`)
    this.#expect('keys made', json.happened.apiKeysMade?.map((key: { name: string }) => key.name).join(), name)
    this.#expect('users joined', json.happened.usersJoined?.length, isOpen ? 1 : undefined)
    this.#expect('rewind', (await this.#control(`marks/${mark.id}/rewind`, {})).status, 204)
    await this.#count(users)
    const { status } = await ask(`${this.#root}${API}/portal/userscount`, { headers: { authorization } })
    this.#expect('a key that was not there yet', status, 401)
  }

  async #makeItFail(): Promise<void> {
    const fault = { match: { operation: 'getPortalUsersCount' }, effect: { answer: { status: 503 } }, times: 2 }
    this.#expect('fault', (await this.#control('faults', fault)).status, 201)
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) statuses.push((await ask(`${this.#root}${API}/portal/userscount`)).status)
    this.#expect('statuses of a fault', statuses.join(), '503,503,200')
  }

  async #signIn(): Promise<void> {
    const { json } = await ask(`${this.#root}${API}/authentication`, { json: OWNER, headers: {} })
    const authorization = json.response.token
    const own = await ask(`${this.#root}${API}/portal/userscount`, { headers: { authorization } })
    this.#expect('own token', own.status, 200)
    const neighbour = this.#root.replace(/\d+$/, String((this.number + 1) % PORTALS))
    // an operation that the neighbour neither counts nor makes fail
    const other = await ask(`${neighbour}${API}/people/@self`, { headers: { authorization } })
    this.#expect("another portal's token", other.status, 401)
  }

  async #count(users: number): Promise<void> {
    const counts = Array.from({ length: COUNTS }, () => ask(`${this.#root}${API}/portal/userscount`))
    const answers = await Promise.all(counts)
    for (const { json } of answers) this.#expect('users', json.response, users)
  }

  async #given(state: string): Promise<void> {
    this.#expect(state, (await this.#control('provider-states', { state })).status, 200)
  }

  #control(path: string, json: object, method = 'POST'): Promise<Answer> {
    return ask(`${this.#root}/__mock/${path}`, { json, method })
  }

  #expect(what: string, found: unknown, wanted: unknown): void {
    if (found !== wanted) this.#wrong.push(`worker ${this.number}: ${what}: ${found}, not ${wanted}`)
  }
}

t.test(`${PORTALS} portals at once, and nobody sees what is another's`, async (t) => {
  const { url, printed } = await startCommand(t, ['--log-level', 'error'])
  const workers = Array.from({ length: PORTALS }, (_, number) => new Worker(number, url))
  const wrong = await Promise.all(workers.map((worker) => worker.work()))
  t.strictSame(wrong.flat(), [])
  const { json } = await ask(`${url}/__mock/portals`)
  t.equal(json.length, PORTALS + 1)
  t.equal(json[0].users, 6, 'the one that nobody has used is as it was')
  t.equal(printed.stderr, '')
})

/** What is asked over and over while a portal is reset. */
interface Question {
  request: (url: string) => Promise<Answer>
  /** What may be answered: as before or as after. */
  answers: readonly string[]
}

const questions: Record<string, Question> = {
  'how many people there are': {
    request: (url) => ask(`${url}${API}/portal/userscount`),
    answers: ['200 6', '200 9'],
  },
  'one who is only there before': {
    request: (url) => ask(`${url}${API}/portal/users/00000000-0000-4000-8000-000000000001`),
    answers: ['200', '404'],
  },
  'a mark': {
    request: (url) => ask(`${url}${API}/portal/present/mark`, { method: 'POST' }),
    answers: ['200'],
  },
  'a new key': {
    request: (url) => ask(`${url}${API}/keys`, { json: { name: 'ci', permissions: ['*:read'] } }),
    answers: ['200'],
  },
  'a sign-in': {
    request: (url) => ask(`${url}${API}/authentication`, { json: OWNER, headers: {} }),
    answers: ['200'],
  },
  'a read by a password': {
    request: (url) =>
      ask(`${url}${API}/portal/userscount`, {
        headers: { authorization: `Basic ${btoa('owner@example.com:owner-password')}` },
      }),
    answers: ['200 6', '200 9'],
  },
  'a wrong password': {
    request: (url) => ask(`${url}${API}/authentication`, { json: { ...OWNER, password: 'wrong' }, headers: {} }),
    answers: ['401', '403'],
  },
}

const RESETS = 25

/** Asks something over and over until it is told to stop, and gives what was answered. */
async function askOverAndOver({ request }: Question, url: string, isOver: () => boolean): Promise<Set<string>> {
  const seen = new Set<string>()
  while (!isOver()) {
    const { status, json } = await request(url)
    seen.add(typeof json.response === 'number' ? `${status} ${json.response}` : String(status))
  }
  return seen
}

const kinds: Record<string, (t: Test) => string[]> = {
  'in memory': () => [],
  'in a file': (t) => ['--data', t.testdir()],
}

const ways: Record<string, (url: string, mark: string) => Promise<Answer>> = {
  reset: (url) => ask(`${url}/__mock/reset`, { method: 'POST' }),
  rewound: (url, mark) => ask(`${url}/__mock/marks/${mark}/rewind`, { method: 'POST' }),
}

for (const [kind, flags] of Object.entries(kinds)) {
  for (const [way, putBack] of Object.entries(ways)) {
    t.test(`a portal ${kind} that is ${way} answers as before or as after, never half`, async (t) => {
      const { url, printed } = await startCommand(t, [...flags(t), '--log-level', 'error'])
      const mark = (await ask(`${url}/__mock/marks`, { method: 'POST' })).json.id
      let isOver = false
      const asking = Object.entries(questions).map(async ([what, question]) => {
        return [what, await askOverAndOver(question, url, () => isOver)] as const
      })
      for (let n = 0; n < RESETS; n++) {
        const given = await ask(`${url}/__mock/provider-states`, { json: { state: 'the portal has 9 users' } })
        t.equal(given.status, 200)
        await setTimeout(5)
        t.equal((await putBack(url, mark)).status, 204)
      }
      isOver = true
      const seen = new Map(await Promise.all(asking))
      for (const [what, { answers }] of Object.entries(questions)) {
        const others = [...(seen.get(what) ?? [])].filter((answer) => !answers.includes(answer))
        t.strictSame(others, [], what)
      }
      t.strictSame([...(seen.get('how many people there are') ?? [])].sort(), ['200 6', '200 9'], 'both were seen')
      t.equal((await ask(`${url}${API}/portal/userscount`)).json.response, 6)
      t.equal(printed.stderr, '', 'nothing was logged')
    })
  }
}

for (const [kind, flags] of Object.entries(kinds)) {
  t.test(`who hangs up while they sign in to a portal ${kind} that is reset leaves nothing behind`, async (t) => {
    const { url, port, printed, stop } = await startCommand(t, [...flags(t), '--log-level', 'error'])
    const headers = [['Content-Type', 'application/json']] as const
    const request = { method: 'POST', path: `${API}/authentication`, headers, body: JSON.stringify(OWNER) }
    for (let wait = 0; wait < 40; wait += 4) {
      const socket = connect(port, 'localhost')
      await once(socket, 'connect')
      socket.write(writeRequest(request))
      // somewhere in the midst of hashing, which takes some 60 ms
      await setTimeout(wait)
      socket.destroy()
      t.equal((await ask(`${url}/__mock/reset`, { method: 'POST' })).status, 204)
    }
    t.equal((await ask(`${url}${API}/authentication`, { json: OWNER, headers: {} })).status, 200)
    t.equal(printed.stderr, '', 'nothing was logged')
    t.equal((await stop()).code, 0)
  })
}
