import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import t from 'tap'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import { SIGNING_ALGORITHMS } from '../../src/oauth2/signing-keys.ts'
import { NOW, people, testServer } from '../helper.ts'

const PATHS = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/oauth2/.well-known/openid-configuration',
  '/oauth2/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration/oauth2',
  '/.well-known/oauth-authorization-server/oauth2',
  '/api/2.0/oauth2/.well-known/openid-configuration',
]

const GENUINE = [
  'accounts:read',
  'accounts:write',
  'accounts.self:read',
  'accounts.self:write',
  'files:read',
  'files:write',
  'rooms:read',
  'rooms:write',
  'openid',
]

t.test('the published keys verify the portal’s tokens', async (t) => {
  const { app, portal } = await testServer(t)
  const answer = await app.inject('/oauth2/jwks')
  t.equal(answer.statusCode, 200)
  t.match(answer.headers['content-type'], /^application\/(jwk-set\+)?json/)
  const published = answer.json<JSONWebKeySet>()
  t.strictSame(
    published.keys.map(({ alg }) => alg),
    ['ES256', 'RS256'],
  )
  t.strictSame(
    published.keys.flatMap((key) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].filter((member) => member in key)),
    [],
    'nothing private',
  )

  for (const algorithm of SIGNING_ALGORITHMS) {
    const root = 'http://localhost:8092'
    const token = await mintAccessToken(portal, { userId: people.owner, scopes: [], root, algorithm })
    const { payload } = await jwtVerify(token, createLocalJWKSet(published), { currentDate: new Date(NOW) })
    t.equal(payload.sub, people.owner, algorithm)
  }
})

t.test('the discovery documents say what is to be had where (facts §6.3)', async (t) => {
  const { app } = await testServer(t)
  for (const url of PATHS) {
    const answer = await app.inject({ url, headers: { host: 'docs.example.com:8080' } })
    t.equal(answer.statusCode, 200, url)
    const issuer = 'http://docs.example.com:8080/oauth2'
    t.match(answer.json(), {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'personal_access_token'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    })
  }
})

t.test('the scopes are those of the real server, and in the profile documented the documented ones too', async (t) => {
  const scopesOf = async (profile: 'documented' | 'server') => {
    const { app } = await testServer(t, { profile })
    return (await app.inject('/.well-known/openid-configuration')).json().scopes_supported
  }
  t.strictSame(await scopesOf('server'), GENUINE)
  t.strictSame(await scopesOf('documented'), [...GENUINE, 'read', 'write', '*:read', '*:write'])
})

t.test('they follow the address that was asked, and the public URL', async (t) => {
  const cases: [publicUrl: string | undefined, headers: Record<string, string>, issuer: string][] = [
    [undefined, { host: '127.0.0.1:8092' }, 'http://127.0.0.1:8092/oauth2'],
    [undefined, { host: '[::1]:8092' }, 'http://[::1]:8092/oauth2'],
    [undefined, { host: 'localhost' }, 'http://localhost/oauth2'],
    [
      undefined,
      { host: 'a', 'x-forwarded-host': 'docs.example.com', 'x-forwarded-proto': 'https' },
      'https://docs.example.com/oauth2',
    ],
    ['https://mock.example.com', { host: 'localhost:8092' }, 'https://mock.example.com/oauth2'],
  ]
  for (const [publicUrl, headers, issuer] of cases) {
    const { app } = await testServer(t, publicUrl === undefined ? {} : { publicUrl })
    const document = (await app.inject({ url: '/.well-known/openid-configuration', headers })).json()
    t.match(document, { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` })
  }
})

t.test('nobody’s Host header can fill the memory or break it', async (t) => {
  const { app } = await testServer(t)
  for (const host of [...Array.from({ length: 60 }, (_, i) => `h${i}.example.com`), 'a_b', '-', '1.2.3', '[::1]:80']) {
    const { statusCode } = await app.inject({ url: '/.well-known/openid-configuration', headers: { host } })
    t.equal(statusCode, 200, host)
  }
})

t.test('a portal below a path has a document of its own, below it and where RFC 8414 looks for it', async (t) => {
  const { app } = await testServer(t)
  const paths = PATHS.map((path) => `/@x${path}`)
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    paths.push(`/.well-known/${name}/@x/oauth2`, `/.well-known/${name}/@X/oauth2/`, `/.well-known/${name}/@x`)
  }
  for (const url of paths) {
    const answer = await app.inject({ url, headers: { host: '127.0.0.1:8092' } })
    t.equal(answer.statusCode, 200, url)
    const issuer = 'http://127.0.0.1:8092/@x/oauth2'
    t.match(answer.json(), { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` }, url)
  }
  const keysAt = async (path: string) => (await app.inject(`${path}/oauth2/jwks`)).json().keys[0].kid
  t.not(await keysAt('/@x'), await keysAt(''), 'its keys are its own')
  for (const url of ['/.well-known/oauth-authorization-server/@x/other', '/.well-known/jwks/@x/oauth2']) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
  t.equal((await app.inject('/.well-known/openid-configuration/@-/oauth2')).statusCode, 400, 'no name')
})

t.test('the router in front finds it all below /api/2.0 as well (facts §1.9)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    const token = await mintAccessToken(portal, { userId: people.owner, scopes: ['openid'], root: 'http://localhost' })
    const requests: [method: 'GET' | 'POST', path: string, form?: Record<string, string>][] = [
      ['GET', '/oauth2/authorize?client_id=nobody'],
      ['POST', '/oauth2/authorize', { client_id: 'nobody' }],
      ['GET', '/oauth2/authorize/x'],
      ['POST', '/oauth2/token', { grant_type: 'refresh_token', client_id: 'nobody' }],
      ['POST', '/oauth2/introspect', { token }],
      ['POST', '/oauth2/introspect', {}],
      ['POST', '/oauth2/revoke', { token }],
      ['GET', '/oauth2/userinfo'],
      ['POST', '/oauth2/userinfo', { access_token: token }],
      ['GET', '/oauth2/jwks'],
      ['GET', '/oauth2/login/x'],
      ['POST', '/oauth2/consent/x', { consent: 'allow' }],
      ['GET', '/oauth2/.well-known/openid-configuration'],
      ['GET', '/oauth2/.well-known/oauth-authorization-server'],
      ['GET', '/oauth2/token'],
    ]
    for (const [method, path, form] of requests) {
      const ask = (url: string) => {
        const headers = { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' }
        return app.inject({ method, url, headers, ...(form && { payload: String(new URLSearchParams(form)) }) })
      }
      const plain = await ask(path)
      t.not(plain.statusCode, 404, path)
      for (const url of [`/api/2.0${path}`, `/API/2${path}`]) {
        const routed = await ask(url)
        t.strictSame(
          [routed.statusCode, routed.body, routed.headers.allow],
          [plain.statusCode, plain.body, plain.headers.allow],
          `${method} ${url}`,
        )
      }
    }
    t.equal((await app.inject('/api/2.0/oauth2/nope')).statusCode, 404)
    t.equal((await app.inject('/api/2.0/security/oauth2/token')).statusCode, 401, 'that is the API’s')
  }
})

t.test('a method that an endpoint doesn’t take is refused with those that it takes', async (t) => {
  const { app } = await testServer(t)
  const cases: [method: 'GET' | 'POST' | 'DELETE', path: string, allow: string][] = [
    ['GET', 'token', 'POST'],
    ['GET', 'revoke', 'POST'],
    ['GET', 'introspect', 'POST'],
    ['DELETE', 'userinfo', 'GET, POST'],
    ['POST', 'jwks', 'GET, HEAD'],
  ]
  for (const [method, path, allow] of cases) {
    const { statusCode, headers } = await app.inject({ method, url: `/oauth2/${path}` })
    t.strictSame([statusCode, headers.allow], [405, allow], path)
  }
  t.equal((await app.inject('/oauth2/nope')).statusCode, 404)
})

t.test('browsers may call from where the server lets them', async (t) => {
  const { app } = await testServer(t, { allowedOrigins: ['https://app.example.com'] })
  const from = async (origin: string) => {
    const { headers } = await app.inject({ url: '/oauth2/jwks', headers: { origin } })
    return headers['access-control-allow-origin']
  }
  t.equal(await from('https://app.example.com'), 'https://app.example.com')
  t.equal(await from('https://other.example.com'), undefined)
})
