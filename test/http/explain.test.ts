import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { type AccessTokenOptions, mintAccessToken } from '../../src/oauth2/access-token.ts'
import { signatureOf } from '../api/clients/call.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

const HEADER = 'x-docspace-mock-explain'
const COUNT = '/api/2.0/portal/userscount'

async function explanation(app: FastifyInstance, request: InjectOptions): Promise<string> {
  const answer = await app.inject({ ...request, headers: { ...request.headers, [HEADER]: '1' } })
  return String(answer.headers[HEADER])
}

function as(authorization: string): InjectOptions {
  return { url: COUNT, headers: { authorization } }
}

t.test('it is there where the server or the request asks for it', async (t) => {
  const quiet = (await testServer(t)).app
  const telling = (await testServer(t, { explain: true })).app
  t.equal((await quiet.inject(COUNT)).headers[HEADER], undefined)
  t.type((await telling.inject(COUNT)).headers[HEADER], 'string')
  for (const value of ['1', 'true', 'yes', '']) {
    t.type((await quiet.inject({ url: COUNT, headers: { [HEADER]: value } })).headers[HEADER], 'string', value)
  }
  for (const value of ['0', 'false']) {
    t.equal((await quiet.inject({ url: COUNT, headers: { [HEADER]: value } })).headers[HEADER], undefined, value)
  }
})

t.test('nothing else changes by it', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    const requests: InjectOptions[] = [
      asKey('1', 'userscount'),
      asKey('3', 'userscount'),
      asKey('b', 'userscount'),
      as('nonsense'),
      as('Basic !'),
      { method: 'POST', url: COUNT },
      { url: '/nope' },
      { url: '/s/nope' },
      { method: 'OPTIONS', url: COUNT, headers: { origin: 'http://a', 'access-control-request-method': 'GET' } },
    ]
    for (const request of requests) {
      const plain = await app.inject(request)
      const explained = await app.inject({ ...request, headers: { ...request.headers, [HEADER]: '1' } })
      t.equal(explained.statusCode, plain.statusCode)
      t.equal(explained.body, plain.body)
      const { [HEADER]: header, date: _, 'server-timing': __, ...headers } = explained.headers
      const { date: ___, 'server-timing': ____, ...plainHeaders } = plain.headers
      t.type(header, 'string')
      t.same(headers, plainHeaders)
    }
  }
})

t.test('which guards looked at what, and what each thought', async (t) => {
  const { app, portal } = await testServer(t)
  const cases: [request: InjectOptions, ...parts: (string | RegExp)[]][] = [
    [
      { url: COUNT },
      'profile: documented | none of asc_auth_key, Basic, Bearer, ApiKeyBearer, OAuth2, OpenId found a credential',
      'caller: nobody | refused: ',
    ],
    [
      asKey('1', 'userscount'),
      'ApiKeyBearer: accepted, owner@example.com with *:write',
      `caller: ${people.owner}, owner@example.com (Owner), by ApiKeyBearer | not refused`,
    ],
    [as(`Bearer ${apiKey('7')}`), 'ApiKeyBearer: refused, no API key ends in 7777', 'caller: nobody | refused: '],
    [as(`Bearer ${apiKey('c')}`), 'ApiKeyBearer: refused, the API key expired at 2026-02-01T00:00:00.000Z'],
    [as(`Bearer ${apiKey('d')}`), 'ApiKeyBearer: refused, the API key was revoked'],
    [
      as(`Bearer ${apiKey('9')}`),
      'ApiKeyBearer: refused, terminated@example.com is not active: the account is terminated',
    ],
    [as(`Basic ${btoa('owner@example.com:wrong')}`), 'Basic: refused, wrong password for owner@example.com'],
    [as(`Basic ${btoa('nobody@example.com:x')}`), 'Basic: refused, no user has the e-mail nobody@example.com'],
    [as('Basic !'), 'Basic: refused, ', 'not Base64'],
    [as('nonsense'), "asc_auth_key: refused, no session token, or not one of this portal's machine key"],
    [
      as(mintSessionToken(portal, people.owner, { expiresIn: -1 })),
      'asc_auth_key: refused, expired at 2026-06-30T09:59:59',
    ],
    [as(`Bearer ${btoa('{}')}.${btoa('{}')}.x`.replaceAll('=', '')), 'Bearer: refused, ', 'sub'],
    [
      { url: COUNT, headers: { authorization: 'nonsense', apikeybearer: apiKey('1') } },
      /asc_auth_key: refused, .*; ApiKeyBearer: accepted/,
      `caller: ${people.owner}, owner@example.com (Owner), by ApiKeyBearer`,
    ],
  ]
  for (const [request, ...parts] of cases) {
    const text = await explanation(app, request)
    for (const part of parts) t.match(text, part)
  }
})

t.test('what a profile does not read', async (t) => {
  const { app, portal } = await testServer(t, { profile: 'server' })
  const cases: InjectOptions[] = [
    { url: COUNT, headers: { apikeybearer: apiKey('1') } },
    { url: COUNT, headers: { asc_auth_key: mintSessionToken(portal, people.owner) } },
    { url: `${COUNT}?asc_auth_key=${encodeURIComponent(mintSessionToken(portal, people.owner))}` },
  ]
  for (const request of cases) {
    const text = await explanation(app, request)
    t.match(text, /^profile: server \| none of .* found a credential \| not read by this profile: /)
    t.match(text, /\| caller: nobody \| refused: no credential was accepted$/)
  }
})

const SEND_KEY = 'send Bearer sk-...'
const SEND_JWT = 'send Bearer eyJ...'

/** What clients send, given good credentials, and their mistake; the last is the status of the profile `server`. */
const mistakes: [what: string, authorization: (good: Good) => string, mistake: string, status?: 500][] = [
  ['Token', ({ key }) => `Token ${key}`, `an API key after an unknown scheme; ${SEND_KEY}`],
  ['token', ({ key }) => `token ${key}`, `an API key after an unknown scheme; ${SEND_KEY}`],
  ['ApiKey', ({ key }) => `ApiKey ${key}`, `an API key after an unknown scheme; ${SEND_KEY}`],
  ['two schemes', ({ key }) => `Token Bearer ${key}`, `an API key after an unknown scheme; ${SEND_KEY}`],
  ['a colon', ({ key }) => `Bearer: ${key}`, `an API key after an unknown scheme; ${SEND_KEY}`],
  ['a name', ({ key }) => `ApiKeyBearer=${key}`, `an API key after an unknown scheme; ${SEND_KEY}`],
  ['bearer', ({ key }) => `bearer ${key}`, `an API key after an unknown scheme; ${SEND_KEY}: letter case counts`],
  ['BEARER', ({ key }) => `BEARER ${key}`, `an API key after an unknown scheme; ${SEND_KEY}: letter case counts`],
  ['Basic', ({ key }) => `Basic ${key}`, `an API key after Basic; ${SEND_KEY}`, 500],
  ['a login of a key', ({ key }) => `Basic ${btoa(`${key}:`)}`, `an API key in a login; ${SEND_KEY}`],
  ['a key as a password', ({ key }) => `Basic ${btoa(`x:${key}`)}`, `an API key in a login; ${SEND_KEY}`],
  ['quotes', ({ key }) => `"${key}"`, `an API key in quotes; ${SEND_KEY} without them`],
  ['quotes after Bearer', ({ key }) => `Bearer "${key}"`, `an API key in quotes; ${SEND_KEY} without them`],
  ['Bearer twice', ({ key }) => `Bearer Bearer ${key}`, `an API key after a second Bearer; ${SEND_KEY}`],
  ['a masked key', () => 'Bearer sk-***1111', 'the masked form of an API key, which lists show'],
  ['half a key', ({ key }) => `Bearer ${key.slice(0, 40)}`, 'one is sk- and 64 hex digits, and this has 37 characters'],
  ['an access token, Token', ({ jwt }) => `Token ${jwt}`, `an access token after an unknown scheme; ${SEND_JWT}`],
  ['an access token, JWT', ({ jwt }) => `JWT ${jwt}`, `an access token after an unknown scheme; ${SEND_JWT}`],
  ['an access token alone', ({ jwt }) => jwt, `an access token without a scheme; ${SEND_JWT}`],
  ['an access token in quotes', ({ jwt }) => `Bearer "${jwt}"`, 'an access token in quotes'],
  ['an access token, more', ({ jwt }) => `Bearer ${jwt} x`, 'an access token with something behind it'],
  [
    'a session token, Token',
    ({ session }) => `Token ${session}`,
    'a session token after an unknown scheme; send it alone',
  ],
  ['a session token, Basic', ({ session }) => `Basic ${session}`, 'a session token after Basic; send it alone', 500],
  ['a session token in quotes', ({ session }) => `"${session}"`, 'a session token with something around it'],
  ['a pair of a cookie', ({ session }) => `asc_auth_key=${session}`, 'a session token with something around it'],
  ['an x-signature', ({ signature }) => `Bearer ${signature}`, 'an x-signature after Bearer; send it as the header'],
  ['a login, basic', () => `basic ${btoa('a:b')}`, 'a login after an unknown scheme; send Basic: letter case counts'],
  ['a login that is not encoded', () => 'Basic a@b.c:d', 'not Base64: e-mail and password have to be encoded', 500],
  ['a login without a password', () => `Basic ${btoa('a@b.c')}`, 'has no colon in it: send e-mail:password', 500],
  ['a user name', () => `Basic ${btoa('owner:x')}`, 'no user has the e-mail owner; Basic takes the e-mail'],
  ['an id', () => `Basic ${btoa(`${people.owner}:x`)}`, 'Basic takes the e-mail, not the id or the user name'],
  ['Digest', () => 'Digest username="x"', 'an unknown scheme; DocSpace takes Bearer, Basic, or a session token alone'],
  ['undefined', () => 'Bearer undefined', "the credential is the word undefined: the client's variable is not set"],
  ['None', () => 'None', 'the credential is the word None'],
  ['an object', () => 'Bearer [object Object]', 'the credential is the word [object Object]'],
  ['a placeholder', () => 'Bearer {token}', 'a placeholder where the credential belongs'],
  ['another placeholder', () => 'Bearer <your key>', 'a placeholder where the credential belongs'],
]

interface Good {
  key: string
  jwt: string
  session: string
  signature: string
}

t.test('a credential that no guard can use is told its mistake, in the header and in the journal', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    const good = {
      key: apiKey('1'),
      jwt: await mintAccessToken(portal, { userId: people.owner, scopes: ['*:read'], root: 'http://localhost' }),
      session: mintSessionToken(portal, people.owner),
      signature: signatureOf(portal, 'owner'),
    }
    for (const [what, authorization, mistake, status = 401] of mistakes) {
      const name = `${profile}: ${what}`
      const request = as(authorization(good))
      const answer = await app.inject({ ...request, headers: { ...request.headers, [HEADER]: '1' } })
      const expected = profile === 'server' ? status : 401
      t.equal(answer.statusCode, expected, name)
      if (expected === 401) t.equal(answer.body, '', `${name}: the answer does not tell`)
      t.match(answer.headers[HEADER], mistake, name)
      const [entry] = (await app.inject('/__mock/journal?limit=1')).json().entries
      t.equal(entry.principal, null)
      t.match(entry.refusal, mistake.replaceAll('...', '…'), name)
      t.ok(
        entry.decisions.length > 0 && entry.decisions.every(({ accepted }: { accepted: boolean }) => !accepted),
        name,
      )
      for (const secret of Object.values(good)) t.notMatch(JSON.stringify([entry, answer.headers]), secret, name)
    }
  }
})

t.test('blanks after Bearer count in the server profile, and what stands without a scheme', async (t) => {
  const { app, portal } = await testServer(t, { profile: 'server' })
  const jwt = await mintAccessToken(portal, { userId: people.owner, scopes: [], root: 'http://localhost' })
  const cases: [authorization: string, mistake: string][] = [
    [`Bearer  ${apiKey('1')}`, `an API key after more than one blank; ${SEND_KEY}`],
    [apiKey('1'), `an API key without a scheme; ${SEND_KEY}`],
    [`Bearer  ${jwt}`, "there are two blanks after 'Bearer'"],
    ['Bearer', 'nothing follows Bearer'],
  ]
  for (const [authorization, mistake] of cases) t.match(await explanation(app, as(authorization)), mistake)
})

t.test('what an access token lacks', async (t) => {
  const { app, portal } = await testServer(t)
  const mint = (options: Partial<AccessTokenOptions>) =>
    mintAccessToken(portal, { userId: people.owner, scopes: ['*:read'], root: 'http://localhost', ...options })
  const cases: [token: string, reason: string][] = [
    [await mint({ expiresIn: -3600 }), 'Bearer: refused, expired at 2026-06-30T09:00:00.000Z, by its claim exp'],
    [
      await mint({ root: 'http://other.example' }),
      'its iss is http://other.example/oauth2, not http://localhost/oauth2',
    ],
    [await mint({ claims: { aud: ['x', 'y'] } }), 'its aud is x y, not http://localhost'],
    [await mint({ claims: { aud: undefined } }), 'aud'],
    [await mint({ claims: { nbf: 4e9 } }), 'holds from 2096-10-02T07:06:40.000Z on, by its claim nbf'],
    [
      await mintAccessToken(testPortal(t), { userId: people.owner, scopes: [], root: 'http://localhost' }),
      'its signature is not by a key of this portal',
    ],
  ]
  for (const [token, reason] of cases) {
    const request = { url: COUNT, headers: { host: 'localhost', authorization: `Bearer ${token}` } }
    t.match(await explanation(app, request), reason)
  }
})

t.test('which rule refused', async (t) => {
  const { app, portal } = await testServer(t)
  const key = mintConfirmationKey(portal, people.owner)
  const cases: [request: InjectOptions, refused: string][] = [
    [{ url: COUNT }, 'no credential was accepted'],
    [asKey('b', 'userscount'), 'the operation needs the scope *:read or *:write'],
    [asKey('a', 'present/mark', 'POST'), 'the operation needs the scope *:write'],
    [asKey('3', 'userscount'), "only the owner and DocSpace admins may see the portal's settings"],
    [
      asKey('4', `users/${people.owner}`),
      'winfield.wyman@example.com (User) may not see owner@example.com: users and guests see only themselves',
    ],
    [asKey('1', `users/${people.owner.replace('6', '7')}`), 'no user has the id 76faa6e4'],
    [asKey('1', 'users/invite/9'), "The value '9' is invalid."],
    [asKey('1', 'sendcongratulations', 'POST'), 'Key is missing in the query'],
    [
      asKey('1', `sendcongratulations?userid=${people.admin}&key=${key}`, 'POST'),
      'the key for admin@example.com is invalid: it is the key of owner@example.com',
    ],
    [asKey('1', 'userscount', 'POST'), 'the path takes GET'],
    [asKey('1', 'nope'), "no such path; DocSpace's API has none like it either"],
    [
      asKey('1', 'quota'),
      "DocSpace's getPortalQuota, which this mock does not implement; a fault with its path can answer it",
    ],
    [{ method: 'POST', url: '/api/2.0/authentication/confirm' }, "DocSpace's checkConfirm, which this mock does not"],
    [{ method: 'PATCH', url: '/api/2.0/people' }, 'the path takes GET, POST; this mock implements POST'],
    [
      { method: 'POST', url: '/api/2.0/people/delete' },
      'the path takes DELETE, GET, PUT; this mock implements none of',
    ],
    [asKey('1', 'users/abc'), 'no such path; /api/2.0/portal/users/{userID} takes only GUIDs there'],
    [{ url: COUNT, headers: { host: 'a b' } }, 'the Host header a b is malformed'],
    [{ url: COUNT, headers: { host: 'a:hunter2@b' } }, 'the Host header ...@b is malformed'],
    [{ url: `/${'a'.repeat(9000)}` }, 'the request line is longer than 8192 bytes'],
  ]
  for (const [request, refused] of cases) t.match(await explanation(app, request), `| refused: ${refused}`)
})

t.test('which setting of the portal refused', async (t) => {
  const { app, portal } = await testServer(t)
  const request = { ...asKey('2', 'users/invite/4'), remoteAddress: '203.0.113.7' }
  portal.changeSettings({ allowInvitingMembers: false })
  t.match(await explanation(app, request), 'refused: the portal has invitations turned off')
  portal.changeSettings({ ipRestrictions: { enabled: true, addresses: ['203.0.113.8'] } })
  t.match(await explanation(app, request), 'refused: 203.0.113.7 is not among the allowed addresses')
  portal.changeSettings({ paid: false })
  t.match(await explanation(app, request), 'refused: the portal is not paid for')
  portal.changeSettings({ tenantStatus: 'restoring' })
  t.match(await explanation(app, request), "refused: the portal's status is restoring")
})

t.test('limits and failures', async (t) => {
  const rateLimits = { perMinute: 1, concurrentReads: 1, concurrentWrites: 1, writesPerDay: 1 }
  const limited = (await testServer(t, { rateLimits })).app
  await limited.inject('/nope')
  t.match(await explanation(limited, { url: '/nope' }), 'refused: more than 1 requests')
  const server = (await testServer(t, { profile: 'server' })).app
  t.match(
    await explanation(server, as('Basic !')),
    /^profile: server \| .*refused: what follows 'Basic ' is not Base64$/,
  )
  t.match(
    await explanation(server, { url: COUNT, headers: { origin: 'null' } }),
    'refused: the Origin header null is no',
  )
})

t.test('it is a header, whatever was sent, and tells no secret', async (t) => {
  const { app } = await testServer(t)
  const email = `\u00e9\r\nx=y${'a'.repeat(2000)}@example.com`
  const text = await explanation(app, as(`Basic ${Buffer.from(`${email}:secret-password`).toString('base64')}`))
  t.match(text, /^[\x20-\x7e]{1,1000}$/)
  t.notMatch(text, 'secret-password')
  for (const digit of ['1', '7', 'd']) t.notMatch(await explanation(app, asKey(digit, 'userscount')), apiKey(digit))
})

t.test('an empty invitation link is explained as well', async (t) => {
  const { app } = await testServer(t)
  const request = asKey('5', 'users/invite/User')
  t.match(
    await explanation(app, request),
    'refused: guest@example.com (Guest) may not invite to the role User: the owner, ',
  )
})
