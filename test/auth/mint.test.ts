import t from 'tap'
import { mintApiKey, mintConfirmationKey, mintInvitationLink, mintSessionToken } from '../../src/auth/mint.ts'
import { checkConfirmationKey } from '../../src/domain/confirmation-key.ts'
import { EmployeeType } from '../../src/domain/employee-type.ts'
import { checkInvitationKey } from '../../src/domain/invitation-link.ts'
import { readSessionToken } from '../../src/domain/session-token.ts'
import { apiKey, NOW, people, testPortal } from '../helper.ts'

t.test('a session token is what a sign-in gives: good for a year', async (t) => {
  const portal = testPortal(t)
  portal.store.users.endSessions(people.guest)

  t.strictSame(readSessionToken(mintSessionToken(portal, people.guest), portal.machineKey), {
    tenantId: 1,
    userId: people.guest,
    tenantIndex: 0,
    expires: NOW + 365 * 24 * 60 * 60 * 1000,
    userIndex: 1,
    loginEventId: 0,
  })
})

t.test('it may end sooner, belong to a sign-in, and be of another portal', async (t) => {
  const portal = testPortal(t, { machineKey: 'another' })
  const token = mintSessionToken(portal, people.owner, { expiresIn: -60, loginEventId: 7 })

  t.match(readSessionToken(token, 'another'), { expires: NOW - 60_000, loginEventId: 7 })
  t.equal(readSessionToken(token, '1123askdasjklasbnd'), null)
})

t.test('nobody gets none', async (t) => {
  const portal = testPortal(t)
  portal.store.users.remove(people.winfield)
  for (const id of ['99999999-9999-4999-8999-999999999999', people.winfield]) {
    t.throws(() => mintSessionToken(portal, id), {
      name: 'TypeError',
      message: `mintSessionToken: nobody has the id ${id}`,
    })
  }
})

t.test('a confirmation key lets congratulations be sent', async (t) => {
  const portal = testPortal(t)
  const key = mintConfirmationKey(portal, people.owner)

  t.equal(checkConfirmationKey(key, `${people.owner}Auth`, portal, NOW, 0), 'ok')
  t.equal(checkConfirmationKey(key, `${people.admin}Auth`, portal, NOW, 0), 'invalid')
  t.equal(checkConfirmationKey(key, `${people.owner}Auth`, portal, NOW + 1, 0), 'expired')
})

t.test('a confirmation key holds as long as is said', async (t) => {
  const portal = testPortal(t)
  const hour = 60 * 60 * 1000
  for (const [expiresIn, verdict] of [
    [7200, 'ok'],
    [0, 'ok'],
    [-1, 'expired'],
  ] as const) {
    const key = mintConfirmationKey(portal, people.owner, { expiresIn })
    t.equal(checkConfirmationKey(key, `${people.owner}Auth`, portal, NOW, hour), verdict, `${expiresIn} s`)
  }
})

t.test('an API key is kept with its text', async (t) => {
  const portal = testPortal(t)
  const { id, key, ...made } = mintApiKey(portal, people.guest, { permissions: ['*:read'], expiresIn: 60.0004 })
  t.match(key, /^sk-[0-9a-f]{64}$/)
  t.match(made, {
    userId: people.guest,
    name: 'minted',
    postfix: key.slice(-4),
    permissions: ['*:read'],
    active: true,
    createdAt: NOW,
    expiresAt: NOW + 60_000,
    lastUsed: null,
  })
  t.match(portal.store.apiKeys.findById(id), made)
  t.ok(portal.store.apiKeys.listKnown().some((known) => known.key === key))

  const { userId } = mintApiKey(portal, people.admin, { key: apiKey('1') })
  t.equal(userId, people.admin, 'whosever it was')
  t.throws(() => mintApiKey(portal, '99999999-9999-4999-8999-999999999999'), {
    name: 'TypeError',
    message: /^mintApiKey: nobody has the id 99999999/,
  })
})

t.test('an invitation holds for seven days, or as long as is said', async (t) => {
  const portal = testPortal(t)
  const invitation = { inviterId: people.admin, employeeType: EmployeeType.RoomAdmin }
  const verdict = (now: number, expiresIn?: number) => {
    const root = 'http://localhost:8092'
    const link = mintInvitationLink(portal, { ...invitation, root, ...(expiresIn !== undefined && { expiresIn }) })
    t.ok(link.startsWith(`${root}/confirm/LinkInvite?type=LinkInvite&key=`))
    const key = new URL(link).searchParams.get('key') ?? ''
    return checkInvitationKey(key, { ...invitation, alias: portal.alias }, portal, now)
  }
  const week = 7 * 24 * 60 * 60 * 1000
  t.strictSame([verdict(NOW + week), verdict(NOW + week + 1)], ['ok', 'expired'])
  t.strictSame([verdict(NOW, 1), verdict(NOW + 1001, 1), verdict(NOW, -1)], ['ok', 'expired', 'expired'])
})
