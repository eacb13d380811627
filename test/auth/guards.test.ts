import t from 'tap'
import { createGuard, GUARD_NAMES, type GuardName } from '../../src/auth/guards.ts'
import { portalIdentityService } from '../../src/oauth2/identity-service.ts'

t.test('there is a guard for each scheme of DocSpace’s document (facts §7)', async (t) => {
  const guards = GUARD_NAMES.map((name) => createGuard(name, portalIdentityService))

  t.strictSame(
    guards.map(({ name }) => name),
    ['asc_auth_key', 'Basic', 'Bearer', 'ApiKeyBearer', 'OAuth2', 'OpenId'],
    'in the order in which they are tried (facts §0 P3)',
  )
  t.strictSame(Object.fromEntries(guards.map(({ name, securityScheme }) => [name, securityScheme])), {
    asc_auth_key: { type: 'apiKey', in: 'cookie', name: 'asc_auth_key', description: 'Use Cookie authentication' },
    Basic: { type: 'http', scheme: 'basic', description: 'Enter your username and password' },
    Bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "Enter 'Bearer {JWT Token}'" },
    ApiKeyBearer: {
      type: 'apiKey',
      in: 'header',
      name: 'ApiKeyBearer',
      description: "Authentication is determined by the 'Authorization' header",
    },
    OAuth2: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: '/oauth2/authorize',
          tokenUrl: '/oauth2/token',
          scopes: { read: 'Read access to protected resources', write: 'Write access to protected resources' },
        },
      },
      description: 'OAuth2 flow with Authorization Code',
    },
    OpenId: {
      type: 'openIdConnect',
      openIdConnectUrl: '/.well-known/openid-configuration',
      description: 'OpenID Connect authentication',
    },
  })
  t.strictSame(
    guards.filter(({ documentedScopes }) => documentedScopes !== undefined).map(({ name }) => name),
    ['asc_auth_key', 'ApiKeyBearer', 'OAuth2'],
  )
  for (const { documentedScopes } of guards) t.strictSame(documentedScopes ?? ['read', 'write'], ['read', 'write'])
})

t.test('a server has guards of its own', async (t) => {
  for (const name of GUARD_NAMES) {
    t.not(createGuard(name, portalIdentityService), createGuard(name, portalIdentityService), name)
  }
})

t.test('a name that is none is refused', async (t) => {
  for (const name of ['basic', '', 'toString']) {
    t.throws(() => createGuard(name as GuardName, portalIdentityService), {
      name: 'TypeError',
      message: `no guard is called ${name}; there are asc_auth_key, Basic, Bearer, ApiKeyBearer, OAuth2, OpenId`,
    })
  }
})
