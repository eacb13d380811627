import { createHook } from 'node:async_hooks'
import t from 'tap'
import { basicGuard } from '../../src/auth/basic.ts'
import { clientPasswordHash, passwordSalt, storedPasswordHash } from '../../src/domain/password.ts'
import { defaultFixture } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { people, testPortal, testServer } from '../helper.ts'
import { asker, inWords } from './ask.ts'

const OWNER_IN = `${people.owner} *:write`

const basic = (login: string) => ({
  headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
})

/** Counts how often Node is asked for PBKDF2 while something is done. */
async function countingHashes(work: () => Promise<unknown>): Promise<number> {
  let hashes = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'PBKDF2REQUEST') hashes++
    },
  }).enable()
  await work()
  hook.disable()
  return hashes
}

t.test('accepts e-mail and password, refuses everything else (facts §2.2)', async (t) => {
  const fixture: Fixture = {
    ...defaultFixture,
    users: defaultFixture.users.map((user) => (user.id === people.guest ? { ...user, password: 'pä55: wörd' } : user)),
  }
  const portal = testPortal(t, { fixture })
  const ask = await asker(t, basicGuard(), { portal })
  const hash = await clientPasswordHash('owner-password', await passwordSalt(portal.machineKey))
  const cases: [login: string, verdict: string, status: number][] = [
    ['owner@example.com:owner-password', OWNER_IN, 200],
    ['OWNER@Example.COM:owner-password', OWNER_IN, 200],
    ['guest@example.com:pä55: wörd', `${people.guest} *:write`, 403],
    ['terminated@example.com:terminated-password', `${people.terminated} *:write`, 401],
    ['owner@example.com:admin-password', 'wrong password for owner@example.com', 401],
    ['owner@example.com:Owner-password', 'wrong password for owner@example.com', 401],
    ['owner@example.com:owner-password ', 'wrong password for owner@example.com', 401],
    ['owner@example.com:', 'wrong password for owner@example.com', 401],
    ['owner@example.com:   ', 'wrong password for owner@example.com', 401],
    [`owner@example.com:${hash}`, 'wrong password for owner@example.com', 401],
    ['nameless@example.com:', 'nameless@example.com has no password', 401],
    ['pending@example.com:x', 'pending@example.com has no password', 401],
    ['nobody@example.com:x', 'no user has the e-mail nobody@example.com', 401],
    [
      `${people.owner}:owner-password`,
      `no user has the e-mail ${people.owner}; Basic takes the e-mail, not the id or the user name`,
      401,
    ],
    ['owner:owner-password', 'no user has the e-mail owner; Basic takes the e-mail, not the id or the user name', 401],
    [':owner-password', 'the login has no e-mail', 401],
    [':', 'the login has no e-mail', 401],
  ]
  for (const [login, verdict, status] of cases) {
    const asked = await ask(basic(login))
    t.strictSame(asked.verdicts?.map(inWords), [verdict], login)
    t.equal(asked.status, status, login)
    // an exception of the operation wipes it
    t.equal(asked.headers['www-authenticate'], status === 403 ? undefined : 'Basic')
  }
})

t.test('a blank password is never right, were it the seeded one', async (t) => {
  const fixture: Fixture = {
    ...defaultFixture,
    users: defaultFixture.users.map((user) => (user.id === people.owner ? { ...user, password: '  ' } : user)),
  }
  const ask = await asker(t, basicGuard(), { portal: testPortal(t, { fixture }) })

  t.match(await ask(basic('owner@example.com:  ')), { status: 401, verdicts: [{ refused: /^wrong password/ }] })
})

t.test('somebody removed is nobody', async (t) => {
  const portal = testPortal(t)
  portal.store.users.remove(people.owner)
  const ask = await asker(t, basicGuard(), { portal })

  t.match(await ask(basic('owner@example.com:owner-password')), {
    status: 401,
    verdicts: [{ refused: 'no user has the e-mail owner@example.com' }],
  })
})

t.test('somebody removed while their password is hashed is refused', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, basicGuard(), { portal })
  const { findPassword } = portal.store.users
  portal.store.users.findPassword = (email) => {
    const known = findPassword.call(portal.store.users, email)
    portal.store.users.remove(people.owner)
    return known
  }

  t.match(await ask(basic('owner@example.com:owner-password')), {
    status: 401,
    verdicts: [{ refused: 'owner@example.com was removed' }],
  })
})

t.test('a stored hash counts, not the seeded password (facts §2.2)', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, basicGuard(), { portal })
  const hash = await clientPasswordHash('changed', await passwordSalt(portal.machineKey))
  portal.store.users.setPasswordHash(people.owner, storedPasswordHash(hash, people.owner, portal.machineKey))

  t.equal((await ask(basic('owner@example.com:owner-password'))).status, 401)
  t.equal((await ask(basic('owner@example.com:changed'))).status, 200)
})

t.test('the first sign-in leaves the hash that a real portal would have', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, basicGuard(), { portal })
  await ask(basic('owner@example.com:wrong'))
  const clientHash = '622d6d00a1d0a749b88ec62ecbfbc5ab6911b5ee6927f999cc8f61f4af03a276'

  t.equal(
    portal.store.users.findPassword('owner@example.com')?.passwordHash,
    storedPasswordHash(clientHash, people.owner, portal.machineKey),
  )
})

/** What can't be read as a login, and what the real server says to it (facts §2.2). */
const malformed: [payload: string, code: string, message: RegExp][] = [
  ['!!!', 'System.FormatException', /^The input is not a valid Base-64 string/],
  ['YTpiYw', 'System.FormatException', /^The input is not a valid Base-64 string/],
  ['-_-_', 'System.FormatException', /^The input is not a valid Base-64 string/],
  ['YWJj', 'System.Exception', /^Unable to get password$/],
]

t.test('what can’t be read is a wrong login in the documented profile (facts §0 P5)', async (t) => {
  const ask = await asker(t, basicGuard(), { profile: 'documented' })
  for (const [payload] of malformed) {
    const { status, body, headers, verdicts } = await ask({ headers: { authorization: `Basic ${payload}` } })
    t.strictSame([status, body, headers['www-authenticate']], [401, '', 'Basic'], payload)
    t.match(verdicts, [{ refused: /^what follows 'Basic ' / }])
  }
  const anonymous = await ask({ url: '/unknown', headers: { authorization: 'Basic !!!' } })
  t.equal(anonymous.status, 404)
})

t.test('and an error in the server’s, everywhere (facts §2.2, §9 A18, A19, A46)', async (t) => {
  const ask = await asker(t, basicGuard(), { profile: 'server' })
  for (const url of ['/api/2.0/portal/userscount', '/unknown', '/api/2.0/portal/present/mark']) {
    for (const [payload, type, message] of malformed) {
      const { status, body, headers } = await ask({ url, headers: { authorization: `Basic ${payload}` } })
      t.equal(status, 500, `${url} ${payload}`)
      t.match(JSON.parse(body), { error: { type, message }, status: 1, statusCode: 500 })
      t.notOk('www-authenticate' in headers, 'an exception wipes the header')
    }
  }
})

t.test('white space inside the Base64 is skipped (facts §2.2)', async (t) => {
  const ask = await asker(t, basicGuard(), { profile: 'server' })
  const payload = Buffer.from('owner@example.com:owner-password').toString('base64')
  const spaced = `${payload.slice(0, 10)} ${payload.slice(10)}`

  t.equal((await ask({ headers: { authorization: `Basic ${spaced}` } })).status, 200)
  t.equal((await ask({ headers: { authorization: `Basic  ${payload}` } })).status, 200)
})

t.test('what has been hashed once is remembered', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, basicGuard(), { portal })
  const signIn = (login: string) => countingHashes(() => ask(basic(login)))

  t.equal(await signIn('owner@example.com:owner-password'), 2, 'the salt and the password')
  t.equal(await signIn('owner@example.com:owner-password'), 0, 'the second time nothing')
  t.equal(await signIn('owner@example.com:wrong'), 1, 'a wrong one once')
  t.equal(await signIn('owner@example.com:wrong'), 0)
  t.equal(await signIn('admin@example.com:wrong'), 1, 'the seeded password of another')
  t.equal(await signIn('admin@example.com:admin-password'), 0)
  t.equal(await signIn('nobody@example.com:unheard-of'), 0, 'for nobody nothing')
})

t.test('equal sign-ins at the same time are hashed once', async (t) => {
  const ask = await asker(t, basicGuard())
  const login = basic('owner@example.com:owner-password')
  let statuses: number[] = []
  const hashes = await countingHashes(async () => {
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(login)))
    statuses = asked.map(({ status }) => status)
  })

  t.equal(hashes, 2)
  t.strictSame(statuses, Array(20).fill(200))
})

t.test('portals don’t share what they remember', async (t) => {
  const guard = basicGuard()
  const login = basic('owner@example.com:owner-password')
  const first = await asker(t, guard)
  const second = await asker(t, guard)
  await first(login)

  t.equal(await countingHashes(() => first(login)), 0)
  t.equal(await countingHashes(() => second(login)), 2)
})

t.test('hashing holds up nobody else', async (t) => {
  const { app } = await testServer(t, { guards: [basicGuard()] })
  const answered: string[] = []
  const ask = async (name: string, headers: Record<string, string>) => {
    await app.inject({ url: '/api/2.0/portal/userscount', headers })
    answered.push(name)
  }
  await ask('warming up', {})
  await Promise.all([
    ask('Basic', basic('owner@example.com:owner-password').headers),
    ask('nobody', {}),
    ask('another nobody', {}),
  ])

  t.strictSame(answered, ['warming up', 'nobody', 'another nobody', 'Basic'])
})

t.test('has nothing to say of other credentials', async (t) => {
  const ask = await asker(t, basicGuard())

  t.equal((await ask({})).verdicts, null)
  t.equal((await ask({ headers: { authorization: 'Bearer x' } })).verdicts, null)
})
