import { decodeJwt, decodeProtectedHeader } from 'jose'
import t, { type Test } from 'tap'
import {
  type AccessTokenOptions,
  decodeAccessToken,
  issuerOf,
  mintAccessToken,
  refusalOf,
} from '../../src/oauth2/access-token.ts'
import { type IdentityService, portalIdentityService } from '../../src/oauth2/identity-service.ts'
import { signingKeys } from '../../src/oauth2/signing-keys.ts'
import { defaultFixture } from '../../src/start.ts'
import type { Portal } from '../../src/store/portal.ts'
import { NOW, people, testPortal } from '../helper.ts'
import { shaped, sign, signWithPublicKey, signWithSecret, unsigned } from './tokens.ts'

const ROOT = 'http://localhost:8092'
const SECONDS = NOW / 1000

const wanted: AccessTokenOptions = { userId: people.owner, scopes: ['*:read'], root: ROOT }

/** The claims of a token that holds. */
const claims = {
  sub: people.owner,
  iss: `${ROOT}/oauth2`,
  aud: [ROOT],
  exp: SECONDS + 60,
  nbf: SECONDS,
  scope: ['*:read'],
}

t.test('mints what the identity service gives (operations §9)', async (t) => {
  const portal = testPortal(t)
  const token = await mintAccessToken(portal, wanted)
  const minted = decodeJwt(token)
  const { jti } = minted
  const expected = {
    sub: people.owner,
    aud: ROOT,
    nbf: SECONDS,
    scope: ['*:read'],
    iss: `${ROOT}/oauth2`,
    exp: SECONDS + 3600,
    iat: SECONDS,
    jti,
    tid: 1,
    cid: 'docspace-mock',
  }

  t.equal(JSON.stringify(minted), JSON.stringify(expected), 'in the order of the real server')
  t.match(jti, /^[0-9a-f-]{36}$/)
  t.not(jti, decodeJwt(await mintAccessToken(portal, wanted)).jti)
  const [ec] = await signingKeys(portal)
  t.strictSame(decodeProtectedHeader(token), { alg: 'ES256', kid: ec?.kid, typ: 'JWT' })
})

t.test('mints what is asked for', async (t) => {
  const portal = testPortal(t)
  const token = await mintAccessToken(portal, {
    ...wanted,
    algorithm: 'RS256',
    clientId: 'mine',
    expiresIn: -5,
    claims: { sub: 'x', tid: undefined, more: true },
  })

  t.match(decodeJwt(token), { sub: 'x', cid: 'mine', exp: SECONDS - 5, more: true })
  t.notOk('tid' in decodeJwt(token))
  t.equal(decodeProtectedHeader(token).alg, 'RS256')
  await t.rejects(mintAccessToken(portal, { ...wanted, algorithm: 'HS256' as 'ES256' }), {
    name: 'TypeError',
    message: 'no signing key for HS256',
  })
})

t.test('the issuer is the portal’s root and a path (facts §2.3)', async (t) => {
  t.equal(issuerOf('https://docs.example.com'), 'https://docs.example.com/oauth2')
})

t.test('decodes without checking', async (t) => {
  const token = shaped({ alg: 'none' }, { sub: people.owner, exp: 1 })

  t.strictSame(decodeAccessToken(token), {
    token,
    algorithm: 'none',
    claims: { sub: people.owner, exp: 1 },
    userId: people.owner,
  })
  for (const sub of [people.owner.toUpperCase(), people.owner.replaceAll('-', ''), `{${people.owner}}`]) {
    t.equal(decodeAccessToken(shaped({}, { sub })).userId, people.owner, 'in any form of a GUID')
  }
})

t.test('fails as the server does at what can’t be decoded (facts §2.3)', async (t) => {
  const good = { sub: people.owner }
  const cases: Record<string, [token: string, code: string]> = {
    'no Base64': ['aaa.bbb.ccc', 'jwtHeaderUndecodable'],
    'a header that is no JSON': [shaped('header', good), 'jwtHeaderUndecodable'],
    'a header that is a list': [shaped([], good), 'jwtHeaderUndecodable'],
    'a header that is null': [shaped('null', good), 'jwtHeaderUndecodable'],
    'a header that is a number': [shaped(7, good), 'jwtHeaderUndecodable'],
    'nothing at all': ['', 'jwtHeaderUndecodable'],
    'a payload that is no JSON': [shaped({}, 'payload'), 'jwtPayloadUndecodable'],
    'a payload that is a list': [shaped({}, []), 'jwtPayloadUndecodable'],
    'a payload that is null': [shaped({}, 'null'), 'jwtPayloadUndecodable'],
    'an exp that is no number': [shaped({}, { ...good, exp: 'soon' }), 'jwtPayloadUndecodable'],
    'an exp that is a number in quotes': [shaped({}, { ...good, exp: '1' }), 'jwtPayloadUndecodable'],
    'a blank in front': [` ${shaped({}, good)}`, 'jwtMalformed'],
    'five parts': [shaped({ alg: 'dir' }, '', 'aXY', 'Y2lwaGVy', 'dGFn'), 'jwtEncrypted'],
    'five parts with a bad header': ['aaa.bbb.ccc.ddd.eee', 'jwtHeaderUndecodable'],
    'no sub': [shaped({}, {}), 'jwtWithoutSubject'],
    'a sub that is no GUID': [shaped({}, { sub: 'owner' }), 'jwtWithoutSubject'],
    'a sub that is empty': [shaped({}, { sub: '' }), 'jwtWithoutSubject'],
    'a sub that is a number': [shaped({}, { sub: 1 }), 'jwtWithoutSubject'],
    'a sub that is null': [shaped({}, { sub: null }), 'jwtWithoutSubject'],
  }
  for (const [name, [token, code]] of Object.entries(cases)) {
    t.throws(() => decodeAccessToken(token), { name: 'DomainError', code }, name)
  }
})

/** Says why a token doesn't hold, or `null`. */
async function judge(
  portal: Portal,
  token: string,
  identityService: IdentityService = portalIdentityService,
  root = ROOT,
) {
  return refusalOf(decodeAccessToken(token), { portal, root, identityService })
}

async function judging(t: Test) {
  const portal = testPortal(t)
  return { portal, judge: (token: string) => judge(portal, token) }
}

t.test('holds what the portal has signed, with either algorithm', async (t) => {
  const { portal, judge } = await judging(t)

  t.equal(await judge(await mintAccessToken(portal, wanted)), null)
  t.equal(await judge(await mintAccessToken(portal, { ...wanted, algorithm: 'RS256' })), null)
})

t.test('the kid is ignored when a published key verifies (facts §2.3)', async (t) => {
  const { portal, judge } = await judging(t)

  t.equal(await judge(await sign(portal, claims)), null, 'none')
  t.equal(await judge(await sign(portal, claims, { kid: 'unknown' })), null, 'an unknown one')
  t.equal(await judge(await sign(portal, claims, {}, 'RS256')), null)
})

t.test('clocks may be two minutes apart (facts §2.3)', async (t) => {
  const { portal, judge } = await judging(t)
  const cases: [change: object, holds: boolean][] = [
    [{ exp: SECONDS }, true],
    [{ exp: SECONDS - 119 }, true],
    [{ exp: SECONDS - 121 }, false],
    [{ exp: SECONDS - 3600 }, false],
    [{ exp: 0 }, false],
    [{ nbf: SECONDS + 119 }, true],
    [{ nbf: SECONDS + 120 }, true],
    [{ nbf: SECONDS + 121 }, false],
    [{ nbf: undefined }, true],
    [{ iat: SECONDS + 3600 }, true],
  ]
  for (const [change, holds] of cases) {
    const refusal = await judge(await sign(portal, { ...claims, ...change }))
    t.equal(refusal === null, holds, `${JSON.stringify(change)}: ${refusal}`)
  }
})

t.test('issuer, audience and end must be right (facts §2.3)', async (t) => {
  const { portal, judge } = await judging(t)
  const cases: [change: object, holds: boolean][] = [
    [{ aud: ROOT }, true],
    [{ aud: `${ROOT}/` }, true],
    [{ aud: [`${ROOT}/`] }, true],
    [{ aud: ['https://other.example.com', ROOT] }, true],
    [{ aud: 'https://other.example.com' }, false],
    [{ aud: `${ROOT}//` }, false],
    [{ aud: `${ROOT}/oauth2` }, false],
    [{ aud: [] }, false],
    [{ aud: undefined }, false],
    [{ iss: ROOT }, false],
    [{ iss: `${ROOT}/oauth2/` }, false],
    [{ iss: 'https://other.example.com/oauth2' }, false],
    [{ iss: undefined }, false],
    [{ exp: undefined }, false],
  ]
  for (const [change, holds] of cases) {
    const refusal = await judge(await sign(portal, { ...claims, ...change }))
    t.equal(refusal === null, holds, `${JSON.stringify(change)}: ${refusal}`)
  }
})

t.test('a token of one name of the portal holds at its others: the same scheme, port and path', async (t) => {
  const portal = testPortal(t, { fixture: { ...defaultFixture, alias: 'acme' } })
  portal.changeSettings({ mappedDomain: 'docs.example.com' })
  const names = ['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'acme.localhost', 'ACME.localhost', 'docs.example.com']
  const holds = async (minted: string, asked: string) => {
    const token = await mintAccessToken(portal, { ...wanted, root: minted })
    return (await judge(portal, token, portalIdentityService, asked)) === null
  }
  for (const rest of [':8092', '', ':8092/@acme']) {
    for (const name of names) {
      t.ok(await holds(`http://${name}${rest}`, `http://localhost${rest}`), `${name}${rest}`)
      t.ok(await holds(`http://127.0.0.1${rest}`, `http://${name}${rest}`), `at ${name}${rest}`)
      t.notOk(await holds(`http://${name}${rest}`, `http://mock${rest}`), `${name}${rest} at another host`)
      t.notOk(await holds(`http://mock${rest}`, `http://${name}${rest}`), `another host at ${name}${rest}`)
    }
  }
  const strangers = [
    ...['https://localhost:8092', 'http://localhost:8093', 'http://localhost', 'http://localhost:8092/@acme'],
    ...['http://localhost:8092/', 'http://localhost:8092/oauth2', 'http://localhost:8092?', 'http://localhost:8092#'],
    ...['http://localhost:8092@evil.example.com', 'http://evil.example.com/localhost:8092', 'localhost:8092', ''],
    ...['http://other.localhost:8092', 'http://localhost.example.com:8092', 'http://127.0.0.1.example.com:8092'],
    ...['http://x@localhost:8092', 'http://[::2]:8092', 'http://128.0.0.1:8092', 'http://acme:8092'],
  ]
  for (const stranger of strangers) {
    t.notOk(await holds(stranger, ROOT), `${stranger} at the portal`)
    t.match(await judge(portal, await mintAccessToken(portal, { ...wanted, root: stranger })), /its iss is /)
    const misdirected = { ...wanted, claims: { aud: `${stranger}//` } }
    t.match(await judge(portal, await mintAccessToken(portal, misdirected)), /its aud is /)
  }
})

t.test('what the portal hasn’t signed doesn’t hold', async (t) => {
  const { portal, judge } = await judging(t)
  const token = await sign(portal, claims)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const other = shaped({ alg: 'ES256' }, { ...claims, sub: people.admin }).split('.')[1]
  const cases: Record<string, [token: string, reason: RegExp]> = {
    'by another portal': [await sign(testPortal(t), claims), /signature/],
    'by another portal, RSA': [await sign(testPortal(t), claims, {}, 'RS256'), /signature/],
    'with another payload': [`${header}.${other}.${signature}`, /signature/],
    'with a signature cut off': [`${header}.${payload}.${signature.slice(0, 20)}`, /signature/],
    'with no signature': [`${header}.${payload}.`, /signature/],
    'with a secret': [await signWithSecret(claims), /^signed with HS256, for which the portal has no key$/],
    'with the public key as a secret': [await signWithPublicKey(portal, claims), /^signed with HS256/],
    'by nobody': [unsigned(claims), /^signed with none, for which the portal has no key$/],
    'with an algorithm that is no text': [
      shaped({ alg: { toString: 1, valueOf: 1 } }, claims),
      /^signed with no algorithm/,
    ],
    'with no algorithm': [shaped({}, claims), /^signed with no algorithm/],
  }
  for (const [name, [forged, reason]] of Object.entries(cases)) t.match(await judge(forged), reason, name)
})

t.test('a token that was taken back doesn’t hold (facts §2.3)', async (t) => {
  const portal = testPortal(t)
  const token = await mintAccessToken(portal, wanted)
  const asked: string[] = []
  const service = (introspect: () => Promise<boolean>): IdentityService => ({
    ...portalIdentityService,
    introspect: (_, given) => {
      asked.push(given)
      return introspect()
    },
  })

  t.equal(
    await judge(
      portal,
      token,
      service(async () => true),
    ),
    null,
  )
  t.equal(
    await judge(
      portal,
      token,
      service(async () => false),
    ),
    'revoked, or issued before the portal was reset, restored or recreated',
  )
  const failing = service(async () => {
    throw new Error('introspection is down')
  })
  t.equal(await judge(portal, token, failing), 'introspection is down')
  t.strictSame(asked, [token, token, token])
  t.not(await judge(portal, await sign(testPortal(t), claims), failing), null)
  t.equal(asked.length, 3, 'what is wrong in itself isn’t asked about')
})

t.test('without the identity service nothing can be said (facts §2.3, §9 A33)', async (t) => {
  const portal = testPortal(t)
  const down: IdentityService = {
    ...portalIdentityService,
    publicKey: async () => {
      throw new Error('connect ECONNREFUSED')
    },
  }

  await t.rejects(judge(portal, await mintAccessToken(portal, wanted), down), {
    name: 'DomainError',
    code: 'identityServiceUnreachable',
    message: "the identity service can't be reached: connect ECONNREFUSED",
    detail: `${ROOT}/oauth2`,
  })
})
