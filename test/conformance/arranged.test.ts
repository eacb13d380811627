import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { operations } from '../../src/conformance/case.ts'
import { createConfirmationKey } from '../../src/domain/confirmation-key.ts'
import { EMPTY_GUID } from '../../src/domain/guid.ts'
import { EmployeeActivationStatus, EmployeeStatus, type User } from '../../src/domain/user.ts'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import { type IdentityService, portalIdentityService } from '../../src/oauth2/identity-service.ts'
import { defaultFixture } from '../../src/start.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

/** Rows of facts §9 that want more than one request, or something broken. Each test's name begins with its row. */
const arranged = ['A13', 'A33', 'A52', 'B21', 'B24', 'C5', 'C7', 'C8', 'D14', 'E9', 'F28']

const ROOT = 'http://docs.example.com'

const joined: User = {
  id: '10101010-1010-4010-8010-101010101010',
  type: 2,
  firstName: 'New',
  lastName: 'Guest',
  userName: 'new.guest',
  status: EmployeeStatus.Active,
  activationStatus: EmployeeActivationStatus.NotActivated,
  email: 'new.guest@example.com',
  lastModified: '2026-06-30T10:00:00Z',
  createDate: '2026-06-30T10:00:00Z',
}

for (const profile of ['documented', 'server'] as const) {
  t.test(`the ${profile} profile`, async (t) => {
    t.test('A13: a token after its sign-in was ended', async (t) => {
      const { app, portal } = await testServer(t, { profile })
      const loginEventId = portal.store.loginEvents.insert(people.owner, portal.clock.now())
      const authorization = mintSessionToken(portal, people.owner, { loginEventId })
      const count = () => app.inject({ url: '/api/2.0/portal/userscount', headers: { authorization } })
      t.equal((await count()).statusCode, 200)
      portal.store.loginEvents.end(loginEventId)
      const ended = await count()
      t.equal(ended.statusCode, 401)
      t.equal(ended.body, '')
    })

    t.test('A13: tokens after all sessions of somebody were ended', async (t) => {
      const { app, portal } = await testServer(t, { profile })
      const authorization = mintSessionToken(portal, people.owner)
      portal.store.users.endSessions(people.owner)
      const ended = await app.inject({ url: '/api/2.0/portal/userscount', headers: { authorization } })
      t.equal(ended.statusCode, 401)
    })

    t.test('A33: the identity service is down', async (t) => {
      const identityService: IdentityService = {
        publicKey: () => Promise.reject(new Error('connect ECONNREFUSED')),
        introspect: () => Promise.resolve(true),
      }
      const { app, portal } = await testServer(t, { profile, identityService })
      const answer = await countWithAccessToken(app, portal)
      t.equal(answer.statusCode, 403)
      const { stack, ...error } = answer.json().error
      t.same(error, {
        message:
          "IDX20803: Unable to obtain configuration from: 'http://docs.example.com/oauth2/.well-known/openid-configuration'.",
        type: 'System.InvalidOperationException',
        hresult: -2146233079,
      })
      t.match(stack, /^ {3}at /)
      t.equal(answer.headers['api-supported-versions'], undefined)
    })

    t.test('A33: introspection fails, or says no', async (t) => {
      for (const introspect of [() => Promise.reject(new Error('502')), () => Promise.resolve(false)]) {
        const { app, portal } = await testServer(t, {
          profile,
          identityService: { ...portalIdentityService, introspect },
        })
        const answer = await countWithAccessToken(app, portal)
        t.equal(answer.statusCode, 401)
        t.equal(answer.body, '')
      }
    })

    t.test('A52: more requests than are allowed', async (t) => {
      const rateLimits = { perMinute: 2, concurrentReads: 50, concurrentWrites: 15, writesPerDay: 1 }
      const { app } = await testServer(t, { profile, rateLimits })
      const answers = []
      for (let i = 0; i < 3; i++) answers.push(await app.inject(asKey('1', 'userscount')))
      t.same(
        answers.map(({ statusCode }) => statusCode),
        [200, 200, 429],
      )
      t.equal(answers[2]?.body, '')
      t.match(answers[2]?.headers, { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0' })
    })

    t.test('B21, B24: two calls give two short links, which lead to long ones', async (t) => {
      const { app } = await testServer(t, { profile, portal: testPortal(t, { clock: tickingClock() }) })
      const links: string[] = []
      for (let i = 0; i < 2; i++) links.push((await app.inject(asKey('1', 'users/invite/4'))).json().response)
      t.not(links[0], links[1])
      for (const link of links) {
        const redirect = await app.inject(new URL(link).pathname)
        t.equal(redirect.statusCode, 302)
        t.match(redirect.headers.location, /^http:\/\/localhost\/confirm\/LinkInvite\?type=LinkInvite&key=/)
        const page = await app.inject(String(redirect.headers.location).replace('http://localhost', ''))
        t.equal(page.statusCode, 200)
        t.match(page.body, 'The key holds.')
      }
    })

    t.test('C5, C7, C8, D14: the count follows who joins, is terminated and removed', async (t) => {
      const owner = { id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin' } as const
      const fixture = { alias: 'fresh', owner: people.owner, users: [{ ...owner, apiKeys: [{ key: apiKey('1') }] }] }
      const { app, portal } = await testServer(t, { profile, portal: testPortal(t, { fixture }) })
      const count = async () => (await app.inject(asKey('1', 'userscount'))).json().response
      t.equal(await count(), 1, 'C5: a fresh portal')
      portal.store.users.insert(joined)
      t.equal(await count(), 2, 'C7: a guest more')
      portal.store.users.update({ ...joined, status: EmployeeStatus.Terminated })
      t.equal(await count(), 1, 'C8: one terminated')
      portal.store.users.update(joined)
      portal.store.users.remove(joined.id)
      t.equal(await count(), 1, 'one removed')
      const answer = await app.inject(asKey('1', `users/${joined.id}`))
      t.equal(answer.statusCode, 404, 'D14: the removed one is not found')
      t.equal(answer.json().error.message, 'The user could not be found')
    })

    t.test('E1: the gift message is read by whoever marked it, and by nobody else', async (t) => {
      const { app, portal } = await testServer(t, { profile })
      const { webstudioSettings } = portal.store
      t.equal(webstudioSettings.isGiftMessageRead(people.winfield), false)
      await app.inject(asKey('4', 'present/mark', 'POST'))
      await app.inject(asKey('4', 'present/mark', 'POST'))
      t.equal(webstudioSettings.isGiftMessageRead(people.winfield), true)
      t.equal(webstudioSettings.isGiftMessageRead(people.owner), false)
    })

    t.test('E9: the database fails while the flag is saved', async (t) => {
      const { app, portal } = await testServer(t, { profile, portal: portalThatCannotWrite(t, 'webstudio_settings') })
      const headers = { authorization: mintSessionToken(portal, people.owner) }
      const answer = await app.inject({ method: 'POST', url: '/api/2.0/portal/present/mark', headers })
      t.equal(answer.statusCode, 200)
      t.equal(answer.json().count, 0)
    })

    t.test('F1, F18: congratulations are recorded as mail', async (t) => {
      const { app, portal } = await testServer(t, { profile })
      for (const id of [people.owner, people.terminated]) await congratulate(app, id, mintConfirmationKey(portal, id))
      const mail = {
        at: portal.clock.now(),
        action: 'opensource_admin_activation_v1',
        subject: 'Welcome to ONLYOFFICE DocSpace!',
      }
      t.match(portal.store.outbox.list(), [
        { ...mail, userId: people.owner, email: 'owner@example.com' },
        { ...mail, userId: people.terminated, email: 'terminated@example.com' },
      ])
      t.equal(portal.store.outbox.list().length, 2)
      t.equal(portal.store.webstudioSettings.isFirstEmailConfirm(), false)
    })

    t.test('F1: other editions send other notifications', async (t) => {
      const { app, portal } = await testServer(t, { profile })
      for (const edition of ['saas', 'enterprise'] as const) {
        portal.changeSettings({ edition })
        await congratulate(app, people.owner, mintConfirmationKey(portal, people.owner))
        t.equal(portal.store.outbox.list().at(-1)?.action, `${edition}_admin_activation_v1`)
      }
    })

    t.test('F13: nobody gets no mail, and leaves the flag of an unconfirmed e-mail', async (t) => {
      const { app, portal } = await testServer(t, { profile })
      const key = createConfirmationKey(`${EMPTY_GUID}Auth`, portal, portal.clock.now())
      const answer = await app.inject({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?key=${key}` })
      t.equal(answer.statusCode, 200)
      t.same(portal.store.outbox.list(), [])
      t.equal(portal.store.webstudioSettings.isFirstEmailConfirm(), true)
    })

    t.test('F28: the mail cannot be sent', async (t) => {
      const { app, portal } = await testServer(t, { profile, portal: portalThatCannotWrite(t, 'outbox') })
      const answer = await congratulate(app, people.owner, mintConfirmationKey(portal, people.owner))
      t.equal(answer.statusCode, 200)
    })
  })
}

t.test('every row of facts §9 is a test', async (t) => {
  const ids = operations.flatMap(({ cases }) => cases).map(({ id }) => id.split(' ')[0])
  const held = new Set([...ids, ...arranged])
  t.same(
    rows.filter((row) => !held.has(row)),
    [],
  )
})

const rows = [
  'A1 A2 A3 A4 A6 A8 A10 A11 A12 A13 A14 A15 A16 A18 A19 A20 A21 A22 A23 A24 A26 A28 A29 A31 A32 A33 A34 A35 A36 A37',
  'A39 A40 A41 A43 A45 A46 A47 A48 A49 A50 A51 A52',
  'B1 B2 B3 B4 B6 B8 B9 B10 B11 B12 B13 B15 B16 B17 B19 B20 B21 B23 B24 B25 B26',
  'C1 C2 C3 C4 C5 C7 C8 C10',
  'D1 D2 D3 D4 D5 D6 D8 D9 D11 D12 D14 D15 D16 D17 D19 D22 D23 D24 D26 D27 D29 D30 D32',
  'E1 E2 E3 E5 E7 E9',
  'F1 F3 F5 F8 F9 F10 F11 F13 F14 F16 F18 F19 F22 F24 F25 F27 F28',
].flatMap((line) => line.split(' '))

async function countWithAccessToken(app: FastifyInstance, portal: PortalSlot) {
  const token = await mintAccessToken(portal, { userId: people.owner, root: ROOT, scopes: ['*:read'] })
  const headers = { host: 'docs.example.com', authorization: `Bearer ${token}` }
  return app.inject({ url: '/api/2.0/portal/userscount', headers })
}

async function congratulate(app: FastifyInstance, userId: string, key: string) {
  return app.inject({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?userid=${userId}&key=${key}` })
}

/** A portal whose database refuses every row of one table. */
function portalThatCannotWrite(t: Test, table: string): PortalSlot {
  const dataDirectory = t.testdir()
  openPortal({ fixture: defaultFixture, dataDirectory }).close()
  const database = new BetterSqlite(join(dataDirectory, 'localhost.sqlite'))
  database.exec(`CREATE TRIGGER broken BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`)
  database.close()
  return testPortal(t, { dataDirectory })
}

/** A clock that is a millisecond later whenever it is asked. */
function tickingClock() {
  let now = Date.UTC(2026, 5, 30)
  return { now: () => now++ }
}
