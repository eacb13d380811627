import t, { type Test } from 'tap'
import { type Accepted, type AuthGuard, accept, refuse, type Verdicts } from '../../src/auth/guard.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

const COUNT = '/api/2.0/portal/userscount'
const explained = { 'x-docspace-mock-explain': '1' }

/** Puts a server behind guards that always say the same, given by what each says. */
async function guarded(t: Test, ...says: (Verdicts | (() => Verdicts | Promise<Verdicts>))[]) {
  const portal = testPortal(t)
  const asked: string[] = []
  const guards = says.map(
    (verdicts, i): AuthGuard => ({
      name: `guard${i + 1}`,
      securityScheme: { type: 'http', scheme: `x${i}` },
      authenticate() {
        asked.push(`guard${i + 1}`)
        return typeof verdicts === 'function' ? verdicts() : verdicts
      },
    }),
  )
  const { app } = await testServer(t, { portal, guards })
  const ask = async (url = COUNT, method: 'GET' | 'POST' = 'GET') => {
    asked.length = 0
    const { statusCode, headers, body } = await app.inject({ url, method, headers: explained })
    return { status: statusCode, headers, body, asked: [...asked], why: String(headers['x-docspace-mock-explain']) }
  }
  return { portal, ask }
}

const fixturePortal = testPortal(t)
const as = (id: string, scopes?: readonly Scope[]): Accepted => {
  const user = fixturePortal.store.users.find(id)
  if (user === undefined) throw new Error(`${id} is missing`)
  return scopes === undefined ? accept(user) : accept(user, scopes)
}

t.test('nobody is nobody: 401 without a body (facts §2.0.1)', async (t) => {
  for (const says of [null, [], refuse('expired'), [refuse('expired'), refuse('revoked')]]) {
    const { ask } = await guarded(t, says)
    const { status, body, headers } = await ask()
    t.strictSame([status, body], [401, ''], JSON.stringify(says))
    t.notOk('www-authenticate' in headers)
  }
})

t.test('a guard may answer at once or later, with one verdict or several', async (t) => {
  const later = async () => as(people.owner)
  const listLater = async () => [refuse('expired'), as(people.owner)]
  for (const says of [as(people.owner), [as(people.owner)], later, listLater]) {
    const { ask } = await guarded(t, says)
    t.equal((await ask()).status, 200)
  }
})

t.test('the first with a sufficient scope is the caller, and nobody is asked after that', async (t) => {
  const { ask } = await guarded(
    t,
    null,
    refuse('expired'),
    as(people.owner, ['accounts:read']),
    as(people.roomAdmin, ['*:read']),
    as(people.owner),
  )
  const { status, asked, why } = await ask()

  t.equal(status, 403, 'the room admin may not count')
  t.strictSame(asked, ['guard1', 'guard2', 'guard3', 'guard4'])
  t.match(why, `caller: ${people.roomAdmin}, room-admin@example.com (RoomAdmin), by guard4`)
  t.match(why, 'guard2: refused, expired')
  t.match(why, 'guard3: accepted, owner@example.com with accounts:read')
})

t.test('where no scope suffices the first is the caller: 403 without a body (facts §3)', async (t) => {
  const { ask } = await guarded(t, as(people.owner, ['accounts:read']), as(people.admin, []))
  const { status, body, why } = await ask()

  t.strictSame([status, body], [403, ''])
  t.match(why, `caller: ${people.owner}, owner@example.com (Owner), by guard1`)
  t.match(why, 'with no scope')
  t.match(why, 'the operation needs the scope *:read or *:write; the credential has accounts:read')
})

t.test('which scope suffices is the operation’s affair (facts §3)', async (t) => {
  const { ask } = await guarded(t, as(people.owner, ['*:read']))

  t.equal((await ask(COUNT)).status, 200)
  t.equal((await ask(`/api/2.0/portal/users/${people.winfield}`)).status, 200)
  t.equal((await ask('/api/2.0/portal/users/invite/4')).status, 200)
  t.equal((await ask('/api/2.0/portal/present/mark', 'POST')).status, 403)
})

t.test('only the active are callers (facts §2.0.1)', async (t) => {
  for (const account of ['terminated', 'pending'] as const) {
    const { ask } = await guarded(t, as(people[account]))
    const { status, why } = await ask()
    t.equal(status, 401)
    t.match(why, `guard1: refused, ${account}@example.com is not active: the account is ${account}`)
  }
  const { ask } = await guarded(t, as(people.terminated), as(people.owner))
  t.equal((await ask()).status, 200, 'somebody else may be meant')
})

t.test('the owner is whom the portal says', async (t) => {
  const invite = '/api/2.0/portal/users/invite/3'
  const owner = await guarded(t, as(people.owner))
  t.match(JSON.parse((await owner.ask(invite)).body), { response: /\/s\// })
  const admin = await guarded(t, as(people.admin))
  t.match(JSON.parse((await admin.ask(invite)).body), { response: '' })
})

t.test('guards see every request, and their headers go out whatever becomes of it (facts §2.1, §2.2)', async (t) => {
  const marking = { ...refuse('expired'), headers: { 'x-guard': 'was here', 'set-cookie': ['a=1', 'b=2'] } }
  const { ask } = await guarded(t, marking)
  const cases: [url: string, method: 'GET' | 'POST', status: number, cookies: string[] | undefined][] = [
    [COUNT, 'GET', 401, ['a=1', 'b=2']],
    [COUNT, 'POST', 405, ['a=1', 'b=2']],
    ['/unknown', 'GET', 404, ['a=1', 'b=2']],
    // an exception wipes cookies
    ['/api/2.0/portal/sendcongratulations', 'POST', 403, undefined],
  ]
  for (const [url, method, status, cookies] of cases) {
    const answer = await ask(url, method)
    t.equal(answer.status, status, url)
    t.strictSame(answer.asked, ['guard1'], url)
    t.strictSame(answer.headers['set-cookie'], cookies, url)
    t.equal(answer.headers['x-guard'], 'was here', url)
  }
})

t.test('an accepted credential’s headers go out as well', async (t) => {
  const { ask } = await guarded(t, { ...as(people.owner), headers: { 'x-guard': 'yes' } })

  t.match(await ask(), { status: 200, headers: { 'x-guard': 'yes' } })
})

t.test('nothing of one request stays for the next', async (t) => {
  let verdict: Verdicts = as(people.owner)
  const { ask } = await guarded(t, () => verdict)
  t.equal((await ask()).status, 200)
  verdict = null
  const { status, why } = await ask()

  t.equal(status, 401)
  t.match(why, 'caller: nobody')
})

t.test(
  'a credential that cannot be judged keeps nobody else out, where each counts by itself (facts §0 P3)',
  async (t) => {
    const identityService = {
      publicKey: () => Promise.reject(new Error('down')),
      introspect: () => Promise.resolve(true),
    }
    const { app, portal } = await testServer(t, { identityService })
    const jwt = await mintAccessToken(portal, { userId: people.owner, scopes: ['read'], root: 'http://localhost:80' })
    const both = { authorization: `Bearer ${jwt}`, apikeybearer: apiKey('1') }
    t.equal((await app.inject({ url: COUNT, headers: both })).statusCode, 200)
    t.equal((await app.inject({ url: COUNT, headers: { authorization: both.authorization } })).statusCode, 403)
  },
)

t.test('a guard that gives nothing, or a promise of another make, does no harm', async (t) => {
  const securityScheme = { type: 'apiKey', in: 'header', name: 'x' } as const
  const careless = { name: 'Careless', securityScheme, authenticate: () => undefined as unknown as null }
  const thenable = {
    name: 'Thenable',
    securityScheme,
    // biome-ignore lint/suspicious/noThenProperty: that is what a promise of another make is
    authenticate: () => ({ then: (done: (verdict: null) => void) => done(null) }) as Promise<null>,
  }
  const { app } = await testServer(t, { guards: [careless, thenable, 'ApiKeyBearer'] })
  t.equal((await app.inject(asKey('1', 'userscount'))).statusCode, 200)
  t.equal((await app.inject(COUNT)).statusCode, 401)
})
