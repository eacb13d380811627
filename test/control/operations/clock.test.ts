import type { AddressInfo } from 'node:net'
import { TOTP } from 'otpauth'
import t, { type Test } from 'tap'
import { EARLIEST, LATEST } from '../../../src/domain/clock.ts'
import { defaultRateLimits, type RateLimits } from '../../../src/domain/rate-limit.ts'
import { mintAccessToken, mintConfirmationKey, mintSessionToken } from '../../../src/index.ts'
import type { PortalSlot } from '../../../src/store/portal-slot.ts'
import { apiKey, NOW, people, testServer } from '../../helper.ts'

const SECOND = 1
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

const OWNER = { userName: 'owner@example.com', password: 'owner-password' }
const SECRET = 'JBSWY3DPEHPK3PXP'

/** A portal behind a server that listens, as a client sees it. */
class Client {
  readonly portal: PortalSlot
  readonly root: string

  constructor(portal: PortalSlot, root: string) {
    this.portal = portal
    this.root = root
  }

  ask(path: string, init: RequestInit & { json?: object } = {}): Promise<Response> {
    const { json, headers = {}, ...rest } = init
    const method = init.method ?? (json === undefined ? 'GET' : 'POST')
    const body = json === undefined ? {} : { body: JSON.stringify(json) }
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    return fetch(this.root + path, { ...rest, ...body, method, headers: { ...type, ...(headers as object) } })
  }

  async status(path: string, init: RequestInit & { json?: object } = {}): Promise<number> {
    const { status, body } = await this.ask(path, init)
    await body?.cancel()
    return status
  }

  async value(path: string, init: RequestInit & { json?: object } = {}) {
    const { response } = (await (await this.ask(path, init)).json()) as { response: never }
    return response as Record<string, string>
  }

  async clock(change: object): Promise<void> {
    const { status } = await this.ask('/__mock/clock', { method: 'PATCH', json: change })
    if (status !== 200) throw new Error(`the clock answered ${status}`)
  }
}

/** A server that listens, and two of its portals. */
async function twoPortals(t: Test, rateLimits?: Partial<RateLimits>) {
  const { app, portal } = await testServer(t, {
    ...(rateLimits && { rateLimits: { ...defaultRateLimits, ...rateLimits } }),
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const root = `http://localhost:${(app.server.address() as AddressInfo).port}`
  const other = app.portals.obtain('w1')
  if (other === null) throw new Error('no portal was made')
  return { one: new Client(portal, root), other: new Client(other, `${root}/@w1`) }
}

const bearer = { authorization: `Bearer ${apiKey('1')}` }
const COUNT = '/api/2.0/portal/userscount'

/** Something that holds for a time. */
interface Kind {
  what: string
  limits?: Partial<RateLimits>
  /** Makes one, and gives what tries it out. */
  make: (client: Client) => Promise<() => Promise<number>>
  /** How long it holds, in seconds: at this time still, a second later no more. */
  lasts: number
  /** The status while it holds. */
  held: number
  /** The status once it is over. */
  over: number
  /** Whether what is over by the clock is over for good, even where that is moved back. */
  isForgotten?: boolean
}

let joined = 0

/** Tries to join by an invitation, as somebody new. */
async function joining(client: Client, link: string): Promise<() => Promise<number>> {
  const { headers } = await fetch(link.replace(/^.*(?=\/s\/)/, client.root), { redirect: 'manual' })
  const confirm = new URL(headers.get('location') ?? '').search.slice(1)
  const key = new URLSearchParams(confirm).get('key')
  return () => {
    joined += 1
    const email = `new${joined}@example.com`
    const json = { email, firstName: 'New', password: 'new-password', type: 4, fromInviteLink: true, key }
    return client.status('/api/2.0/people', { headers: { confirm }, json })
  }
}

const kinds: Kind[] = [
  {
    what: 'a session token of a sign-in',
    make: async (client) => {
      const { token = '' } = await client.value('/api/2.0/authentication', { json: OWNER })
      return () => client.status(COUNT, { headers: { authorization: token } })
    },
    lasts: YEAR,
    held: 200,
    over: 401,
  },
  {
    what: 'the cookie of a session that was minted',
    make: async (client) => {
      const token = encodeURIComponent(mintSessionToken(client.portal, people.owner, { expiresIn: MINUTE }))
      return () => client.status(COUNT, { headers: { cookie: `asc_auth_key=${token}` } })
    },
    lasts: MINUTE,
    held: 200,
    over: 401,
  },
  {
    what: 'an API key',
    make: async (client) => {
      const json = { name: 'ci', permissions: ['*:read'], expiresInDays: 2 }
      const { key } = await client.value('/api/2.0/keys', { headers: bearer, json })
      return () => client.status(COUNT, { headers: { authorization: `Bearer ${key}` } })
    },
    lasts: 2 * DAY - SECOND,
    held: 200,
    over: 401,
  },
  {
    what: 'a confirmation key',
    make: async (client) => {
      const key = encodeURIComponent(mintConfirmationKey(client.portal, people.winfield))
      const path = `/api/2.0/portal/sendcongratulations?Userid=${people.winfield}&Key=${key}`
      return () => client.status(path, { method: 'POST' })
    },
    lasts: HOUR,
    held: 200,
    over: 403,
  },
  {
    what: 'an invitation',
    make: async (client) =>
      joining(client, String(await client.value('/api/2.0/portal/users/invite/User', { headers: bearer }))),
    lasts: 7 * DAY,
    held: 200,
    over: 401,
  },
  {
    what: 'an invitation link of a role',
    make: async (client) => {
      const json = { employeeType: 4, expiration: new Date(NOW + DAY * 1000).toISOString() }
      const { url = '' } = await client.value('/api/2.0/portal/users/invitationlink', { headers: bearer, json })
      return joining(client, url)
    },
    lasts: DAY,
    held: 200,
    over: 401,
  },
  {
    what: 'a code of an authenticator app',
    make: async (client) => {
      client.portal.store.secondFactors.put({ userId: people.owner, type: 'app', secret: SECRET, activated: true })
      const code = new TOTP({ secret: SECRET }).generate({ timestamp: NOW })
      return () => client.status(`/api/2.0/authentication/${code}`, { json: { ...OWNER, code } })
    },
    lasts: MINUTE - SECOND,
    held: 200,
    over: 401,
  },
  ...(['ES256', 'RS256'] as const).map(
    (algorithm): Kind => ({
      what: `an access token signed with ${algorithm}`,
      make: async (client) => {
        const options = { userId: people.owner, scopes: ['*:read'], root: client.root, algorithm }
        const token = await mintAccessToken(client.portal, options)
        return () => client.status(COUNT, { headers: { authorization: `Bearer ${token}` } })
      },
      // and as much as clocks may be apart
      lasts: HOUR + 2 * MINUTE - SECOND,
      held: 200,
      over: 401,
    }),
  ),
  {
    what: 'being kept out after too many wrong passwords',
    make: async (client) => {
      for (let n = 0; n < 6; n++)
        await client.status('/api/2.0/authentication', { json: { ...OWNER, password: 'wrong' } })
      return () => client.status('/api/2.0/authentication', { json: OWNER })
    },
    lasts: MINUTE - SECOND,
    held: 403,
    over: 200,
  },
  {
    what: 'being kept out after too many requests in a minute',
    limits: { perMinute: 1 },
    make: async (client) => {
      await client.status(COUNT, { headers: bearer })
      return () => client.status(COUNT, { headers: bearer })
    },
    lasts: MINUTE - SECOND,
    held: 429,
    over: 200,
    isForgotten: true,
  },
  {
    what: 'being kept out after too many writes in a day',
    limits: { writesPerDay: 1 },
    make: async (client) => {
      const mark = () => client.status('/api/2.0/portal/present/mark', { method: 'POST', headers: bearer })
      await mark()
      return mark
    },
    lasts: DAY - SECOND,
    held: 429,
    over: 200,
    isForgotten: true,
  },
]

for (const { what, limits, make, lasts, held, over, isForgotten = false } of kinds) {
  t.test(`the clock decides how long it holds: ${what}`, async (t) => {
    const { one, other } = await twoPortals(t, limits)
    const attempt = await make(one)
    const elsewhere = await make(other)
    t.equal(await attempt(), held, 'now')
    await one.clock({ move: lasts })
    t.equal(await attempt(), held, 'until its end')
    await one.clock({ move: SECOND })
    t.equal(await attempt(), over, 'behind its end')
    t.equal(await elsewhere(), held, 'on another portal it is still now')
    await one.clock({ move: -lasts - SECOND })
    t.equal(await attempt(), isForgotten ? over : held, 'the clock moved back')
    await other.clock({ now: new Date(NOW + (lasts + SECOND) * 1000).toISOString() })
    t.equal(await elsewhere(), over, 'the clock of the other one set')
  })
}

t.test('an access token that begins later, by the clock', async (t) => {
  const { one } = await twoPortals(t)
  const claims = { nbf: NOW / 1000 + HOUR }
  const token = await mintAccessToken(one.portal, { userId: people.owner, scopes: ['*:read'], root: one.root, claims })
  const attempt = () => one.status(COUNT, { headers: { authorization: `Bearer ${token}` } })
  t.equal(await attempt(), 401)
  await one.clock({ move: HOUR })
  t.equal(await attempt(), 200)
  await one.clock({ move: -HOUR })
  t.equal(await attempt(), 401)
})

t.test('what was counted at a time to come keeps nobody out once the clock is moved back', async (t) => {
  const { one } = await twoPortals(t, { perMinute: 2, writesPerDay: 1 })
  const read = () => one.status(COUNT, { headers: bearer })
  const write = () => one.status('/api/2.0/portal/present/mark', { method: 'POST', headers: bearer })
  await one.clock({ move: YEAR })
  t.strictSame([await write(), await read(), await read(), await write()], [200, 200, 429, 429])
  await one.clock({ move: -YEAR })
  t.strictSame([await write(), await read(), await read()], [200, 200, 429])

  const { one: unlimited } = await twoPortals(t)
  const fail = () => unlimited.status('/api/2.0/authentication', { json: { ...OWNER, password: 'wrong' } })
  await unlimited.clock({ move: YEAR })
  for (let n = 0; n < 6; n++) await fail()
  t.equal(await unlimited.status('/api/2.0/authentication', { json: OWNER }), 403)
  await unlimited.clock({ move: -YEAR })
  t.equal(await unlimited.status('/api/2.0/authentication', { json: OWNER }), 200)
})

t.test('a key’s last use is the latest, whichever way the clock was moved', async (t) => {
  const { one } = await twoPortals(t)
  const lastUse = async () => {
    await one.status(COUNT, { headers: bearer })
    return one.portal.store.apiKeys.list(people.owner).find(({ postfix }) => postfix === '1111')?.lastUsed
  }
  await one.clock({ move: YEAR })
  t.equal(await lastUse(), NOW + YEAR * 1000)
  await one.clock({ move: -2 * YEAR })
  t.equal(await lastUse(), NOW - YEAR * 1000)
})

t.test('too many requests: the end of the day is told by the clock', async (t) => {
  const { one } = await twoPortals(t, { writesPerDay: 1 })
  await one.clock({ now: '2030-01-01T00:00:00Z' })
  const mark = () => one.ask('/api/2.0/portal/present/mark', { method: 'POST', headers: bearer })
  await mark()
  await one.clock({ move: HOUR })
  const { status, headers } = await mark()
  t.equal(status, 429)
  t.equal(headers.get('x-ratelimit-reset'), String(Date.UTC(2030, 0, 2) / 1000))
  t.equal(headers.get('retry-after'), String(23 * HOUR))
  t.equal(headers.get('date'), 'Tue, 01 Jan 2030 01:00:00 GMT')
})

t.test('a cookie ends a year from now, by the clock', async (t) => {
  const { one } = await twoPortals(t)
  await one.clock({ now: '2030-03-01T12:00:00+02:00' })
  const { headers } = await one.ask('/api/2.0/authentication', { json: OWNER })
  t.match(headers.get('set-cookie'), /; expires=Sat, 01 Mar 2031 10:00:00 GMT;/)
})

/** Answers of every sort, by their paths. */
const answers: [what: string, path: string, init?: RequestInit][] = [
  ['an answer', COUNT, { headers: bearer }],
  ['a refusal without a body', COUNT],
  ['an error', '/api/2.0/portal/sendcongratulations', { method: 'POST' }],
  ['an unknown path', '/nowhere'],
  ['a method that isn’t taken', COUNT, { method: 'DELETE' }],
  ['a preflight', COUNT, { method: 'OPTIONS', headers: { origin: 'http://a.example' } }],
  ['a redirection', '/s/nothing', { redirect: 'manual' }],
  ['a page', '/', { headers: { accept: 'text/html' } }],
  ['an answer to HEAD', '/liveness', { method: 'HEAD' }],
]

t.test('every answer is dated by the clock once it was changed', async (t) => {
  const { one, other } = await twoPortals(t)
  for (const [what, path, init] of answers) {
    const date = async (client: Client) => (await client.ask(path, init)).headers.get('date')
    const isNow = async (client: Client) => Math.abs(Date.parse((await date(client)) ?? '') - Date.now()) < 5000
    await one.ask('/__mock/clock', { method: 'DELETE' })
    t.ok(await isNow(one), `${what}: by the machine`)
    await one.clock({ now: '2031-05-06T07:08:09Z' })
    t.equal(await date(one), 'Tue, 06 May 2031 07:08:09 GMT', what)
    t.ok(await isNow(other), `${what}: another portal`)
    t.equal((await one.ask('/health')).headers.get('date')?.includes('2031'), false, 'health has no portal')
  }
})

t.test('a clock can be stopped, sped up and put back', async (t) => {
  const { one } = await twoPortals(t)
  const now = async () => ((await (await one.ask('/__mock/clock')).json()) as { now: string }).now
  await one.clock({ now: '2031-01-01T00:00:00Z', move: 1.5, rate: 0 })
  t.equal(await now(), '2031-01-01T00:00:01.500Z')
  const state = await (await one.ask('/__mock/clock')).json()
  t.strictSame(state, { now: '2031-01-01T00:00:01.500Z', rate: 0, isChanged: true })
  await one.ask('/__mock/clock', { method: 'DELETE' })
  t.strictSame(await (await one.ask('/__mock/clock')).json(), {
    now: new Date(NOW).toISOString(),
    rate: 1,
    isChanged: false,
  })
})

t.test('what can’t be shown is refused, and nothing is changed', async (t) => {
  const { one } = await twoPortals(t)
  const cases: [change: object | undefined, message: RegExp][] = [
    [undefined, /^the body is missing: send JSON$/],
    [{}, /^\/ must have at least one of now, move, rate$/],
    [{ time: '2031-01-01T00:00:00Z' }, /additional properties: time/],
    [{ now: '2031-01-01T00:00:00' }, /\/now must match pattern/],
    [{ now: '2031-01-01' }, /\/now must match pattern/],
    [{ now: '2031-02-30T00:00:00Z' }, /\/now must match format "date-time"/],
    [{ now: 0 }, /\/now must be string/],
    [{ now: '1969-12-31T23:59:59Z' }, /\/now leads out of what can be shown: 1970-01-01T00:00:00.000Z to 9900-01-01/],
    [{ now: '9999-12-31T23:59:59Z' }, /\/now leads out/],
    [{ move: -YEAR * 100 }, /\/move leads out/],
    [{ move: 1e12 }, /\/move must be <=/],
    [{ move: 'P1D' }, /\/move must be number/],
    [{ now: '2031-01-01T00:00:00Z', rate: -1 }, /\/rate must be >= 0/],
    [{ now: '9000-01-01T00:00:00Z', move: YEAR * 950 }, /\/move leads out/],
  ]
  for (const [change, message] of cases) {
    const answer = await one.ask('/__mock/clock', { method: 'PATCH', ...(change && { json: change }) })
    t.equal(answer.status, 400, JSON.stringify(change))
    t.match(((await answer.json()) as { error: string }).error, message)
  }
  t.notOk(one.portal.clock.isChanged)
})

for (const edge of [EARLIEST, LATEST]) {
  t.test(`everything works in the year ${new Date(edge).getUTCFullYear()}`, async (t) => {
    const { one } = await twoPortals(t)
    await one.clock({ now: new Date(edge).toISOString() })
    for (const { what, make, held } of kinds.filter(({ limits, what }) => !limits && !/link of a role/.test(what))) {
      const attempt = await make(one)
      // the code is that of another time
      t.equal(await attempt(), /^a code of/.test(what) ? 401 : held, what)
      one.portal.reset()
      await one.clock({ now: new Date(edge).toISOString() })
    }
    for (const [what, path, init] of answers) t.ok((await one.status(path, init)) < 500, what)
    // DocSpace's own calendar ends here
    const link = { employeeType: 4, expiration: '9999-12-31T23:59:59Z' }
    const init = { headers: bearer, json: link }
    t.equal(await one.status('/api/2.0/portal/users/invitationlink', init), 200)
    t.equal(await one.status('/__mock/marks', { method: 'POST' }), 201)
  })
}

t.test('a clock that runs stops at its end', async (t) => {
  const { one } = await twoPortals(t)
  one.portal.clock.set(LATEST)
  one.portal.clock.run(1_000_000)
  await one.clock({ move: -1 })
  t.ok(one.portal.clock.now() <= LATEST)
  t.equal(await one.status(COUNT, { headers: bearer }), 200)
})
