import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { mintConfirmationKey, mintSessionToken } from '../../src/auth/mint.ts'
import { apiKey, asKey, people, testServer } from '../helper.ts'

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
    [asKey('1', 'userscount'), `ApiKeyBearer: accepted, ${people.owner} with *:write`, 'caller: ', 'not refused'],
    [as(`Bearer ${apiKey('7')}`), 'ApiKeyBearer: refused, no API key ends in 7777', 'caller: nobody | refused: '],
    [as(`Bearer ${apiKey('c')}`), 'ApiKeyBearer: refused, the API key expired at 2026-02-01T00:00:00.000Z'],
    [as(`Bearer ${apiKey('d')}`), 'ApiKeyBearer: refused, the API key was revoked'],
    [as(`Bearer ${apiKey('9')}`), `ApiKeyBearer: refused, ${people.terminated} is not active`],
    [as(`Basic ${btoa('owner@example.com:wrong')}`), 'Basic: refused, wrong password for owner@example.com'],
    [as(`Basic ${btoa('nobody@example.com:x')}`), 'Basic: refused, nobody has the e-mail nobody@example.com'],
    [as('Basic !'), 'Basic: refused, ', 'not Base64'],
    [as('nonsense'), "asc_auth_key: refused, is no token, or not one of this portal's machine key"],
    [
      as(mintSessionToken(portal, people.owner, { expiresIn: -1 })),
      'asc_auth_key: refused, expired at 2026-06-30T09:59:59',
    ],
    [as(`Bearer ${btoa('{}')}.${btoa('{}')}.x`.replaceAll('=', '')), 'Bearer: refused, ', 'sub'],
    [
      { url: COUNT, headers: { authorization: 'nonsense', apikeybearer: apiKey('1') } },
      /asc_auth_key: refused, .*; ApiKeyBearer: accepted/,
      `caller: ${people.owner} by ApiKeyBearer`,
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

t.test('which rule refused', async (t) => {
  const { app, portal } = await testServer(t)
  const key = mintConfirmationKey(portal, people.owner)
  const cases: [request: InjectOptions, refused: string][] = [
    [{ url: COUNT }, 'no credential was accepted'],
    [asKey('b', 'userscount'), 'the operation needs the scope *:read or *:write'],
    [asKey('a', 'present/mark', 'POST'), 'the operation needs the scope *:write'],
    [asKey('3', 'userscount'), "only the owner and DocSpace admins may see the portal's settings"],
    [asKey('4', `users/${people.owner}`), `${people.winfield} may not see ${people.owner}`],
    [asKey('1', `users/${people.owner.replace('6', '7')}`), 'nobody has the id 76faa6e4'],
    [asKey('1', 'users/invite/9'), "The value '9' is invalid."],
    [asKey('1', 'sendcongratulations', 'POST'), 'there is no key'],
    [
      asKey('1', `sendcongratulations?userid=${people.admin}&key=${key}`, 'POST'),
      `the key for ${people.admin} is invalid`,
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
  t.match(await explanation(app, request), 'refused: 203.0.113.7 is none of the allowed addresses')
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
  t.match(await explanation(app, request), `refused: ${people.guest} may not invite to that role`)
})
