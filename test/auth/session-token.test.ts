import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import t, { type Test } from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { sessionTokenGuard } from '../../src/auth/session-token.ts'
import { createSessionToken, SESSION_LIFETIME, type SessionToken } from '../../src/domain/session-token.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { NOW, people, testPortal } from '../helper.ts'
import { asker, inWords } from './ask.ts'

const OWNER_IN = `${people.owner} *:write`

const OWNERS: SessionToken = {
  tenantId: 1,
  userId: people.owner,
  tenantIndex: 0,
  expires: NOW + 1000,
  userIndex: 0,
  loginEventId: 0,
}

const BEFORE =
  'signed in before the portal was reset, restored or recreated, ' +
  'or newer sign-ins have evicted this one; sign in again'

/** A token of the owner that is right but for what is said. */
function tokenOf(portal: PortalSlot, change: Partial<SessionToken> = {}): string {
  return createSessionToken({ ...OWNERS, ...change }, portal.machineKey)
}

async function open(t: Test) {
  const portal = testPortal(t)
  const ask = await asker(t, sessionTokenGuard(), { portal })
  const judge = async (token: string) => {
    const { verdicts } = await ask({ headers: { authorization: token } })
    return inWords(verdicts?.[0])
  }
  return { portal, ask, judge }
}

t.test('accepts a token that holds', async (t) => {
  const { portal, judge } = await open(t)

  t.equal(await judge(tokenOf(portal)), OWNER_IN)
  t.equal(await judge(tokenOf(portal, { expires: NOW })), OWNER_IN, 'to its last moment')
  t.equal(await judge(tokenOf(portal, { expires: null })), OWNER_IN)
  t.equal(await judge(mintSessionToken(portal, people.guest)), `${people.guest} *:write`)
  const loginEventId = portal.store.loginEvents.insert(people.owner, NOW)
  t.equal(await judge(tokenOf(portal, { loginEventId, expires: NOW + SESSION_LIFETIME })), OWNER_IN)
})

t.test('refuses one that doesn’t, and says why (facts §2.1)', async (t) => {
  const { portal, judge } = await open(t)
  const expires = NOW + SESSION_LIFETIME
  const { loginEvents } = portal.store
  const [signedOut, signedIn] = [people.owner, people.owner].map((id) => loginEvents.insert(id, NOW))
  loginEvents.end(signedOut ?? 0)
  portal.store.users.remove(people.winfield)
  const nobody = '99999999-9999-4999-8999-999999999999'
  const cases: [token: string, reason: string][] = [
    ['garbage', "no session token, or not one of this portal's machine key; sign in again"],
    [createSessionToken(OWNERS, 'another'), "no session token, or not one of this portal's machine key; sign in again"],
    [tokenOf(portal, { tenantId: 2 }), 'of another portal: its tenant is 2, this one is 1'],
    [tokenOf(portal, { expires: NOW - 1 }), `expired at ${new Date(NOW - 1).toISOString()}, of owner@example.com`],
    [tokenOf(portal, { userId: nobody }), `of ${nobody}, who doesn't exist`],
    [tokenOf(portal, { userId: people.winfield }), `of ${people.winfield}, who doesn't exist`],
    [tokenOf(portal, { userId: people.terminated }), 'terminated@example.com is not active: the account is terminated'],
    [tokenOf(portal, { userId: people.pending }), 'pending@example.com is not active: the account is pending'],
    [tokenOf(portal, { tenantIndex: 1 }), 'the sessions of all users were ended; sign in again'],
    [tokenOf(portal, { userIndex: 1 }), 'the sessions of owner@example.com were ended; sign in again'],
    [tokenOf(portal, { expires, loginEventId: signedOut ?? 0 }), 'owner@example.com has signed out'],
    [tokenOf(portal, { expires, loginEventId: 99 }), `owner@example.com ${BEFORE}`],
    [tokenOf(portal, { expires: expires + 1, loginEventId: signedIn ?? 0 }), `owner@example.com ${BEFORE}`],
    [tokenOf(portal, { expires: null, loginEventId: signedIn ?? 0 }), `owner@example.com ${BEFORE}`],
    [tokenOf(portal, { expires, loginEventId: signedIn ?? 0, userId: people.guest }), `guest@example.com ${BEFORE}`],
  ]
  for (const [token, reason] of cases) t.equal(await judge(token), reason)
})

t.test('a token is decrypted once, good or not', async (t) => {
  const { portal, judge } = await open(t)
  const { createDecipheriv } = crypto
  let decrypted = 0
  crypto.createDecipheriv = ((...given: Parameters<typeof createDecipheriv>) => {
    decrypted++
    return createDecipheriv(...given)
  }) as typeof createDecipheriv
  syncBuiltinESMExports()
  t.teardown(() => {
    crypto.createDecipheriv = createDecipheriv
    syncBuiltinESMExports()
  })
  const other = createSessionToken(OWNERS, 'another')
  for (let i = 0; i < 3; i++) {
    t.equal(await judge(tokenOf(portal)), OWNER_IN)
    t.match(await judge(other), /^no session token/)
  }

  t.equal(decrypted, 2)
})

t.test('remembering a token doesn’t make it hold longer', async (t) => {
  let now = NOW
  const portal = testPortal(t, { clock: { now: () => now } })
  const ask = await asker(t, sessionTokenGuard(), { portal })
  const judge = async (token: string) => inWords((await ask({ headers: { authorization: token } })).verdicts?.[0])
  const loginEventId = portal.store.loginEvents.insert(people.owner, NOW)
  const [expiring, ending, signing] = [
    tokenOf(portal, {}),
    tokenOf(portal, { userId: people.guest, expires: null }),
    tokenOf(portal, { loginEventId, expires: NOW + SESSION_LIFETIME }),
  ]
  const guest = `${people.guest} *:write`
  t.strictSame([await judge(expiring), await judge(ending), await judge(signing)], [OWNER_IN, guest, OWNER_IN])
  now += 1001
  portal.store.users.endSessions(people.guest)
  portal.store.loginEvents.end(loginEventId)

  t.match(await judge(expiring), /^expired at /)
  t.equal(await judge(ending), 'the sessions of guest@example.com were ended; sign in again')
  t.equal(await judge(signing), 'owner@example.com has signed out')
})

t.test('two portals remember each for itself', async (t) => {
  const guard = sessionTokenGuard()
  const [first, second] = [testPortal(t), testPortal(t, { machineKey: 'another' })]
  const judge = async (portal: PortalSlot, token: string) => {
    const ask = await asker(t, guard, { portal })
    return inWords((await ask({ headers: { authorization: token } })).verdicts?.[0])
  }
  const token = tokenOf(first)

  t.equal(await judge(first, token), OWNER_IN)
  t.match(await judge(second, token), /^no session token/)
  t.equal(await judge(first, token), OWNER_IN)
})

t.test('an LDAP user’s session needs a plan with LDAP (facts §2.1)', async (t) => {
  const { portal, judge } = await open(t)
  const token = mintSessionToken(portal, people.winfield)
  t.equal(await judge(token), `${people.winfield} *:write`)
  portal.changeSettings({ ldap: false })

  t.equal(await judge(token), "of the LDAP user winfield.wyman@example.com, and the portal's plan has no LDAP")
  t.equal(await judge(tokenOf(portal)), OWNER_IN, 'others’ don’t')
})

t.test('takes away the cookies that are no good, and only cookies (facts §2.1)', async (t) => {
  const { portal, ask } = await open(t)
  const session = 'asc_auth_key=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/'
  const socket = 'socketio.sid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/'
  const good = encodeURIComponent(tokenOf(portal))
  const cases: [headers: Record<string, string>, cookies: string[]][] = [
    [{ cookie: 'asc_auth_key=garbage' }, [session]],
    [{ cookie: 'asc_auth_key=garbage; socketio.sid=x' }, [session, socket]],
    [{ cookie: 'socketio.sid=x; other=y; ASC_AUTH_KEY=garbage' }, [session, socket]],
    [{ cookie: `asc_auth_key=${encodeURIComponent(tokenOf(portal, { expires: 0 }))}` }, [session]],
    [{ cookie: `asc_auth_key=${encodeURIComponent(tokenOf(portal, { userId: people.terminated }))}` }, [session]],
    [{ cookie: `asc_auth_key=${good}; socketio.sid=x` }, []],
    [{ authorization: 'garbage' }, []],
    [{ asc_auth_key: 'garbage' }, []],
  ]
  for (const url of ['/api/2.0/portal/userscount', '/unknown']) {
    for (const [headers, cookies] of cases) {
      const { headers: answered } = await ask({ url, headers })
      t.strictSame([answered['set-cookie'] ?? []].flat(), cookies, `${url} ${JSON.stringify(headers)}`)
    }
  }
})

t.test('judges each token of a request', async (t) => {
  const { portal, ask } = await open(t)
  const { verdicts, status } = await ask({
    headers: { cookie: 'asc_auth_key=garbage', authorization: tokenOf(portal) },
  })

  t.strictSame(verdicts?.map(inWords), [
    "no session token, or not one of this portal's machine key; sign in again",
    OWNER_IN,
  ])
  t.equal(status, 200)
})

t.test('has nothing to say of other credentials', async (t) => {
  const { ask } = await open(t)

  t.equal((await ask({})).verdicts, null)
  t.equal((await ask({ headers: { authorization: 'Basic YTpi' } })).verdicts, null)
})
