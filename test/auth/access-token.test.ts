import t, { type Test } from 'tap'
import { bearerGuard, oauth2Guard, openIdGuard } from '../../src/auth/access-token.ts'
import type { AuthGuard } from '../../src/auth/guard.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import { type AccessTokenOptions, mintAccessToken } from '../../src/oauth2/access-token.ts'
import { type IdentityService, portalIdentityService } from '../../src/oauth2/identity-service.ts'
import type { Portal } from '../../src/store/portal.ts'
import { people, testPortal } from '../helper.ts'
import { shaped, sign } from '../oauth2/tokens.ts'
import { asker, inWords } from './ask.ts'

const ROOT = 'http://localhost:8092'

const bearer = (token: string) => ({ headers: { host: 'localhost:8092', authorization: `Bearer ${token}` } })

const mint = (portal: Portal, change: Partial<AccessTokenOptions> = {}) =>
  mintAccessToken(portal, { userId: people.owner, scopes: ['*:read'], root: ROOT, ...change })

type MakeGuard = (identityService: IdentityService) => AuthGuard

async function open(t: Test, profile: ProfileName = 'documented', make: MakeGuard = bearerGuard) {
  const portal = testPortal(t)
  const ask = await asker(t, make(portalIdentityService), { portal, profile })
  const judge = async (token: string) => inWords((await ask(bearer(token))).verdicts?.[0])
  return { portal, ask, judge }
}

t.test('accepts what the portal has issued, with its scopes', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { portal, ask, judge } = await open(t, profile)

    t.equal(await judge(await mint(portal)), `${people.owner} *:read`)
    t.equal(await judge(await mint(portal, { algorithm: 'RS256' })), `${people.owner} *:read`)
    t.equal((await ask(bearer(await mint(portal)))).status, 200, '(facts §9 A29)')
    t.equal((await ask(bearer(await mint(portal, { userId: people.terminated })))).status, 401)
  }
})

t.test('refuses, and says why (facts §2.3)', async (t) => {
  const { portal, judge, ask } = await open(t, 'server')
  portal.store.users.remove(people.winfield)
  const nobody = '99999999-9999-4999-8999-999999999999'
  const cases: [token: string, reason: RegExp][] = [
    [await mint(portal, { expiresIn: -121 }), /exp/],
    [await mint(portal, { root: 'https://other.example.com' }), /iss|aud/],
    [await mint(portal, { claims: { aud: 'https://other.example.com' } }), /aud/],
    [await mint(testPortal(t)), /signature/],
    [await mint(portal, { userId: nobody }), new RegExp(`^for ${nobody}, who doesn't exist$`)],
    [await mint(portal, { userId: people.winfield }), new RegExp(`^for ${people.winfield}, who doesn't exist$`)],
    [shaped({ alg: 'HS256' }, { sub: people.owner, exp: 9e9 }), /^signed with HS256/],
  ]
  for (const [token, reason] of cases) {
    t.match(await judge(token), reason)
    t.match(await ask(bearer(token)), { status: 401, body: '' })
  }
})

t.test('issuer and audience are the address that the client used (facts §2.3)', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, bearerGuard(portalIdentityService), { portal })
  const token = await mint(portal, { root: 'https://docs.example.com' })
  const under = (host: string, query = '') =>
    ask({ url: `/api/2.0/portal/userscount${query}`, headers: { host, authorization: `Bearer ${token}` } })

  t.equal((await under('docs.example.com')).status, 401, 'http is not https')
  t.equal((await under('localhost:8092', '?origin=https://docs.example.com')).status, 200)
  const behind = await asker(t, bearerGuard(portalIdentityService), { portal, publicUrl: 'https://docs.example.com' })
  t.equal((await behind(bearer(token))).status, 200)
})

t.test('scopes as documented: read and write count, listed or in one text (facts §0 P4)', async (t) => {
  const { portal, judge, ask } = await open(t, 'documented')
  const cases: [scope: unknown, scopes: string, status: number][] = [
    [['*:read'], '*:read', 200],
    [['*:write'], '*:write', 200],
    [['read'], 'read *:read', 200],
    [['write'], 'write *:write', 200],
    ['read', 'read *:read', 200],
    ['*:read *:write', '*:read *:write', 200],
    ['openid read write', 'openid read write *:read *:write', 200],
    [['accounts:read read'], 'accounts:read read *:read', 200],
    [['accounts:read', 'files:write'], 'accounts:read files:write', 403],
    ['accounts:read', 'accounts:read', 403],
    ['Read', 'Read', 403],
    [[], '', 403],
    ['', '', 403],
    [undefined, '', 403],
    [7, '', 403],
    [{ read: true }, '', 403],
    [[7], '', 403],
    [[{ toString: 1, valueOf: 1 }], '', 403],
  ]
  for (const [scope, scopes, status] of cases) {
    const token = await mint(portal, { claims: { scope } })
    t.equal(await judge(token), `${people.owner} ${scopes}`, JSON.stringify(scope) ?? 'none')
    t.equal((await ask(bearer(token))).status, status)
  }
})

t.test('scopes as the server reads them: a list of its own, one text is one (facts §2.3, §3)', async (t) => {
  const { portal, judge, ask } = await open(t, 'server')
  const cases: [scope: unknown, scopes: string, status: number][] = [
    [['*:read'], '*:read', 200],
    [['accounts:read', '*:write'], 'accounts:read *:write', 200],
    ['*:read', '*:read', 200],
    ['*:read *:write', '*:read *:write', 403],
    [['read'], 'read', 403],
    ['write', 'write', 403],
    [
      ['accounts:read', 'accounts:write', 'files:read', 'openid'],
      'accounts:read accounts:write files:read openid',
      403,
    ],
    [undefined, '', 403],
  ]
  for (const [scope, scopes, status] of cases) {
    const token = await mint(portal, { claims: { scope } })
    t.equal(await judge(token), `${people.owner} ${scopes}`, JSON.stringify(scope) ?? 'none')
    t.match(await ask(bearer(token)), { status, ...(status === 403 && { body: '' }) })
  }
})

t.test('read doesn’t write', async (t) => {
  const { portal, ask } = await open(t, 'documented')
  const mark = async (scope: string) => {
    const { headers } = bearer(await mint(portal, { claims: { scope } }))
    return (await ask({ method: 'POST', url: '/api/2.0/portal/present/mark', headers })).status
  }

  t.equal(await mark('read'), 403)
  t.equal(await mark('write'), 200)
})

/** What can't be decoded, and how the real server fails at it (facts §2.3). */
const undecodable: Record<string, [token: string, status: number, error: object]> = {
  'a header that is none': ['aaa.bbb.ccc', 400, { type: 'System.ArgumentException', message: /^IDX12729: / }],
  'a payload that is none': [shaped({}, 'x'), 400, { type: 'System.ArgumentException', message: /^IDX12723: / }],
  'two blanks': [
    ` ${shaped({}, { sub: people.owner })}`,
    400,
    { type: 'Microsoft.IdentityModel.Tokens.SecurityTokenMalformedException', message: /^IDX12739: / },
  ],
  'five parts': [
    shaped({ alg: 'dir' }, '', 'aXY', 'Y2lwaGVy', 'dGFn').replace('..', '.a2V5.'),
    500,
    { type: /SecurityTokenDecryptionFailedException$/, message: /^IDX10609: / },
  ],
  'no sub': [
    shaped({}, { exp: 9e9 }),
    401,
    { type: null, stack: null, hresult: 0, message: "Claim 'sub' is not present in JWT" },
  ],
}

t.test('what can’t be decoded is an error in the server’s profile, everywhere (facts §2.3)', async (t) => {
  const { ask } = await open(t, 'server')
  for (const url of ['/api/2.0/portal/userscount', '/unknown']) {
    for (const [name, [token, status, error]] of Object.entries(undecodable)) {
      const answer = await ask({ ...bearer(token), url })
      t.equal(answer.status, status, `${name} ${url}`)
      t.match(JSON.parse(answer.body), { error, status: 1, statusCode: status }, name)
    }
  }
})

t.test('and a wrong credential in the documented one (facts §0 P5)', async (t) => {
  const { ask } = await open(t, 'documented')
  for (const [name, [token]] of Object.entries(undecodable)) {
    if (name === 'two blanks') continue
    const answer = await ask(bearer(token))
    t.match(answer, { status: 401, body: '' }, name)
    t.equal(answer.verdicts?.length, 1, name)
    t.equal((await ask({ ...bearer(token), url: '/unknown' })).status, 404)
  }
})

t.test('blanks in front of a token are nothing to the documented profile', async (t) => {
  const { portal, ask } = await open(t, 'documented')

  t.equal((await ask(bearer(` ${await mint(portal)}`))).status, 200)
})

t.test('an identity service that is down is an error of its own (facts §9 A33)', async (t) => {
  const down: IdentityService = {
    ...portalIdentityService,
    publicKey: async () => {
      throw new Error('connect ECONNREFUSED')
    },
  }
  for (const profile of ['documented', 'server'] as const) {
    const portal = testPortal(t)
    const ask = await asker(t, bearerGuard(down), { portal, profile })
    const { status, body } = await ask(bearer(await mint(portal)))
    t.equal(status, 403, profile)
    t.match(JSON.parse(body), {
      error: {
        type: 'System.InvalidOperationException',
        message: /^IDX20803: Unable to obtain configuration from: 'http:\/\/localhost:8092\/oauth2\/\.well-known/,
        hresult: -2146233079,
      },
    })
  }
})

t.test('introspection that fails is a refusal (facts §2.3)', async (t) => {
  const portal = testPortal(t)
  const failing: IdentityService = {
    ...portalIdentityService,
    introspect: async () => {
      throw new Error('no answer')
    },
  }
  const ask = await asker(t, bearerGuard(failing), { portal })

  t.match(await ask(bearer(await mint(portal))), { status: 401, body: '', verdicts: [{ refused: 'no answer' }] })
})

t.test('OAuth2 and OpenID tokens each have their guard', async (t) => {
  const oauth2 = await open(t, 'documented', oauth2Guard)
  const openId = await open(t, 'documented', openIdGuard)
  const cases: [scope: string[], oauth2: boolean][] = [
    [['read'], true],
    [['accounts:read'], true],
    [[], true],
    [['openid', 'read'], false],
    [['openid'], false],
  ]
  for (const [scope, isOauth2] of cases) {
    const asked = await oauth2.ask(bearer(await mint(oauth2.portal, { scopes: scope })))
    t.equal(asked.verdicts?.length, isOauth2 ? 1 : 0, `OAuth2 ${scope}`)
    const other = await openId.ask(bearer(await mint(openId.portal, { scopes: scope })))
    t.equal(other.verdicts?.length, isOauth2 ? 0 : 1, `OpenId ${scope}`)
  }
  t.match(await oauth2.judge(await mint(oauth2.portal, { expiresIn: -3600 })), /exp/, 'they refuse as well')
})

t.test('judges each token of a request, and nothing else', async (t) => {
  const { ask } = await open(t)

  t.equal((await ask({})).verdicts, null)
  t.equal((await ask({ headers: { authorization: 'Bearer x' } })).verdicts, null)
  t.equal((await ask({ headers: { authorization: 'Basic YTpi' } })).verdicts, null)
})

t.test('a token without a kid, or with another portal’s, is checked all the same', async (t) => {
  const { portal, judge } = await open(t)
  const claims = { sub: people.owner, iss: `${ROOT}/oauth2`, aud: ROOT, exp: portal.clock.now() / 1000 + 60 }

  t.equal(await judge(await sign(portal, { ...claims, scope: ['*:write'] })), `${people.owner} *:write`)
  t.equal(await judge(await sign(portal, { ...claims, scope: ['x'] }, { kid: 'other' })), `${people.owner} x`)
})
