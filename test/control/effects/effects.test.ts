import { readFileSync } from 'node:fs'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { mintAccessToken, mintConfirmationKey, mintSessionToken } from '../../../src/index.ts'
import type { PortalSlot } from '../../../src/store/portal-slot.ts'
import { call, made } from '../../api/clients/call.ts'
import { apiKey, NOW, oauth2Clients, people, testServer } from '../../helper.ts'
import { asClient, getCode, post, redeem, running, type TokenAnswer } from '../../identity/visitor.ts'

const AT = '2026-06-30T10:00:00.000Z'
const OWNER = { userName: 'owner@example.com', password: 'owner-password' }
const client = oauth2Clients.confidential
const LINK_ID = '0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9'

/** What an operation is tried out with. */
interface Scene {
  app: FastifyInstance
  portal: PortalSlot
}

interface Effects {
  mark: { id: string; name?: string; at: string }
  at: string
  happened: Record<string, Record<string, unknown>[]>
  tables: Record<string, { added: object[]; changed: { members: string[] }[]; removed: object[]; total: object }>
}

async function mark(app: FastifyInstance): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: '/__mock/marks' })
  return answer.json().id
}

async function effectsSince(app: FastifyInstance, id: string): Promise<Effects> {
  const answer = await app.inject(`/__mock/marks/${id}/effects`)
  return answer.json()
}

const bearer = { authorization: `Bearer ${apiKey('1')}` }

function get(path: string, headers: Record<string, string> = bearer): InjectOptions {
  return { method: 'GET', url: `/api/2.0/${path}`, headers }
}

function send(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  payload?: object,
  headers: Record<string, string> = bearer,
): InjectOptions {
  return { method, url: `/api/2.0/${path}`, headers, ...(payload && { payload }) }
}

/** An owner who has a session calls without leaving anything behind. */
function asOwner({ portal }: Scene): { authorization: string } {
  return { authorization: mintSessionToken(portal, people.owner) }
}

function congratulate(userId: string, key: string): InjectOptions {
  const query = new URLSearchParams({ Userid: userId, Key: key })
  return { method: 'POST', url: `/api/2.0/portal/sendcongratulations?${query}` }
}

/** An operation, what leads up to it, and everything that it leaves behind. */
interface Case {
  what: string
  before?: (scene: Scene) => unknown
  request: (scene: Scene) => InjectOptions | Promise<InjectOptions>
  status?: number
  happened: Record<string, object[]>
  /** Members that have changed, and how many rows were added and removed, by table. */
  tables: Record<string, { added?: number; removed?: number; changed?: string[][] }>
}

const cases: Case[] = [
  ...[
    'portal/userscount',
    `portal/users/${people.winfield}`,
    'people/@self',
    'settings',
    'capabilities',
    'authentication',
    'keys',
    'keys/permissions',
    'security/oauth2/token',
  ].map(
    (path): Case => ({
      what: `GET ${path} by a session`,
      request: (scene) => get(path, asOwner(scene)),
      happened: {},
      tables: {},
    }),
  ),
  {
    what: 'a read by an API key: its last use',
    request: () => get('portal/userscount'),
    happened: { apiKeysUsed: [{ userId: people.owner, postfix: '1111', lastUsed: AT }] },
    tables: { api_keys: { changed: [['lastUsed']] } },
  },
  {
    what: 'GET keys/@self: its last use too',
    request: () => get('keys/@self'),
    happened: { apiKeysUsed: [{ userId: people.owner, postfix: '1111' }] },
    tables: { api_keys: { changed: [['lastUsed']] } },
  },
  {
    what: 'a read by e-mail and password, whose hash is made for it: nothing',
    request: () => get('portal/userscount', { authorization: `Basic ${btoa('owner@example.com:owner-password')}` }),
    happened: {},
    tables: {},
  },
  {
    what: 'a read by an access token, whose keys are made for it: nothing',
    request: async ({ portal }) => {
      const options = { userId: people.owner, scopes: ['*:read'], root: 'http://localhost' }
      return get('portal/userscount', { authorization: `Bearer ${await mintAccessToken(portal, options)}` })
    },
    happened: {},
    tables: {},
  },
  {
    what: 'a refused read: nothing',
    request: () => get('portal/userscount', { authorization: 'Bearer nothing' }),
    status: 401,
    happened: {},
    tables: {},
  },
  {
    what: 'present/mark: a setting of that user',
    request: (scene) => send('POST', 'portal/present/mark', undefined, asOwner(scene)),
    happened: { giftMessagesRead: [{ userId: people.owner, data: { Readed: true } }] },
    tables: { webstudio_settings: { added: 1 } },
  },
  {
    what: 'present/mark a second time: nothing',
    before: ({ portal }) => portal.store.webstudioSettings.markGiftMessageAsRead(people.owner),
    request: (scene) => send('POST', 'portal/present/mark', undefined, asOwner(scene)),
    happened: {},
    tables: {},
  },
  {
    what: 'sendcongratulations for somebody who is activated: a mail',
    request: ({ portal }) => congratulate(people.winfield, mintConfirmationKey(portal, people.winfield)),
    happened: { mailsSent: [{ at: AT, userId: people.winfield, email: 'winfield.wyman@example.com' }] },
    tables: { outbox: { added: 1 } },
  },
  {
    what: 'sendcongratulations for somebody who is not: a mail and the flag of the portal',
    request: ({ portal }) => congratulate(people.pending, mintConfirmationKey(portal, people.pending)),
    happened: {
      mailsSent: [{ userId: people.pending }],
      shortLinksMade: [{ link: /\/confirm\/EmailActivation\?/ }],
      webstudioSettingsSaved: [{ userId: '00000000-0000-0000-0000-000000000000', data: { IsFirst: true } }],
    },
    tables: { outbox: { added: 1 }, short_links: { added: 1 }, webstudio_settings: { added: 1 } },
  },
  {
    what: 'sendcongratulations with a wrong key: nothing',
    request: () => congratulate(people.winfield, '1.wrong'),
    status: 403,
    happened: {},
    tables: {},
  },
  {
    what: 'users/invite: a short link',
    request: (scene) => get('portal/users/invite/User', asOwner(scene)),
    happened: { shortLinksMade: [{ key: /^.+$/, link: /\/confirm\/LinkInvite\?type=LinkInvite&key=/ }] },
    tables: { short_links: { added: 1 } },
  },
  {
    what: 'users/invite by somebody who may not: nothing',
    request: ({ portal }) =>
      get('portal/users/invite/User', { authorization: mintSessionToken(portal, people.winfield) }),
    happened: {},
    tables: {},
  },
  {
    what: 'a sign-in: a login event',
    request: () => send('POST', 'authentication', OWNER, {}),
    happened: { signIns: [{ id: 1, userId: people.owner, at: AT, active: true }] },
    tables: { login_events: { added: 1 } },
  },
  {
    what: 'a failed sign-in: nothing',
    request: () => send('POST', 'authentication', { ...OWNER, password: 'wrong' }, {}),
    status: 401,
    happened: {},
    tables: {},
  },
  {
    what: 'a sign-out: its login event is over',
    before: ({ portal }) => portal.store.loginEvents.insert(people.owner, NOW),
    request: ({ portal }) => {
      const token = mintSessionToken(portal, people.owner, { loginEventId: 1 })
      const cookie = `asc_auth_key=${encodeURIComponent(token)}`
      return send('POST', 'authentication/logout', undefined, { cookie })
    },
    happened: { signOuts: [{ id: 1, userId: people.owner, active: false }] },
    tables: { login_events: { changed: [['active']] } },
  },
  {
    what: 'a first code of an authenticator app: a sign-in, and the app is set up',
    before: ({ portal }) =>
      portal.store.secondFactors.put({ userId: people.owner, type: 'sms', secret: '123456', activated: false }),
    request: () => send('POST', 'authentication/123456', { ...OWNER, code: '123456' }, {}),
    happened: {
      signIns: [{ userId: people.owner }],
      secondFactorsChanged: [{ userId: people.owner, secret: '…', activated: true }],
    },
    tables: { login_events: { added: 1 }, second_factors: { changed: [['activated']] } },
  },
  {
    what: 'POST keys: a key, of which only its end is shown',
    request: (scene) => send('POST', 'keys', { name: 'ci', permissions: ['*:read'] }, asOwner(scene)),
    happened: {
      apiKeysMade: [{ name: 'ci', hash: '…', permissions: ['*:read'], active: true, createdAt: AT, lastUsed: null }],
    },
    tables: { api_keys: { added: 1 } },
  },
  {
    what: 'PUT keys: a key is renamed and revoked',
    request: async (scene) => {
      const { id } = await firstKey(scene)
      return send('PUT', `keys/${id}`, { name: 'old', permissions: [], isActive: false }, asOwner(scene))
    },
    happened: {
      apiKeysChanged: [
        { before: { active: true }, after: { name: 'old', active: false }, members: ['name', 'active'] },
      ],
      apiKeysRevoked: [{ name: 'old', active: false }],
    },
    tables: { api_keys: { changed: [['name', 'active']] } },
  },
  {
    what: 'DELETE keys: a key is gone',
    request: async (scene) => send('DELETE', `keys/${(await firstKey(scene)).id}`, undefined, asOwner(scene)),
    happened: { apiKeysDeleted: [{ userId: people.roomAdmin, postfix: '3333', hash: '…' }] },
    tables: { api_keys: { removed: 1 } },
  },
  {
    what: 'POST users/invitationlink: the link of a role, and its short form',
    request: (scene) =>
      send('POST', 'portal/users/invitationlink', { employeeType: 4, maxUseCount: 3 }, asOwner(scene)),
    happened: {
      invitationLinksMade: [{ employeeType: 4, maxUseCount: 3, currentUseCount: 0 }],
      shortLinksMade: [{ link: /LinkInvite/ }],
    },
    tables: { invitation_links: { added: 1 }, short_links: { added: 1 } },
  },
  {
    what: 'GET users/invitationlink/{employeeType}: the short form of the link, which has the name of the caller in it',
    before: withLink,
    request: (scene) => get('portal/users/invitationlink/4', asOwner(scene)),
    happened: { shortLinksMade: [{ link: new RegExp(`uid=${people.owner}`) }] },
    tables: { short_links: { added: 1 } },
  },
  {
    what: 'PUT users/invitationlink: the link of a role has another end',
    before: withLink,
    request: (scene) =>
      send(
        'PUT',
        'portal/users/invitationlink',
        { id: LINK_ID, expiration: '2026-07-30T10:00:00Z', maxUseCount: 2 },
        asOwner(scene),
      ),
    happened: {
      invitationLinksChanged: [{ before: { expiresAt: null }, after: { expiresAt: '2026-07-30T10:00:00.000Z' } }],
      shortLinksMade: [{}],
    },
    tables: { invitation_links: { changed: [['expiresAt', 'maxUseCount']] }, short_links: { added: 1 } },
  },
  {
    what: 'DELETE users/invitationlink: the link of a role is gone',
    before: withLink,
    request: (scene) => send('DELETE', 'portal/users/invitationlink', { id: LINK_ID }, asOwner(scene)),
    happened: { invitationLinksDeleted: [{ id: LINK_ID, employeeType: 4 }] },
    tables: { invitation_links: { removed: 1 } },
  },
  {
    what: 'POST people by an admin: somebody is there',
    request: (scene) => send('POST', 'people', newMember, asOwner(scene)),
    happened: {
      usersJoined: [
        {
          email: 'new@example.com',
          type: 4,
          status: 1,
          removed: false,
          passwordHash: '…',
          info: { firstName: 'New', email: 'new@example.com', createdBy: people.owner },
        },
      ],
      userRelationsMade: [{ inviterId: people.owner }],
    },
    tables: { users: { added: 1 }, invited_guests: { added: 1 } },
  },
  {
    what: 'POST people by an invitation: somebody is there, and the link was used',
    before: withLink,
    request: joinByLink,
    happened: {
      usersJoined: [{ email: 'new@example.com', type: 4 }],
      invitationLinksUsed: [{ id: LINK_ID, currentUseCount: 1 }],
      userRelationsMade: [{ inviterId: people.owner }],
    },
    tables: { users: { added: 1 }, invited_guests: { added: 1 }, invitation_links: { changed: [['currentUseCount']] } },
  },
]

/** The operations of the identity service, which asks for a credential of its own. */
const ofClients: Case[] = [
  ...['/scopes', '/clients', `/clients/${client.clientId}`].map(
    (path): Case => ({
      what: `GET ${path}`,
      request: ({ portal }) => call(portal, 'owner', 'GET', path),
      happened: {},
      tables: {},
    }),
  ),
  {
    what: 'POST /clients: an OAuth2 client',
    request: ({ portal }) => call(portal, 'owner', 'POST', '/clients', made),
    status: 201,
    happened: { oauth2ClientsMade: [{ name: made.name, clientSecret: '…', enabled: true, createdAt: AT }] },
    tables: { oauth2_clients: { added: 1 } },
  },
  {
    what: 'PUT /clients/{clientId}: what is said of it',
    request: ({ portal }) => call(portal, 'admin', 'PUT', `/clients/${client.clientId}`, { ...made, name: 'Other' }),
    happened: { oauth2ClientsChanged: [{ before: { name: 'Local web app' }, after: { name: 'Other' } }] },
    tables: {
      oauth2_clients: {
        changed: [['name', 'description', 'logo', 'allowedOrigins', 'allowPkce', 'modifiedBy', 'modifiedAt']],
      },
    },
  },
  {
    what: 'PATCH /clients/{clientId}/regenerate: its secret',
    request: ({ portal }) => call(portal, 'owner', 'PATCH', `/clients/${client.clientId}/regenerate`),
    happened: { oauth2ClientsChanged: [{ members: ['clientSecret', 'modifiedAt'], after: { clientSecret: '…' } }] },
    tables: { oauth2_clients: { changed: [['clientSecret', 'modifiedAt']] } },
  },
  {
    what: 'PATCH /clients/{clientId}/activation: it is off',
    request: ({ portal }) =>
      call(portal, 'owner', 'PATCH', `/clients/${client.clientId}/activation`, { status: false }),
    happened: { oauth2ClientsChanged: [{ members: ['enabled', 'modifiedAt'], after: { enabled: false } }] },
    tables: { oauth2_clients: { changed: [['enabled', 'modifiedAt']] } },
  },
  {
    what: 'DELETE /clients/{clientId}: it is gone',
    request: ({ portal }) => call(portal, 'owner', 'DELETE', `/clients/${client.clientId}`),
    happened: { oauth2ClientsDeleted: [{ clientId: client.clientId }] },
    tables: { oauth2_clients: { removed: 1 } },
  },
]

const newMember = { email: 'new@example.com', firstName: 'New', lastName: 'Member', password: 'new-password', type: 4 }

function withLink({ portal }: Scene): void {
  const link = { id: LINK_ID, employeeType: 4, expiresAt: null, maxUseCount: null, currentUseCount: 0 } as const
  portal.store.invitationLinks.insert(link)
}

async function firstKey({ app, portal }: Scene): Promise<{ id: string }> {
  const { response } = (await app.inject(get('keys', asOwner({ app, portal })))).json()
  return response[0]
}

/** Takes the key out of the link's long form, as the page of the portal does. */
async function joinByLink(scene: Scene): Promise<InjectOptions> {
  const { response } = (await scene.app.inject(get('portal/users/invitationlink/4', asOwner(scene)))).json()
  const { headers } = await scene.app.inject(new URL(response.url).pathname)
  const query = new URL(String(headers.location)).search.slice(1)
  const payload = { ...newMember, fromInviteLink: true, key: new URLSearchParams(query).get('key') }
  return { method: 'POST', url: '/api/2.0/people', headers: { confirm: query }, payload }
}

/** The operations of the API that have been tried out: method and path. */
const tried = new Set<string>()

for (const { what, before = () => {}, request, status = 200, happened, tables } of [...cases, ...ofClients]) {
  t.test(`effects of ${what}`, async (t) => {
    const { app, portal } = await testServer(t)
    const scene = { app, portal }
    before(scene)
    // what leads up to the request may leave something too
    const options = await request(scene)
    tried.add(`${options.method} ${new URL(String(options.url), 'http://localhost').pathname}`)
    const id = await mark(app)
    t.equal((await app.inject(options)).statusCode, status)
    const effects = await effectsSince(app, id)
    t.strictSame(Object.keys(effects.happened).sort(), Object.keys(happened).sort())
    t.match(effects.happened, happened)
    for (const [name, things] of Object.entries(happened)) t.equal(effects.happened[name]?.length, things.length, name)
    t.strictSame(Object.keys(effects.tables).sort(), Object.keys(tables).sort())
    for (const [name, { added = 0, removed = 0, changed = [] }] of Object.entries(tables)) {
      t.strictSame(effects.tables[name]?.total, { added, changed: changed.length, removed }, name)
      t.strictSame(
        effects.tables[name]?.changed.map(({ members }) => members),
        changed,
        name,
      )
    }
  })
}

t.test('no operation of the API has been left out', async (t) => {
  const file = new URL('../../../openapi/openapi.json', import.meta.url)
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, object> }
  const missing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => ({ method, pattern: new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}$`, 'i') }))
      .filter(({ pattern }) => ![...tried].some((request) => pattern.test(request)))
      .map(({ method }) => `${method} ${path}`),
  )
  t.strictSame(missing, [])
})

t.test('what is done without an operation has effects too', async (t) => {
  const { app, portal } = await testServer(t)
  const id = await mark(app)
  const guest = portal.store.users.find(people.guest)
  portal.changeSettings({ culture: 'de', ipRestrictions: { enabled: true, addresses: ['203.0.113.1'] } })
  portal.store.users.remove(people.guest)
  portal.store.users.endSessions(people.admin)
  portal.store.users.addInvitedGuest(people.admin, people.otherGuest)
  portal.clock.move(5000)
  const { happened, at, mark: since } = await effectsSince(app, id)
  t.strictSame([since.at, at], [AT, '2026-06-30T10:00:05.000Z'])
  t.strictSame(happened.settingsChanged, [
    { setting: 'culture', before: 'en-US', after: 'de' },
    {
      setting: 'ipRestrictions',
      before: { enabled: false, addresses: [] },
      after: { enabled: true, addresses: ['203.0.113.1'] },
    },
  ])
  t.match(happened.usersRemoved, [{ id: people.guest, seedPassword: '…' }])
  t.match(happened.usersChanged, [{ before: { tokenIndex: 0 }, after: { id: people.admin, tokenIndex: 1 } }])
  t.match(happened.userRelationsMade, [{ inviterId: people.admin, guestId: people.otherGuest }])
  t.equal(Object.keys(happened).length, 4)
  portal.store.users.put({ ...JSON.parse(guest?.info ?? ''), type: guest?.type, firstName: 'Back' })
  const second = await effectsSince(app, id)
  t.match(second.happened.usersChanged?.[1], { after: { id: people.guest }, members: ['info.firstName'] })
  t.equal(second.happened.usersRemoved, undefined)
})

t.test('no secret is in any of it', async (t) => {
  const { app, portal } = await testServer(t)
  const id = await mark(app)
  portal.store.secondFactors.put({ userId: people.owner, type: 'app', secret: 'JBSWY3DPEHPK3PXP', activated: true })
  await app.inject(send('POST', 'people', newMember))
  const { key } = (await app.inject(send('POST', 'keys', { name: 'ci', permissions: ['*:read'] }))).json().response
  portal.store.users.remove(people.admin)
  const { body } = await app.inject(`/__mock/marks/${id}/effects`)
  const secrets = ['JBSWY3DPEHPK3PXP', 'new-password', key, 'admin-password', portal.machineKey]
  for (const secret of secrets) t.notOk(body.includes(secret), secret)
  t.notMatch(body, /[0-9a-f]{64}/, 'nor a hash')
})

t.test('effects of OAuth2: a consent, a code, tokens, and no secret of them', async (t) => {
  const { url, portal } = await running(t)
  const control = async (path: string, method = 'GET') => (await fetch(`${url}/__mock/${path}`, { method })).json()
  const effects = async () => (await control('marks/1/effects')) as Effects
  await control('marks', 'POST')
  const code = await getCode(url, 'owner@example.com', { scope: 'openid read offline_access' })
  const coded = await effects()
  t.match(coded.happened.authorizationCodesIssued, [{ id: '…', payload: { jti: '…', accountId: people.owner } }])
  t.match(coded.happened.consentsGiven, [{ payload: { accountId: people.owner, clientId: client.clientId } }])
  const tokens = (await (await redeem(url, code)).json()) as TokenAnswer
  const given = await effects()
  t.equal(given.happened.accessTokensIssued?.length, 1)
  t.match(given.happened.refreshTokensIssued, [{ id: '…', payload: { clientId: client.clientId } }])
  await control('marks', 'POST')
  await post(url, 'revoke', { token: tokens.access_token, ...asClient(client) })
  const { happened } = (await control('marks/2/effects')) as Effects
  t.equal(happened.accessTokensRevoked?.length, 1)
  t.equal(happened.accessTokensIssued, undefined)
  await control('marks', 'POST')
  const minted = await mintAccessToken(portal, {
    userId: people.owner,
    clientId: client.clientId,
    scopes: [],
    root: url,
  })
  await post(url, 'revoke', { token: minted, ...asClient(client) })
  const { happened: last } = (await control('marks/3/effects')) as Effects
  t.match(last, { accessTokensRevoked: [{ grantId: null, revoked: true }], accessTokensIssued: undefined })
  const all = JSON.stringify([coded, given, happened, last])
  const secrets = [code, tokens.access_token, tokens.refresh_token, minted, client.clientSecret, portal.machineKey]
  for (const secret of secrets) t.notOk(all.includes(secret), secret)
})
