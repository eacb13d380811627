import { setTimeout as delay } from 'node:timers/promises'
import { control, type PortalControl } from '../../src/client/index.ts'
import { apiKey, oauth2Clients, people } from '../helper.ts'
import { ask, type Call, call, oauth2Client, signed } from './api.ts'

/** The load on a server, and the number of portals. */
export interface LoadOptions {
  portals: number
  /** Requests per second; fewer if the server or the machine is slower. */
  rate: number
  connections: number
}

/** The results of a part of the load. */
export interface LoadFigures {
  requests: number
  /** In milliseconds, sorted. */
  latencies: number[]
  errors: string[]
}

const CALLBACK = 'http://localhost:3000/callback'

/** How many event streams are read all the time. */
const STREAMS = 10

/** A body that journals store. */
const LONG = 'a'.repeat(20_000)

/** A client in its portal. Each step is a group of related requests. */
type Step = (client: Client, n: number) => Promise<unknown>

/** Steps with their weights: mostly reads, as in test suites. */
const steps: [weight: number, step: Step][] = [
  [30, (client) => client.call('portal/userscount')],
  [15, (client) => client.call(`portal/users/${people.winfield}`)],
  [8, (client) => client.call('portal/users/invite/User')],
  [4, (client) => client.ask('/api/2.0/portal/users/no-guid', 404)],
  [
    4,
    (client) => client.ask('/api/2.0/portal/userscount', 401, { headers: { authorization: `Bearer ${apiKey('0')}` } }),
  ],
  [6, (client, n) => client.call('keys', { body: { name: `key ${n}` } })],
  [3, (client) => client.call('keys')],
  [
    4,
    (client, n) =>
      client.call('people', { body: { email: `a${n}@example.com`, firstName: 'A', lastName: 'B', type: 4 } }),
  ],
  [3, (client) => client.ask('/api/2.0/keys', 400, { body: { name: LONG } })],
  [
    2,
    (client) => client.call('authentication', { body: { userName: 'guest@example.com', password: 'guest-password' } }),
  ],
  [3, (client) => client.congratulate()],
  [3, (client) => client.control((portal) => portal.reset())],
  [1, (client) => client.saveAndRestore()],
  [2, (client) => client.markAndCompare()],
  [2, (client) => client.control((portal) => portal.users.list())],
  [2, (client) => client.control((portal) => portal.outbox.list())],
  [1, (client) => client.control((portal) => portal.journal.list())],
  [
    1,
    (client) =>
      client.control((portal) => portal.journal.verify({ operation: 'getPortalUsersCount', times: { atLeast: 0 } })),
  ],
  [2, (client) => client.signInByOAuth2()],
  [1, (client, n) => client.makeOAuth2Client(n)],
  [1, (client) => client.ask('/', 200)],
]

const all = steps.flatMap(([weight, step]) => Array.from<Step>({ length: weight }).fill(step))

/** Steady use of many portals by clients that wait for each answer, as test suites do. */
export class Load {
  readonly #url: string
  readonly #options: LoadOptions
  #begun = 0
  #next = performance.now()
  #latencies: number[] = []
  #errors: string[] = []

  constructor(url: string, options: LoadOptions) {
    this.#url = url
    this.#options = options
  }

  async run(signal: AbortSignal): Promise<void> {
    const connections = Array.from({ length: this.#options.connections }, (_, i) => this.#connection(i, signal))
    const streams = Array.from({ length: STREAMS }, (_, i) => this.#stream(i, signal))
    await Promise.all([...connections, ...streams])
  }

  /** Drops all used portals, as test suites do at their end. */
  async dropPortals(): Promise<void> {
    const { connections } = this.#options
    for (let n = 0; n < connections * this.#own; n++) {
      const name = nameOf(n % connections, Math.floor(n / connections))
      await ask(`${this.#url}/__mock/portals/${name}`, { method: 'DELETE' })
    }
  }

  /** How many portals each connection has. */
  get #own(): number {
    const { portals, connections } = this.#options
    return Math.max(1, Math.floor(portals / connections))
  }

  /** The results since the last call. */
  take(): LoadFigures {
    const latencies = this.#latencies.sort((a, b) => a - b)
    const figures = { requests: latencies.length, latencies, errors: this.#errors }
    this.#latencies = []
    this.#errors = []
    return figures
  }

  /** Waits until the next request is due, and measures it. */
  async measure<Result>(request: () => Promise<Result>): Promise<Result> {
    const now = performance.now()
    // doesn't catch up after the server was slow for a while
    this.#next = Math.max(this.#next + 1000 / this.#options.rate, now - 1000)
    if (this.#next > now) await delay(this.#next - now)
    const since = performance.now()
    try {
      return await request()
    } finally {
      this.#latencies.push(performance.now() - since)
    }
  }

  /** Each connection has portals of its own, so that none resets what another depends on. */
  async #connection(connection: number, signal: AbortSignal): Promise<void> {
    const own = this.#own
    while (!signal.aborted) {
      const n = this.#begun++
      // every other step uses one of a few portals, as if some suites run and others have ended
      const portal = n % 2 === 0 ? n % own : Math.floor(n / 2) % Math.max(1, Math.floor(own / 20))
      const client = new Client(this, this.#url, nameOf(connection, portal))
      const step = all[(n * 37) % all.length] as Step
      await step(client, n).catch((error) => this.#errors.push(String(error.cause ?? error)))
    }
  }

  /** Reads the events of a portal, of another one every few seconds. */
  async #stream(stream: number, signal: AbortSignal): Promise<void> {
    for (let n = 0; !signal.aborted; n++) {
      const portal = control(this.#url, { portal: nameOf(stream % this.#options.connections, n % 3) })
      const end = AbortSignal.any([signal, AbortSignal.timeout(5000)])
      try {
        for await (const entry of portal.journal.follow({ signal: end })) if (entry.n < 0) break
      } catch (error) {
        if (!end.aborted) this.#errors.push(`stream: ${error}`)
      }
    }
  }
}

/** The name of one of the portals that a connection has. */
function nameOf(connection: number, n: number): string {
  return `p${connection}-${n}`
}

/** A client of one portal. */
class Client {
  readonly #load: Load
  readonly #root: string
  readonly #portal: PortalControl

  constructor(load: Load, url: string, portal: string) {
    this.#load = load
    this.#root = `${url}/@${portal}`
    this.#portal = control(url, { portal })
  }

  call<Result>(path: string, options?: Call): Promise<Result> {
    return this.#load.measure(() => call<Result>(this.#root, path, options))
  }

  async ask(path: string, expected: number, options?: Call) {
    const answer = await this.#load.measure(() => ask(this.#root + path, options))
    if (answer.status !== expected) throw new Error(`${path}: ${answer.status}, not ${expected}`)
    return answer
  }

  control<Result>(use: (portal: PortalControl) => Promise<Result>): Promise<Result> {
    return this.#load.measure(() => use(this.#portal))
  }

  async congratulate(): Promise<void> {
    const { query } = await this.control(({ credentials }) => credentials.confirmationKey())
    await this.call(`portal/sendcongratulations?${query}`, { method: 'POST' })
  }

  async saveAndRestore(): Promise<void> {
    await this.control(({ snapshots }) => snapshots.take('saved'))
    await this.call('portal/users/invite/Guest')
    await this.control(({ snapshots }) => snapshots.restore('saved'))
  }

  async markAndCompare(): Promise<void> {
    const mark = await this.control((portal) => portal.mark())
    await this.call('portal/users/invite/RoomAdmin')
    const { happened } = await this.control(() => mark.effects())
    if (!('shortLinksMade' in happened)) throw new Error(`the effects lack a short link: ${JSON.stringify(happened)}`)
  }

  async signInByOAuth2(): Promise<void> {
    const { clientId, clientSecret } = oauth2Clients.confidential
    const known = { client_id: clientId, client_secret: clientSecret, redirect_uri: CALLBACK }
    const wanted = { response_type: 'code', scope: 'openid read', prompt: 'none', login_hint: 'owner@example.com' }
    const query = new URLSearchParams({ ...known, ...wanted })
    const { headers } = await this.ask(`/oauth2/authorize?${query}`, 303)
    const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? ''
    const body = new URLSearchParams({ ...known, grant_type: 'authorization_code', code })
    const answer = await this.#load.measure(() => fetch(`${this.#root}/oauth2/token`, { method: 'POST', body }))
    if (!answer.ok) throw new Error(`/oauth2/token: ${answer.status} ${await answer.text()}`)
    const { access_token: token } = (await answer.json()) as { access_token: string }
    await this.ask('/oauth2/userinfo', 200, { headers: { authorization: `Bearer ${token}` } })
  }

  async makeOAuth2Client(n: number): Promise<void> {
    const headers = await this.#load.measure(() => signed(this.#root))
    await this.call('clients', { body: oauth2Client(`client ${n}`), headers })
  }
}
