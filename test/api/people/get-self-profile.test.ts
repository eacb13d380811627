import t from 'tap'
import { defaultFixture } from '../../../src/index.ts'
import { apiKey, people, testPortal, testServer } from '../../helper.ts'

const SELF = '/api/2.0/people/@self'

/** The owner whom the facts show (facts, people.md B). */
const administrator = {
  id: '66faa6e4-f133-11ea-b126-00ffeec8b4ef',
  email: 'o@x.com',
  type: 'DocSpaceAdmin',
  firstName: 'Administrator',
  userName: 'administrator',
  createDate: '2022-07-08T00:00:00Z',
  password: 'owner-password',
} as const

t.test('members and their order are those of the real server', async (t) => {
  const portal = testPortal(t, { fixture: { alias: 'localhost', owner: administrator.id, users: [administrator] } })
  const { app } = await testServer(t, { portal })
  const login = { userName: 'o@x.com', password: 'owner-password' }
  const signedIn = await app.inject({ method: 'POST', url: '/api/2.0/authentication', payload: login })
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
  const answer = await app.inject({ url: SELF, headers: { cookie, host: 'localhost:8092' } })
  const photo = (size: number) =>
    new RegExp(`^/static/images/default_user_photo_size_${size}-${size}\\.png\\?hash=\\d+$`)
  const { avatar, avatarOriginal, avatarMax, avatarMedium, avatarSmall, ...rest } = answer.json().response
  t.match(
    { avatar, avatarOriginal, avatarMax, avatarMedium, avatarSmall },
    {
      avatar: photo(82),
      avatarOriginal: photo(200),
      avatarMax: photo(200),
      avatarMedium: photo(48),
      avatarSmall: photo(32),
    },
  )
  t.equal(
    JSON.stringify(rest),
    '{"firstName":"Administrator","lastName":"","userName":"administrator","email":"o@x.com","status":1,"activationStatus":1,"department":"","isAdmin":false,"isRoomAdmin":false,"isLDAP":false,"isOwner":true,"isVisitor":false,"isCollaborator":false,"mobilePhoneActivationStatus":0,"isSSO":false,"theme":"System","usedSpace":0,"loginEventId":1,"registrationDate":"2022-07-08T00:00:00.0000000Z","hasPersonalFolder":true,"id":"66faa6e4-f133-11ea-b126-00ffeec8b4ef","displayName":"Administrator","profileUrl":"http://localhost:8092/accounts/people/filter?search=o%40x.com","hasAvatar":false,"isAnonim":false}',
  )
})

/** What each kind of person says of themselves, and who sees who made the account. */
const kinds: [digit: string, expected: object, seesCreator: boolean][] = [
  ['1', { isOwner: true, isAdmin: false }, false],
  ['2', { isOwner: false, isAdmin: true, createdBy: { id: people.owner, displayName: 'Olivia Ward' } }, true],
  ['3', { isAdmin: false, isRoomAdmin: true, cultureName: 'de' }, false],
  ['4', { isCollaborator: true, isLDAP: true, isSSO: true, contacts: [{ type: 'skype' }, { type: 'mail' }] }, false],
  ['5', { isVisitor: true, profileUrl: /\/accounts\/guests\/filter\?search=guest%40example\.com$/ }, false],
]

t.test('everybody about themselves', async (t) => {
  const { app } = await testServer(t)
  for (const [digit, expected, seesCreator] of kinds) {
    const answer = await app.inject({ url: SELF, headers: { authorization: `Bearer ${apiKey(digit)}` } })
    t.match(answer.json().response, { ...expected, loginEventId: 0, theme: 'System' }, digit)
    t.equal('createdBy' in answer.json().response, seesCreator, `${digit}: createdBy`)
  }
})

t.test('scopes: those of the whole portal, and those of one’s own account', async (t) => {
  const owner = { ...defaultFixture.users[0], apiKeys: [] as { key: string; permissions: string[] }[] }
  const scopes = ['*:read', '*:write', 'accounts.self:read', 'accounts.self:write', 'accounts:read', 'files:write']
  owner.apiKeys = scopes.map((scope, i) => ({ key: apiKey(String(i)), permissions: [scope] }))
  const portal = testPortal(t, { fixture: { ...defaultFixture, users: [owner as never] } })
  const { app } = await testServer(t, { portal })
  for (const [i, scope] of scopes.entries()) {
    const answer = await app.inject({ url: SELF, headers: { authorization: `Bearer ${apiKey(String(i))}` } })
    t.equal(answer.statusCode, i < 4 ? 200 : 403, scope)
  }
  t.equal((await app.inject(SELF)).statusCode, 401)
})

t.test('a name with markup in it is encoded, and a portal that is being moved answers', async (t) => {
  const portal = testPortal(t, {
    fixture: { ...defaultFixture, users: [{ ...administrator, firstName: '<b>"A" & \'B\'' }] },
  })
  portal.changeSettings({ tenantStatus: 'transfering' })
  const { app } = await testServer(t, { portal })
  const headers = { authorization: `Basic ${btoa('o@x.com:owner-password')}` }
  const { response } = (await app.inject({ url: SELF, headers })).json()
  t.equal(response.displayName, '&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;')
})
