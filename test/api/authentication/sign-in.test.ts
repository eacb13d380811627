import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { defaultFixture, type Fixture } from '../../../src/index.ts'
import { NOW, people, testPortal, testServer } from '../../helper.ts'

const COUNT = '/api/2.0/portal/userscount'
const OWNER = { userName: 'owner@example.com', password: 'owner-password' }

/** The hash that a client makes of `owner-password` (facts §2.2). */
const OWNER_HASH = '622d6d00a1d0a749b88ec62ecbfbc5ab6911b5ee6927f999cc8f61f4af03a276'

function signIn(payload: object, path = '', headers: Record<string, string> = {}): InjectOptions {
  return { method: 'POST', url: `/api/2.0/authentication${path}`, payload, headers }
}

async function statusWith(app: FastifyInstance, headers: Record<string, string>): Promise<number> {
  return (await app.inject({ url: COUNT, headers })).statusCode
}

/** Logins that are right, by what they are made of. */
const right: [what: string, login: object][] = [
  ['e-mail and password', OWNER],
  ['an e-mail in other letter case', { ...OWNER, userName: 'OWNER@Example.com' }],
  ['an id', { ...OWNER, userName: people.owner }],
  ['an id in another form', { ...OWNER, userName: `{${people.owner.toUpperCase()}}` }],
  ['the hash', { userName: OWNER.userName, passwordHash: OWNER_HASH }],
  ['the hash beside a wrong password', { ...OWNER, password: 'wrong', passwordHash: OWNER_HASH }],
  ['blanks around the password', { ...OWNER, password: ' owner-password\t' }],
  ['members in other letter case, and unknown ones', { USERNAME: OWNER.userName, Password: OWNER.password, x: [] }],
]

t.test('a right login gives a token, as a cookie too', async (t) => {
  const { app } = await testServer(t)
  for (const [what, login] of right) {
    const answer = await app.inject(signIn(login))
    t.equal(answer.statusCode, 200, what)
    const { token, ...rest } = answer.json().response
    t.strictSame(rest, { expires: '2027-06-30T10:00:00.0000000Z', sms: false, tfa: false }, what)
    t.equal(Object.keys(answer.json().response)[0], 'token')
    t.equal(
      answer.headers['set-cookie'],
      `asc_auth_key=${encodeURIComponent(token)}; expires=Wed, 30 Jun 2027 10:00:00 GMT; path=/; samesite=strict; httponly`,
    )
    for (const authorization of [token, `Bearer ${token}`]) t.equal(await statusWith(app, { authorization }), 200)
    t.equal(await statusWith(app, { cookie: `asc_auth_key=${encodeURIComponent(token)}` }), 200)
  }
})

t.test('a session is the cookie of a browser, and over https the cookie is secure', async (t) => {
  const { app } = await testServer(t)
  const session = await app.inject(signIn({ ...OWNER, session: true }))
  t.equal(session.json().response.expires, '0001-01-01T00:00:00Z', 'with a zone, which Java and Go demand')
  t.notMatch(session.headers['set-cookie'], /expires/)
  t.equal(await statusWith(app, { authorization: session.json().response.token }), 200)
  const secure = await app.inject(signIn(OWNER, '', { 'x-forwarded-proto': 'https' }))
  t.match(secure.headers['set-cookie'], /; path=\/; secure; samesite=strict; httponly$/)
  for (const [origin, domain] of [
    ['http://app.localhost:3000', /; domain=\.localhost; path=\//],
    ['http://localhost:3000', /GMT; path=\//],
    ['http://elsewhere.example', /GMT; path=\//],
  ] as const) {
    const answer = await app.inject(signIn(OWNER, '', { host: 'localhost:8092', origin }))
    t.match(answer.headers['set-cookie'], domain, origin)
  }
})

/** Logins that are wrong: all get the same answer. */
const wrong: [what: string, login: object][] = [
  ['nothing', {}],
  ['no password', { userName: OWNER.userName }],
  ['no name', { password: OWNER.password }],
  ['a wrong password', { ...OWNER, password: 'Owner-password' }],
  ['a blank password', { ...OWNER, password: ' ' }],
  ['a wrong hash', { userName: OWNER.userName, passwordHash: OWNER_HASH.replace('6', '7') }],
  ['a hash in capitals', { userName: OWNER.userName, passwordHash: OWNER_HASH.toUpperCase() }],
  ['nobody', { ...OWNER, userName: 'nobody@example.com' }],
  ['an id of nobody', { ...OWNER, userName: people.owner.replace('6', '7') }],
  ['somebody without a password', { ...OWNER, userName: 'nameless@example.com' }],
  ['nulls', { userName: null, password: null, passwordHash: null }],
]

t.test('a wrong login is a 401 that does not say what was wrong', async (t) => {
  for (const [what, login] of wrong) {
    const { app } = await testServer(t)
    const answer = await app.inject(signIn(login))
    t.equal(answer.statusCode, 401, what)
    const error = { message: 'User authentication failed', type: null, stack: null, hresult: 0 }
    t.strictSame(answer.json(), { error, status: 1, statusCode: 401 }, what)
    t.equal(answer.headers['set-cookie'], undefined)
  }
})

/** Logins that are wrong, and the reason that the log of a client's developer gets. */
const reasons: [login: object, reason: string][] = [
  [{}, 'userName is missing'],
  [{ email: OWNER.userName, password: 'x' }, 'userName is missing; the body has email, which is not read'],
  [{ login: OWNER.userName, password: 'x' }, 'userName is missing; the body has login, which is not read'],
  [{ user: OWNER.userName, pass: 'x' }, 'userName is missing; the body has user, which is not read'],
  [{ user_name: OWNER.userName }, 'userName is missing; the body has user_name, which is not read'],
  [{ usrName: OWNER.userName }, 'userName is missing; the body has usrName, which is not read'],
  [{ userName: null, x: 1 }, 'userName is missing'],
  [{ userName: ' ', password: 'x' }, 'userName is blank'],
  [{ userName: OWNER.userName }, 'password is missing'],
  [{ username: OWNER.userName, pass: 'x' }, 'password is missing; the body has pass, which is not read'],
  [{ userName: OWNER.userName, pwd: 'x' }, 'password is missing; the body has pwd, which is not read'],
  [{ userName: OWNER.userName, passwrd: 'x' }, 'password is missing; the body has passwrd, which is not read'],
  [{ userName: OWNER.userName, password: ' ' }, 'the password of owner@example.com is blank'],
  [{ ...OWNER, password: 'x' }, 'wrong password for owner@example.com'],
  [
    { ...OWNER, password: OWNER_HASH },
    'wrong password for owner@example.com: it looks like a hash, which belongs in passwordHash',
  ],
  [
    { ...OWNER, passwordHash: OWNER_HASH.replace('6', '7') },
    'wrong passwordHash for owner@example.com: GET settings returns its parameters',
  ],
  [{ ...OWNER, passwordHash: OWNER_HASH.slice(1) }, 'passwordHash is not 64 hex digits'],
  [{ ...OWNER, passwordHash: btoa('x'.repeat(32)) }, 'passwordHash is not 64 hex digits'],
  [{ ...OWNER, passwordHash: OWNER_HASH.toUpperCase() }, 'passwordHash has upper-case digits'],
  [{ ...OWNER, userName: 'nobody@example.com' }, 'no user has the e-mail nobody@example.com'],
  [
    { ...OWNER, userName: 'owner' },
    'no user has the e-mail owner; userName takes an e-mail or an id, not the name of this user',
  ],
  [{ ...OWNER, userName: people.owner.replace('6', '7') }, `no user has the id ${people.owner.replace('6', '7')}`],
  [{ ...OWNER, userName: 'nameless@example.com' }, 'nameless@example.com has no password'],
  [{ provider: 'google', accessToken: 'x' }, 'sign-in by google is not part of this mock: send userName and password'],
  [
    { userName: 'terminated@example.com', password: 'terminated-password' },
    'terminated@example.com is not active: the account is terminated',
  ],
]

t.test('the explanation and the journal say what was wrong', async (t) => {
  const explained = { 'x-docspace-mock-explain': '1' }
  const { app } = await testServer(t)
  for (const [i, [login, reason]] of reasons.entries()) {
    // from elsewhere each time, or there would be too many
    const answer = await app.inject({ ...signIn(login, '', explained), remoteAddress: `192.0.2.${i}` })
    t.match(answer.headers['x-docspace-mock-explain'], `| refused: ${reason}`)
    const [entry] = (await app.inject('/__mock/journal')).json().entries
    t.ok(entry.refusal.startsWith(reason), entry.refusal)
  }
  const said = async (request: InjectOptions) => {
    const { headers } = await app.inject(request)
    return String(headers['x-docspace-mock-explain']).replace(/.*refused: /, '')
  }
  t.equal(
    await said(signIn({ ...OWNER, code: '1' }, '/1', explained)),
    'owner@example.com has no second factor: POST authentication signs in',
  )
  const form = { ...signIn(OWNER), payload: 'userName=x', headers: { ...explained, 'content-type': 'text/plain' } }
  t.equal(await said(form), 'Content-Type is text/plain; send application/json')
  for (let n = 0; n < 5; n++) await app.inject(signIn({ ...OWNER, password: 'x' }))
  t.match(
    await said(signIn(OWNER, '', explained)),
    /^more than 5 sign-ins of owner@example.com from 127.0.0.1 have failed/,
  )
})

t.test('people whose account does not work', async (t) => {
  const { app } = await testServer(t)
  const terminated = { userName: 'terminated@example.com', password: 'terminated-password' }
  const refused = await app.inject(signIn(terminated))
  t.match(refused.json(), { error: { message: 'User disabled', type: 'System.InvalidOperationException' } })
  t.equal(refused.statusCode, 403)
  const wrong = await app.inject(signIn({ ...terminated, password: 'wrong' }))
  t.equal(wrong.statusCode, 401, 'only whoever has the password learns it')
})

t.test('who fails too often has to wait, on the clock of the portal', async (t) => {
  let now = NOW
  const { app } = await testServer(t, { portal: testPortal(t, { clock: { now: () => now } }) })
  const attempt = async (login: object, address = '127.0.0.1') =>
    (await app.inject({ ...signIn(login), remoteAddress: address })).statusCode
  const bad = { ...OWNER, password: 'wrong' }
  for (let n = 1; n <= 5; n++) t.equal(await attempt(bad), 401, `failure ${n}`)
  t.equal(await attempt(OWNER), 403, 'the sixth is not even looked at')
  const { error } = (await app.inject(signIn(OWNER))).json()
  t.match(error, { message: 'Too many login attempts. Please try again later', type: null, hresult: 0 })
  t.equal(await attempt({ ...OWNER, userName: 'OWNER@example.com' }), 403, 'letter case is no way round')
  t.equal(await attempt(OWNER, '192.0.2.1'), 200, 'from elsewhere')
  t.equal(await attempt({ userName: 'admin@example.com', password: 'admin-password' }), 200, 'somebody else')
  now += 59_999
  t.equal(await attempt(OWNER), 403)
  now += 1
  t.equal(await attempt(OWNER), 200)

  for (let n = 1; n <= 5; n++) t.equal(await attempt(bad), 401)
  now += 60_000
  t.equal(await attempt(bad), 401, 'old failures are forgotten')
  for (let n = 1; n <= 20; n++) t.equal(await attempt(OWNER), 200, 'successes do not count')
})

t.test('whether somebody is signed in, and signing out', async (t) => {
  const { app } = await testServer(t)
  const { token } = (await app.inject(signIn(OWNER))).json().response
  const other = (await app.inject(signIn(OWNER))).json().response.token
  const cookie = `asc_auth_key=${encodeURIComponent(token)}`
  const isSignedIn = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/api/2.0/authentication', headers })).json().response
  t.equal(await isSignedIn({}), false)
  t.equal(await isSignedIn({ authorization: 'nonsense' }), false)
  t.equal(await isSignedIn({ cookie }), true)

  const out = (headers: Record<string, string>) => app.inject(signIn({}, '/logout', headers))
  const anybody = await out({})
  t.match(anybody.json(), { count: 0, statusCode: 200 })
  t.equal(anybody.headers['set-cookie'], undefined)
  await out({ authorization: token })
  t.equal(await isSignedIn({ cookie }), true, 'a header is not a cookie')

  const answer = await out({ cookie: `${cookie}; socketio.sid=1` })
  t.strictSame(answer.headers['set-cookie'], [
    'asc_auth_key=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/',
    'socketio.sid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/',
  ])
  t.equal(await isSignedIn({ cookie }), false, 'the token has ended')
  t.equal(await statusWith(app, { authorization: token }), 401)
  t.equal(await statusWith(app, { authorization: other }), 200, 'other sign-ins have not')
})

t.test('a forged or foreign cookie signs nobody out', async (t) => {
  const { app } = await testServer(t)
  const { token } = (await app.inject(signIn(OWNER))).json().response
  const foreign = testPortal(t, { fixture: { ...defaultFixture, tenantId: 2 } })
  const { app: elsewhere } = await testServer(t, { portal: foreign })
  const theirs = (await elsewhere.inject(signIn(OWNER))).json().response.token
  for (const bad of [`${token.slice(0, -8)}AAAAAAA=`, theirs, 'x']) {
    const answer = await app.inject(signIn({}, '/logout', { cookie: `asc_auth_key=${encodeURIComponent(bad)}` }))
    t.equal(answer.statusCode, 200)
  }
  t.equal(await statusWith(app, { authorization: token }), 200)
})

function withSecondFactor(t: Test, tfa: Fixture['users'][number]['tfa'], clock = { now: () => NOW }) {
  const users = defaultFixture.users.map((user) => {
    return user.id === people.winfield ? { ...user, ...(tfa && { tfa }) } : user
  })
  return testPortal(t, { fixture: { ...defaultFixture, users }, clock })
}

const WINFIELD = { userName: 'winfield.wyman@example.com', password: 'winfield-password' }

/** The key of RFC 6238's examples, in Base32, and its code at 59 s (the last six digits). */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const RFC_CODE = '287082'

t.test('an authenticator app', async (t) => {
  let now = 59_000
  const portal = withSecondFactor(t, { type: 'app', secret: RFC_SECRET, activated: false }, { now: () => now })
  const { app } = await testServer(t, { portal })
  const first = await app.inject(signIn(WINFIELD))
  t.strictSame(Object.entries(first.json().response), [
    ['expires', '0001-01-01T00:00:00Z'],
    ['sms', false],
    ['tfa', true],
    ['tfaKey', RFC_SECRET],
    ['confirmUrl', `http://localhost/confirm/TfaActivation?type=TfaActivation&uid=${people.winfield}`],
  ])
  t.match(
    first.headers['set-cookie'],
    /^asc_confirm_key_TfaActivation=-?\d+\.[0-9A-Z]+; path=\/; samesite=strict; httponly$/,
  )

  for (const [what, login, reason] of [
    ['a wrong code', { ...WINFIELD, code: '287083' }, 'wrong code for winfield.wyman@example.com'],
    ['no code', WINFIELD, 'code is missing in the body'],
    ['a wrong password', { ...WINFIELD, password: 'wrong', code: RFC_CODE }, 'wrong password for winfield'],
  ] as const) {
    const refused = await app.inject(signIn(login, `/${RFC_CODE}`, { 'x-docspace-mock-explain': '1' }))
    t.match(refused.headers['x-docspace-mock-explain'], `refused: ${reason}`, what)
    t.equal(refused.statusCode, 401, what)
    t.equal(refused.json().error.message, 'User authentication failed')
  }
  const setUp = await app.inject(signIn({ ...WINFIELD, code: RFC_CODE }, '/whatever'))
  t.strictSame(Object.keys(setUp.json().response), ['token', 'expires', 'sms', 'tfa'])
  t.match(setUp.json().response, { sms: false, tfa: true })
  t.type(setUp.headers['set-cookie'], 'string', 'one cookie')

  now += 30_000
  const second = (await app.inject(signIn(WINFIELD))).json().response
  t.notOk('tfaKey' in second, 'the app is set up')
  t.match(second.confirmUrl, /\/confirm\/TfaAuth\?type=TfaAuth&uid=/)
  const answer = await app.inject(signIn({ ...WINFIELD, code: RFC_CODE }, `/${RFC_CODE}`))
  t.equal(answer.statusCode, 200, 'the code of the period before')
  t.equal((answer.headers['set-cookie'] as string[] | undefined)?.length, 2, 'two cookies')
  t.equal(await statusWith(app, { authorization: answer.json().response.token }), 403, 'as Winfield')
  now += 30_000
  t.equal((await app.inject(signIn({ ...WINFIELD, code: RFC_CODE }, '/x'))).statusCode, 401, 'too old')
})

t.test('an SMS', async (t) => {
  const { app } = await testServer(t, { portal: withSecondFactor(t, { type: 'sms', code: '424242' }) })
  t.strictSame((await app.inject(signIn(WINFIELD))).json().response, {
    expires: '2026-06-30T10:05:00.0000000Z',
    sms: true,
    phoneNoise: '+1202*****42',
    tfa: false,
    confirmUrl: `http://localhost/confirm/PhoneAuth?type=PhoneAuth&uid=${people.winfield}`,
  })
  t.equal((await app.inject(signIn({ ...WINFIELD, code: '123456' }, '/123456'))).statusCode, 401)
  const answer = await app.inject(signIn({ ...WINFIELD, code: '424242' }, '/x'))
  t.match(answer.json().response, { sms: true, tfa: false, token: /.{64}/ })
})

t.test('a code where none is asked for', async (t) => {
  const { app } = await testServer(t)
  t.equal((await app.inject(signIn({ ...OWNER, code: '123456' }, '/123456'))).statusCode, 401)
})

t.test('on an unpaid portal people still sign in, on a suspended one they do not', async (t) => {
  const { app, portal } = await testServer(t)
  portal.changeSettings({ paid: false })
  t.equal((await app.inject(signIn(OWNER))).statusCode, 200)
  portal.changeSettings({ paid: true, tenantStatus: 'suspended' })
  t.equal((await app.inject(signIn(OWNER))).statusCode, 404)
})

/** What ends a life of the portal `w1`: paths of the control API. */
const ends: [what: string, requests: [method: 'POST' | 'PUT' | 'DELETE', path: string, payload?: object][]][] = [
  ['reset', [['POST', '/@w1/__mock/reset']]],
  ['restore', [['POST', '/@w1/__mock/snapshots/new/restore']]],
  ['load', [['PUT', '/@w1/__mock/fixture', defaultFixture]]],
  ['drop and make', [['DELETE', '/__mock/portals/w1']]],
]

for (const profile of ['documented', 'server'] as const) {
  for (const [what, requests] of ends) {
    t.test(
      `a token from before a ${what} is nobody's, in the profile ${profile}, whatever the clock says`,
      async (t) => {
        const { app } = await testServer(t, { profile })
        const enter = async (login: object) => {
          const answer = await app.inject({ method: 'POST', url: '/@w1/api/2.0/authentication', payload: login })
          return answer.json().response.token as string
        }
        const status = async (headers: Record<string, string>) =>
          (await app.inject({ url: '/@w1/api/2.0/people/@self', headers })).statusCode
        const cookie = (token: string) => ({ cookie: `asc_auth_key=${encodeURIComponent(token)}` })
        await app.inject({ method: 'PUT', url: '/@w1/__mock/snapshots/new' })
        const old = await enter(OWNER)
        t.equal(await status({ authorization: old }), 200)
        for (const [method, url, payload] of requests) {
          await app.inject({ method, url, ...(payload && { payload }) })
        }
        t.equal(await status({ authorization: old }), 401)
        const guest = await enter({ userName: 'guest@example.com', password: 'guest-password' })
        const owner = await enter(OWNER)
        t.not(owner, old)
        t.equal(await status({ authorization: old }), 401, 'others have signed in')
        t.equal(await status(cookie(old)), 401)
        await app.inject({ method: 'POST', url: '/@w1/api/2.0/authentication/logout', headers: cookie(old) })
        t.equal(await status(cookie(guest)), 200, 'its sign-out ends none of theirs')
        t.equal(await status(cookie(owner)), 200)
      },
    )
  }
}
