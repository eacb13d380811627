import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import t from 'tap'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import { SIGNING_ALGORITHMS } from '../../src/oauth2/signing-keys.ts'
import { NOW, people, testServer } from '../helper.ts'

t.test('the published keys verify the portal’s tokens', async (t) => {
  const { app, portal } = await testServer(t)
  const answer = await app.inject('/oauth2/jwks')
  t.equal(answer.statusCode, 200)
  t.match(answer.headers['content-type'], /^application\/json/)
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

t.test('the discovery documents say where tokens come from (facts §6.3)', async (t) => {
  const { app } = await testServer(t)
  const paths = [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/oauth2/.well-known/openid-configuration',
    '/oauth2/.well-known/oauth-authorization-server',
  ]
  for (const url of paths) {
    const answer = await app.inject({ url, headers: { host: 'docs.example.com:8080' } })
    t.equal(answer.statusCode, 200, url)
    t.strictSame(answer.json(), {
      issuer: 'http://docs.example.com:8080/oauth2',
      jwks_uri: 'http://docs.example.com:8080/oauth2/jwks',
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    })
  }
})

t.test('and follow the public URL', async (t) => {
  const { app } = await testServer(t, { publicUrl: 'https://mock.example.com' })
  const answer = await app.inject('/.well-known/openid-configuration')

  t.match(answer.json(), {
    issuer: 'https://mock.example.com/oauth2',
    jwks_uri: 'https://mock.example.com/oauth2/jwks',
  })
})
