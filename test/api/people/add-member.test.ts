import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { mintInvitationLink } from '../../../src/auth/mint.ts'
import type { UserInfo } from '../../../src/domain/user.ts'
import { defaultFixture } from '../../../src/start.ts'
import type { PortalSlot } from '../../../src/store/portal-slot.ts'
import { apiKey, asKey, NOW, people, testPortal, testServer } from '../../helper.ts'

const MIKE = { email: 'mike@x.com', firstName: 'Mike', lastName: 'Z', password: 'mike-password', cultureName: 'en-US' }
const WEEK = 7 * 24 * 60 * 60 * 1000

function add(body: object, headers: Record<string, string> = {}): InjectOptions {
  return { method: 'POST', url: '/api/2.0/people', payload: body, headers }
}

const as = (digit: string) => ({ authorization: `Bearer ${apiKey(digit)}` })

/** The query of the page that an invitation leads to. */
async function follow(app: FastifyInstance, link: string): Promise<URLSearchParams> {
  const { location } = (await app.inject(new URL(link).pathname)).headers
  return new URL(String(location)).searchParams
}

/** An invitation of the one kind, and of the other. */
const invitations: Record<string, (app: FastifyInstance, digit: string, type: number) => Promise<string>> = {
  'users/invite': async (app, digit, type) => (await app.inject(asKey(digit, `users/invite/${type}`))).json().response,
  'users/invitationlink': async (app, digit, type) => {
    const request = {
      ...asKey(digit, 'users/invitationlink'),
      method: 'POST' as const,
      payload: { employeeType: type },
    }
    return (await app.inject(request)).json().response.url
  },
}

for (const [kind, invite] of Object.entries(invitations)) {
  t.test(`the whole story, by ${kind}: invited, joined, counted, signed in`, async (t) => {
    const { app, portal } = await testServer(t)
    const query = await follow(app, await invite(app, '1', 4))
    const body = { ...MIKE, fromInviteLink: true, key: query.get('key'), type: 4 }
    const answer = await app.inject(add(body, { confirm: `?${query}` }))
    t.equal(answer.statusCode, 200, answer.body)
    t.equal(answer.headers['set-cookie'], undefined)
    const { response } = answer.json()
    const base = ['id', 'displayName', 'avatar', 'avatarOriginal', 'avatarMax', 'avatarMedium', 'avatarSmall']
    base.push('profileUrl', 'hasAvatar', 'isAnonim')
    const own = 'firstName lastName userName email status activationStatus department isAdmin isRoomAdmin isLDAP'
    const more =
      'isOwner isVisitor isCollaborator cultureName mobilePhoneActivationStatus isSSO usedSpace createdBy registrationDate'
    t.strictSame(Object.keys(response), [...`${own} ${more}`.split(' '), ...base])
    t.match(response, {
      userName: 'mike',
      status: 1,
      activationStatus: 0,
      isCollaborator: true,
      registrationDate: '2026-06-30T10:00:00.0000000Z',
      createdBy: { id: people.owner },
    })
    t.equal((await app.inject(asKey('1', 'userscount'))).json().response, 7)
    const login = { userName: MIKE.email, password: MIKE.password }
    const signedIn = await app.inject({ method: 'POST', url: '/api/2.0/authentication', payload: login })
    const { token } = signedIn.json().response
    const self = await app.inject({ url: '/api/2.0/people/@self', headers: { authorization: token } })
    t.match(self.json().response, { id: response.id, email: MIKE.email })
    const seen = await app.inject(asKey('1', `users/${response.id}`))
    t.match(seen.json().response, { createdBy: people.owner, workFromDate: '2026-06-30T10:00:00Z', isActive: false })
    const links = portal.store.invitationLinks.findByType(4)
    t.equal(links?.currentUseCount, kind === 'users/invite' ? undefined : 1, 'the use is counted')
  })
}

t.test('a second of the name gets a number', async (t) => {
  const { app } = await testServer(t)
  const names: string[] = []
  for (const email of ['mike@a.com', 'mike@b.com', 'mike@c.com']) {
    const answer = await app.inject(add({ ...MIKE, email, type: 4 }, as('1')))
    names.push(answer.json().response.userName)
  }
  t.strictSame(names, ['mike', 'mike1', 'mike2'])
})

t.test('a guest of a room admin is seen by that room admin', async (t) => {
  const { app } = await testServer(t)
  const query = await follow(app, await (invitations['users/invite'] as never as Invite)(app, '3', 2))
  const body = { ...MIKE, fromInviteLink: true, key: query.get('key'), type: 'Guest' }
  const { id } = (await app.inject(add(body, { confirm: String(query) }))).json().response
  t.equal((await app.inject(asKey('3', `users/${id}`))).statusCode, 200)
})

type Invite = (app: FastifyInstance, digit: string, type: number) => Promise<string>

/** Headers that are no good, made from a good one: all are a 401 without a body, beside a good credential too. */
const forged: [what: string, change: (query: URLSearchParams) => void][] = [
  ['another role', (query) => query.set('emplType', '1')],
  ['no role', (query) => query.delete('emplType')],
  ['half a number', (query) => query.set('emplType', '4a')],
  ['a name in other letter case', (query) => query.set('emplType', 'user')],
  ['another inviter', (query) => query.set('uid', people.admin)],
  ['nobody', (query) => query.delete('uid')],
  ['no key', (query) => query.delete('key')],
  ['another key', (query) => query.set('key', `${query.get('key')}A`)],
  ['a key twice', (query) => query.append('key', String(query.get('key')))],
  ['to administrators, not by the owner', (query) => query.set('emplType', '3')],
]

t.test('a forged link lets nobody in', async (t) => {
  const { app, portal } = await testServer(t)
  for (const invite of Object.values(invitations)) {
    const query = await follow(app, await invite(app, '1', 4))
    for (const [what, change] of forged) {
      const changed = new URLSearchParams(query)
      change(changed)
      for (const headers of [{}, as('1')]) {
        const body = { ...MIKE, fromInviteLink: true, key: query.get('key'), type: 4 }
        const answer = await app.inject(add(body, { ...headers, confirm: String(changed) }))
        t.equal(answer.statusCode, 401, what)
        t.equal(answer.body, '')
      }
    }
  }
  t.equal(portal.store.users.count(), 6)
})

const explained = { 'x-docspace-mock-explain': '1' }

/** What is wrong with a join by a link of the owner's to the role User, and the reason that it is refused for. */
interface WrongJoin {
  what: string
  /** Changes the query of the link, as the header has it; `null`: there is none. */
  confirm?: ((query: URLSearchParams) => string) | null
  body?: Record<string, unknown>
  status: number
  reason: string | RegExp
  /** Where only one kind of link is told so exactly. */
  kind?: 'users/invite' | 'users/invitationlink'
}

const changing = (name: string, value: string | null) => (query: URLSearchParams) => {
  const changed = new URLSearchParams(query)
  if (value === null) changed.delete(name)
  else changed.set(name, value)
  return String(changed)
}

const wrongJoins: WrongJoin[] = [
  {
    what: 'another type',
    body: { type: 1 },
    status: 403,
    reason: 'the link is for the role User, and the role given is RoomAdmin',
  },
  {
    what: 'no type',
    body: { type: undefined },
    status: 403,
    reason: 'the link is for the role User, and no role is given',
  },
  {
    what: 'another key',
    body: { key: 'x.y' },
    status: 403,
    reason:
      /^the key in the body is not that of the confirm header: the link was not issued by owner@example.com for this purpose, or was altered$/,
  },
  {
    what: 'no key',
    body: { key: undefined },
    status: 400,
    reason: 'key is missing: fromInviteLink takes the key of the link',
  },
  {
    what: 'a key of another name',
    body: { key: undefined, inviteKey: 'x' },
    status: 400,
    reason: /^key is missing; the body has inviteKey, which is not read: /,
  },
  { what: 'no header', confirm: null, status: 401, reason: /^neither a credential nor the header confirm/ },
  {
    what: 'the link itself',
    confirm: (query) => `http://localhost/confirm/LinkInvite?${query}`,
    status: 401,
    reason: /^confirm takes the query of the link/,
  },
  {
    what: 'a short link',
    confirm: () => 'http://localhost/s/abcdefghijklmno',
    status: 401,
    reason: /^confirm takes the query of the link/,
  },
  {
    what: 'another type of link',
    confirm: changing('type', 'EmailActivation'),
    status: 401,
    reason: 'the confirm header is of the type EmailActivation, and joining takes LinkInvite',
  },
  {
    what: 'no type of link',
    confirm: changing('type', null),
    status: 401,
    reason: 'the confirm header has no type=LinkInvite',
  },
  {
    what: 'another role in the header',
    confirm: changing('emplType', '1'),
    status: 401,
    reason: 'the confirm header: the link is for the role User, and the role given is RoomAdmin',
  },
  {
    what: 'no role in the header',
    confirm: changing('emplType', null),
    status: 401,
    reason: 'the confirm header: the link is for the role User, and no role is given',
  },
  {
    what: 'a role in lower case',
    confirm: changing('emplType', 'user'),
    status: 401,
    reason: 'the confirm header: emplType is user, which is no role by its exact name',
  },
  {
    what: 'no inviter',
    confirm: changing('uid', null),
    status: 401,
    reason: "the confirm header has no uid: the inviter's id",
  },
  {
    what: 'an inviter who is no id',
    confirm: changing('uid', 'owner'),
    status: 401,
    reason: "the confirm header has no uid that is a GUID: the inviter's id",
  },
  {
    what: 'no key in the header',
    confirm: changing('key', null),
    status: 401,
    reason: 'the confirm header: there is no key',
  },
  {
    what: 'another inviter',
    confirm: changing('uid', people.admin),
    status: 401,
    reason: 'the confirm header: the link is by owner@example.com, not by admin@example.com',
    kind: 'users/invitationlink',
  },
  {
    what: 'another inviter of a hash',
    confirm: changing('uid', people.admin),
    status: 401,
    reason: /^the confirm header: the link was not issued by admin@example.com for this purpose, or was altered$/,
    kind: 'users/invite',
  },
]

for (const [kind, invite] of Object.entries(invitations)) {
  t.test(`the explanation and the journal say what is wrong with a join by ${kind}`, async (t) => {
    for (const { what, confirm = String, body = {}, status, reason, kind: only } of wrongJoins) {
      if (only !== undefined && only !== kind) continue
      const { app } = await testServer(t)
      const query = await follow(app, await invite(app, '1', 4))
      const headers = { ...explained, ...(confirm !== null && { confirm: confirm(query) }) }
      const request = add({ ...MIKE, fromInviteLink: true, key: query.get('key'), type: 4, ...body }, headers)
      const answer = await app.inject(request)
      t.equal(answer.statusCode, status, what)
      const [entry] = (await app.inject('/__mock/journal?limit=1')).json().entries
      t.match(entry.refusal, reason, what)
      t.ok(String(answer.headers['x-docspace-mock-explain']).includes(`refused: ${entry.refusal.slice(0, 40)}`), what)
    }
  })
}

t.test('a link that has ended says how', async (t) => {
  let now = NOW
  const portal = testPortal(t, { clock: { now: () => now } })
  const other = testPortal(t, { fixture: { ...defaultFixture, alias: 'other', tenantId: 2 } })
  const { app } = await testServer(t, { portal, portals: [portal, other] })
  const join = async (query: URLSearchParams) => {
    const body = { ...MIKE, fromInviteLink: true, key: query.get('key'), type: 4 }
    const answer = await app.inject(add(body, { ...explained, confirm: String(query) }))
    return `${answer.statusCode} ${String(answer.headers['x-docspace-mock-explain']).replace(/.*refused: the confirm header: /, '')}`
  }
  const weekly = await follow(app, await (invitations['users/invite'] as Invite)(app, '1', 4))
  const kept = await follow(app, await (invitations['users/invitationlink'] as Invite)(app, '1', 4))
  const { invitationLinks: links, users } = portal.store
  const id = String(links.findByType(4)?.id)
  now += WEEK + 1
  t.equal(await join(weekly), '401 the link expired at 2026-07-07T10:00:00.000Z')
  links.update({ id, expiresAt: now - 1, maxUseCount: null })
  t.equal(await join(kept), `401 the link expired at ${new Date(now - 1).toISOString()}`)
  links.update({ id, expiresAt: null, maxUseCount: 1 })
  links.use(id)
  t.equal(await join(kept), '401 the link is used up: 1 of 1 have joined by it')
  links.remove(id)
  t.equal(await join(kept), '401 the link was deleted')
  now = NOW
  const elsewhere = new URLSearchParams(mintQuery(other))
  t.equal(await join(elsewhere), '401 the link is of the portal other')
  const byAdmin = new URLSearchParams(mintQuery(portal, people.admin, 3))
  t.match(
    await join(byAdmin),
    "401 only the owner's links are for a DocSpaceAdmin, and the inviter is admin@example.com",
  )
  users.remove(people.owner)
  const gone = await app.inject(add({ ...MIKE, type: 4 }, { ...explained, confirm: String(weekly) }))
  t.match(gone.headers['x-docspace-mock-explain'], 'refused: the inviter was removed')
})

function mintQuery(portal: PortalSlot, inviterId: string = people.owner, employeeType = 4): string {
  return mintInvitationLink(portal, { inviterId, employeeType, root: 'http://localhost' }).replace(/^.*\?/, '')
}

t.test('the header is read as the server reads it', async (t) => {
  const { app } = await testServer(t)
  const query = await follow(app, await (invitations['users/invite'] as Invite)(app, '1', 4))
  const [key, uid] = [query.get('key'), query.get('uid')]
  const headers = [
    `type=LinkInvite&key=${key}&uid=${uid}&emplType=User`,
    `?TYPE=LinkInvite&KEY=${key}&UID=%7B${uid}%7D&EMPLTYPE=4`,
    `a&b=c&type=LinkInvite&key=${key}&uid=${uid?.toUpperCase()}&emplType=04`,
  ]
  for (const [i, confirm] of headers.entries()) {
    const body = { ...MIKE, email: `m${i}@x.com`, fromInviteLink: true, key, type: 4 }
    t.equal((await app.inject(add(body, { confirm }))).statusCode, 200, confirm)
  }
  const cookie = `asc_confirm_key_LinkInvite=${key}`
  const body = { ...MIKE, fromInviteLink: true, key, type: 4 }
  const byCookie = add(body, { confirm: `type=LinkInvite&uid=${uid}&emplType=4`, cookie })
  t.equal((await app.inject(byCookie)).statusCode, 200, 'the key in a cookie')
  const other = await app.inject(add({ ...body, email: 'n@x.com' }, { confirm: 'type=Auth&key=x' }))
  t.equal(other.statusCode, 401, 'another type is none, and nobody is signed in')
})

t.test('links end: after a week, after their time, after their uses, with their inviter', async (t) => {
  let now = NOW
  const portal = testPortal(t, { clock: { now: () => now } })
  const { app } = await testServer(t, { portal })
  const { links } = { links: portal.store.invitationLinks }
  const join = async (query: URLSearchParams, email: string) => {
    const body = { ...MIKE, email, fromInviteLink: true, key: query.get('key'), type: 4 }
    return app.inject(add(body, { confirm: String(query) }))
  }
  const weekly = await follow(app, await (invitations['users/invite'] as Invite)(app, '1', 4))
  const kept = await follow(app, await (invitations['users/invitationlink'] as Invite)(app, '2', 4))
  const id = String(links.findByType(4)?.id)
  now += WEEK
  t.equal((await join(weekly, 'a@x.com')).statusCode, 200)
  now += 1
  t.equal((await join(weekly, 'b@x.com')).statusCode, 401)
  links.update({ id, expiresAt: null, maxUseCount: 1 })
  t.equal((await join(kept, 'b@x.com')).statusCode, 200)
  t.equal((await join(kept, 'c@x.com')).statusCode, 401, 'used up')
  links.update({ id, expiresAt: now - 1, maxUseCount: null })
  t.equal((await join(kept, 'c@x.com')).statusCode, 401, 'expired')
  links.update({ id, expiresAt: null, maxUseCount: null })
  const { info, type } = portal.store.users.find(people.admin) ?? {}
  const admin: UserInfo = JSON.parse(String(info))
  portal.store.users.update({ ...admin, type: Number(type), status: 2 } as never)
  const gone = await join(kept, 'c@x.com')
  t.equal(gone.statusCode, 401)
  t.match(gone.json().error, { message: 'account', type: null })
  links.remove(id)
  t.equal((await join(kept, 'c@x.com')).body, '')
})

const ARGUMENT = 'System.ArgumentException'
const SECURITY = 'System.Security.SecurityException'
const AUTHORIZING = 'ASC.Common.Security.Authorizing.AuthorizingException'
const PASSWORD = 'Password must contain from 8 to 30 characters, only latin letters, no spaces'

/** Bodies that are refused, by whom they are sent (facts, people.md A). */
const refused: [what: string, body: object, digit: string, status: number, message: string, type: string | null][] = [
  ['a guest without a link', { ...MIKE, type: 2 }, '1', 403, 'Access denied', SECURITY],
  ['an admin, not by the owner', { ...MIKE, type: 3 }, '2', 403, 'Access denied', AUTHORIZING],
  ['a room admin by a room admin', { ...MIKE, type: 1 }, '3', 403, 'Access denied', AUTHORIZING],
  ['anybody by a user', { ...MIKE, type: 4 }, '4', 403, 'Access denied', AUTHORIZING],
  [
    'a link without a header',
    { ...MIKE, type: 4, fromInviteLink: true, key: 'a.b' },
    '1',
    403,
    'Access denied',
    SECURITY,
  ],
  [
    'a link without a key',
    { ...MIKE, type: 4, fromInviteLink: true },
    '1',
    400,
    "Value cannot be null. (Parameter 'key')",
    'System.ArgumentNullException',
  ],
  ['a short password', { ...MIKE, type: 4, password: 'short12' }, '1', 400, PASSWORD, ARGUMENT],
  ['a password with a blank', { ...MIKE, type: 4, password: 'long password' }, '1', 400, PASSWORD, ARGUMENT],
  ['a password of 31 characters', { ...MIKE, type: 4, password: 'a'.repeat(31) }, '1', 400, PASSWORD, ARGUMENT],
  [
    'no e-mail',
    { ...MIKE, type: 4, email: null },
    '1',
    400,
    "Value cannot be null. (Parameter 'address')",
    'System.ArgumentNullException',
  ],
  [
    'a blank in the e-mail',
    { ...MIKE, type: 4, email: 'x@y z' },
    '1',
    500,
    'The specified string is not in the form required for an e-mail address.',
    'System.FormatException',
  ],
  [
    'no first name',
    { ...MIKE, type: 4, firstName: null },
    '1',
    400,
    "Value cannot be null. (Parameter 'input')",
    'System.ArgumentNullException',
  ],
  ['digits in a name', { ...MIKE, type: 4, firstName: 'M1ke' }, '1', 400, 'Incorrect firstname or lastname', ARGUMENT],
  ['an empty name', { ...MIKE, type: 4, firstName: '' }, '1', 400, 'Incorrect firstname or lastname', ARGUMENT],
  [
    'a taken e-mail',
    { ...MIKE, type: 4, email: 'OWNER@example.com' },
    '1',
    400,
    'User with this email is already registered',
    ARGUMENT,
  ],
]

/** Why some of them are refused: what the explanation says. */
const reasons: Record<string, string> = {
  'a guest without a link': 'owner@example.com (Owner) may add a Guest by an invitation link only',
  'an admin, not by the owner':
    'admin@example.com (DocSpaceAdmin) may not invite to the role DocSpaceAdmin: only the owner may',
  'a room admin by a room admin':
    'room-admin@example.com (RoomAdmin) may not invite to the role RoomAdmin: the owner and DocSpaceAdmins may',
  'anybody by a user': 'winfield.wyman@example.com (User) may not invite to the role User',
  'a link without a header': 'fromInviteLink takes the header confirm, with the query of the link',
  'a short password': 'the password has 7 characters',
  'no e-mail': 'email is missing',
  'no first name': 'firstName is missing',
  'a taken e-mail': 'another user has the e-mail OWNER@example.com',
}

t.test('what is refused', async (t) => {
  const { app, portal } = await testServer(t)
  for (const [what, body, digit, status, message, type] of refused) {
    const answer = await app.inject(add(body, { ...as(digit), ...explained }))
    t.equal(answer.statusCode, status, what)
    t.match(answer.json().error, { message, type }, what)
    t.match(answer.headers['x-docspace-mock-explain'], `refused: ${reasons[what] ?? ''}`, what)
  }
  portal.changeSettings({ allowInvitingMembers: false })
  t.equal((await app.inject(add({ ...MIKE, type: 4 }, as('1')))).statusCode, 403)
  t.equal(portal.store.users.count(), 6, 'nobody was added')
  t.equal((await app.inject(add(MIKE))).statusCode, 401)
})

/** Bodies that don't fit. */
const invalid: [body: object, errors: object][] = [
  [{ email: 'x' }, { Email: ['The Email field is not a valid e-mail address.'] }],
  [{ email: 'a@b@c' }, { Email: ['The Email field is not a valid e-mail address.'] }],
  [
    { email: 'a@b.c', firstName: 'a'.repeat(256), lastName: 'b'.repeat(256) },
    {
      FirstName: ['The field FirstName must be a string with a maximum length of 255.'],
      LastName: ['The field LastName must be a string with a maximum length of 255.'],
    },
  ],
]

t.test('bodies that do not fit', async (t) => {
  const { app } = await testServer(t)
  for (const [body, errors] of invalid) {
    const answer = await app.inject(add(body, as('1')))
    t.equal(answer.statusCode, 400)
    t.strictSame(answer.json().response.errors, errors)
  }
})

t.test('any scope will do, in both profiles', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    const answer = await app.inject(add({ ...MIKE, type: 1, lastName: null }, as('b')))
    t.equal(answer.statusCode, 200, profile)
    t.match(answer.json().response, { isRoomAdmin: true, lastName: '', activationStatus: 2 })
  }
})

t.test('no role, and combinations of roles, are a room admin', async (t) => {
  const { app } = await testServer(t)
  for (const [i, type] of [undefined, 0, 5, '6', 7].entries()) {
    const answer = await app.inject(
      add({ ...MIKE, email: `mike${i}@x.com`, ...(type !== undefined && { type }) }, as('1')),
    )
    t.match(answer.json().response, { isRoomAdmin: true }, String(type))
  }
})
