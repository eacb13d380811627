import { createHash, randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import * as openid from 'openid-client'
import t, { type Test } from 'tap'
import { claimsOf } from '../../src/oauth2/claims-of.ts'
import { made, signatureOf } from '../api/clients/call.ts'
import { people } from '../helper.ts'
import {
  asClient,
  authorizeUrl,
  browserApp,
  CALLBACK,
  getCode,
  post,
  redeem,
  running,
  statusFor,
  type TokenAnswer,
  Visitor,
  webApp,
} from './visitor.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((known) => known?.some(({ address }) => address === '::1'))

const confidential = { ...webApp, authentication: openid.ClientSecretPost(webApp.clientSecret) }
const pkce = { ...browserApp, authentication: openid.None() }

t.test('openid-client: discovery, code flow with PKCE through the pages, userinfo, refresh, revocation', async (t) => {
  const { url } = await running(t)
  for (const client of [confidential, pkce]) {
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      await t.test(`${client.clientId}, ${algorithm}`, (t) => wholeFlow(t, { ...client, url, algorithm }))
    }
  }
})

for (const profile of ['documented', 'server'] as const) {
  t.test(`openid-client: the issuer is the address that was asked, ${profile}`, async (t) => {
    const { url } = await running(t, { profile })
    const overIpv6 = hasIpv6 ? [(await running(t, { profile, host: '::1' })).url] : []
    const asServer = profile === 'server' && { scope: 'openid accounts:read', status: 403 }
    for (const root of [url, url.replace('localhost', '127.0.0.1'), ...overIpv6]) {
      for (const path of ['', '/@x']) {
        for (const algorithm of ['oidc', 'oauth2'] as const) {
          const flow = { ...confidential, ...asServer, url: root + path, algorithm }
          await t.test(`${flow.url}, ${algorithm}`, (t) => wholeFlow(t, flow))
        }
      }
    }
    // with a base URL that ends in a slash
    for (const server of [
      `${url}//oauth2/.well-known/openid-configuration`,
      `${url}/@x/.well-known/openid-configuration/`,
      `${url}/@x//oauth2/.well-known/openid-configuration`,
    ]) {
      const root = server.includes('@') ? `${url}/@x` : url
      await t.test(server, (t) => wholeFlow(t, { ...confidential, ...asServer, url: root, server }))
    }
  })
}

interface Flow {
  url: string
  clientId: string
  authentication: openid.ClientAuth
  algorithm?: 'oidc' | 'oauth2'
  /** What discovery begins with, unless that is the issuer. */
  server?: string
  scope?: string
  /** What `userscount` answers to a token that holds. */
  status?: number
}

async function wholeFlow(t: Test, flow: Flow): Promise<void> {
  const { url, clientId, authentication, scope = 'openid read write', status = 200 } = flow
  const { algorithm = 'oidc', server = `${url}/oauth2` } = flow
  const config = await openid.discovery(new URL(server), clientId, undefined, authentication, {
    algorithm,
    execute: [openid.allowInsecureRequests],
  })
  t.equal(config.serverMetadata().issuer, `${url}/oauth2`)
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const nonce = openid.randomNonce()
  const target = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  const visitor = new Visitor(url)
  const back = await visitor.authorize(target, people.admin)
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  const tokens = await openid.authorizationCodeGrant(config, back, checks)
  t.equal(tokens.expires_in, 3600)
  t.equal(tokens.scope, scope)
  t.match(claimsOf(tokens.access_token), { iss: `${url}/oauth2`, aud: url, sub: people.admin, cid: clientId })
  t.match(tokens.claims(), { sub: people.admin, nonce, email: 'admin@example.com', aud: clientId })
  t.match(await openid.fetchUserInfo(config, tokens.access_token, people.admin), {
    sub: people.admin,
    email: 'admin@example.com',
    name: /\w/,
  })
  t.equal(await statusFor(url, tokens.access_token), status)

  const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  t.not(renewed.refresh_token, tokens.refresh_token, 'rotated')
  t.equal(await statusFor(url, renewed.access_token), status)
  t.match(await openid.tokenIntrospection(config, renewed.access_token), { active: true, sub: people.admin })

  await openid.tokenRevocation(config, renewed.access_token)
  t.equal(await statusFor(url, renewed.access_token), 401)
  t.equal(await statusFor(url, tokens.access_token), status, 'the other one still counts')
  t.strictSame(await openid.tokenIntrospection(config, renewed.access_token), { active: false })
  await t.rejects(openid.fetchUserInfo(config, renewed.access_token, people.admin), {
    code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
  })

  await openid.tokenRevocation(config, renewed.refresh_token ?? '')
  t.equal(await statusFor(url, tokens.access_token), 401, 'whatever came of the grant is gone with the refresh token')
  await t.rejects(openid.refreshTokenGrant(config, renewed.refresh_token ?? ''), {
    code: 'OAUTH_RESPONSE_BODY_ERROR',
    message: /./,
  })
}

t.test('PKCE isn’t required of clients that keep a secret, and checked where it is used', async (t) => {
  const { url } = await running(t)
  t.equal((await redeem(url, await getCode(url, people.owner))).status, 200)

  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
  t.equal((await redeem(url, await getCode(url, people.owner, pkce), { code_verifier: verifier })).status, 200)
  for (const wrong of [{}, { code_verifier: randomBytes(32).toString('base64url') }, { code_verifier: 'short' }]) {
    const answer = await redeem(url, await getCode(url, people.owner, pkce), wrong as Record<string, string>)
    t.equal(answer.status, 400, JSON.stringify(wrong))
  }
})

t.test('a client without its secret needs a verifier of a code that was asked for with one', async (t) => {
  const { url } = await running(t)
  const asBrowserApp = { client_id: browserApp.clientId, client_secret: '' }
  const plain = () => getCode(url, people.owner, { client_id: browserApp.clientId })

  t.equal((await redeem(url, await plain(), asBrowserApp)).status, 401)
  const verifier = randomBytes(32).toString('base64url')
  t.equal((await redeem(url, await plain(), { ...asBrowserApp, code_verifier: verifier })).status, 400)
  const withSecret = { client_id: browserApp.clientId, client_secret: browserApp.clientSecret }
  t.equal((await redeem(url, await plain(), withSecret)).status, 200, 'or its secret')
})

t.test('HTTP Basic proves a client in the profile documented only', async (t) => {
  for (const [profile, status] of [
    ['documented', 200],
    ['server', 401],
  ] as const) {
    const { url } = await running(t, { profile })
    const code = await getCode(url, people.owner, { scope: 'openid' })
    const authorization = `Basic ${btoa(`${webApp.clientId}:${webApp.clientSecret}`)}`
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
    const answer = await post(url, 'token', form, { authorization })
    t.equal(answer.status, status, profile)
    if (status === 401) t.match(await answer.json(), { error: 'invalid_client' })
  }
})

t.test('consent is asked once a session, and who refuses it is told so', async (t) => {
  const { url } = await running(t)
  const visitor = new Visitor(url)
  t.match((await visitor.authorize(authorizeUrl(url), people.owner, 'deny')).searchParams.get('error'), 'access_denied')
  t.match((await visitor.go(authorizeUrl(url))).url, /\/oauth2\/consent\//, 'signed in, not consented')
  const first = await visitor.authorize(authorizeUrl(url), people.owner)
  const second = await visitor.go(authorizeUrl(url))
  t.match(second.url, /^http:\/\/localhost:3000\/callback\?code=/, 'neither page is shown')
  t.match((await visitor.go(authorizeUrl(url, { scope: 'openid files:read' }))).url, /consent/, 'for more than before')
  t.match((await visitor.go(authorizeUrl(url, { prompt: 'consent' }))).url, /consent/)
  t.match(
    (await visitor.go(authorizeUrl(url, { client_id: browserApp.clientId }))).url,
    /consent/,
    'for another client',
  )

  const tokens = await Promise.all(
    [first, new URL(second.url)].map(async (back) => {
      const answer = await redeem(url, back.searchParams.get('code') ?? '')
      return (await answer.json()) as { access_token: string; refresh_token: string }
    }),
  )
  const [one, other] = tokens
  await fetch(`${url}/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({
      token: one?.refresh_token ?? '',
      client_id: webApp.clientId,
      client_secret: webApp.clientSecret,
    }),
  })
  t.equal(await statusFor(url, one?.access_token ?? ''), 401)
  t.equal(await statusFor(url, other?.access_token ?? ''), 200, 'each code has a grant of its own')
})

t.test('somebody else can take over the session, who hasn’t consented to anything', async (t) => {
  const { url } = await running(t)
  const visitor = new Visitor(url)
  await visitor.authorize(authorizeUrl(url), people.owner)
  const { url: login } = await visitor.go(authorizeUrl(url, { prompt: 'login' }))
  t.match(login, /\/oauth2\/login\//)
  const { url: consent, answer } = await visitor.go(login, { person: people.guest })
  t.match(consent, /\/oauth2\/consent\//)
  t.match(await answer?.text(), 'guest@example.com')
  const { url: back } = await visitor.go(consent, { consent: 'allow' })
  const tokens = await (await redeem(url, new URL(back).searchParams.get('code') ?? '')).json()
  t.equal(
    JSON.parse(
      Buffer.from((tokens as { access_token: string }).access_token.split('.')[1] ?? '', 'base64url').toString(),
    ).sub,
    people.guest,
  )
})

for (const profile of ['documented', 'server'] as const) {
  t.test(`parameters that Spring ignores change nothing, ${profile}`, async (t) => {
    const { url } = await running(t, { profile })
    const scope = 'openid accounts:read'
    const ignored: [string, string][][] = [
      [['resource', `${url}/`]],
      [['resource', url]],
      [['resource', 'http://localhost:8092/']],
      [['resource', 'https://other.example.com/mcp']],
      [
        ['resource', url],
        ['resource', 'https://other.example.com'],
      ],
      [['resource', 'no address']],
      [['resource', 'https://example.com#fragment']],
      [['resource', '']],
    ]
    for (const entries of ignored) {
      const name = JSON.stringify(entries)
      const parameters = new URLSearchParams(entries)
      const back = await new Visitor(url).authorize(`${authorizeUrl(url, { scope })}&${parameters}`, people.owner)
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code: back.searchParams.get('code') ?? '',
        redirect_uri: CALLBACK,
        ...asClient(webApp),
      })
      const tokens = await sendForm(url, 'token', `${form}&${parameters}`)
      t.match(claimsOf(tokens.access_token), { aud: url, scope: scope.split(' ') }, name)
      const renewal = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...asClient(webApp) }
      const renewed = await sendForm(url, 'token', `${new URLSearchParams(renewal)}&${parameters}`)
      t.match(claimsOf(renewed.access_token), { aud: url, scope: scope.split(' ') }, name)
    }
  })
}

/** Sends a form that must succeed. */
async function sendForm(url: string, path: string, body: string): Promise<TokenAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${url}/oauth2/${path}`, { method: 'POST', body, headers })
  if (answer.status !== 200) throw new Error(`${body}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as TokenAnswer
}

t.test('prompts that Spring doesn’t know are ignored, the others change which pages are shown', async (t) => {
  const { url } = await running(t)
  const visitor = new Visitor(url)
  await visitor.authorize(authorizeUrl(url), people.owner)
  const cases: [prompt: string, sentTo: RegExp][] = [
    ['select_account', /^http:\/\/localhost:3000\/callback\?code=/],
    ['dance', /^http:\/\/localhost:3000\/callback\?code=/],
    ['create select_account', /^http:\/\/localhost:3000\/callback\?code=/],
    ['none', /^http:\/\/localhost:3000\/callback\?code=/],
    ['none dance', /^http:\/\/localhost:3000\/callback\?code=/],
    ['login', /\/oauth2\/login\//],
    ['select_account login', /\/oauth2\/login\//],
    ['consent', /\/oauth2\/consent\//],
    ['consent dance', /\/oauth2\/consent\//],
    ['login consent', /\/oauth2\/login\//],
    ['none login', /error=invalid_request/],
    ['none consent', /error=invalid_request/],
    ['none select_account', /error=invalid_request/],
  ]
  for (const [prompt, sentTo] of cases) t.match((await visitor.go(authorizeUrl(url, { prompt }))).url, sentTo, prompt)
  const stranger = new Visitor(url)
  t.match((await stranger.go(authorizeUrl(url, { prompt: 'select_account' }))).url, /\/oauth2\/login\//)
  t.match((await stranger.go(authorizeUrl(url, { prompt: 'none dance' }))).url, /error=login_required/)
})

t.test('a code is asked for by POST as by GET', async (t) => {
  const { url } = await running(t)
  for (const root of [url, `${url}/@x`]) {
    const target = new URL(authorizeUrl(root, { state: 's t', resource: `${root}/` }))
    const visitor = new Visitor(root)
    const form = Object.fromEntries(target.searchParams)
    const { url: login, answer } = await visitor.go(`${root}/oauth2/authorize`, form)
    t.match(login, `${root}/oauth2/login/`)
    t.equal(answer?.status, 200)
    const { url: consent } = await visitor.go(login, { person: people.owner })
    const { url: back } = await visitor.go(consent, { consent: 'allow' })
    t.equal(new URL(back).searchParams.get('state'), 's t')
    t.equal((await redeem(root, new URL(back).searchParams.get('code') ?? '')).status, 200)
    t.match((await visitor.go(`${root}/oauth2/authorize`, form)).url, `${CALLBACK}?code=`, 'signed in')
    const queried = await post(root, `authorize${target.search}`, {})
    t.strictSame(
      [queried.status, await queried.json()],
      [400, { error: 'invalid_request', error_description: "missing required parameter 'client_id'" }],
      'the query of a POST doesn’t count',
    )
  }
})

t.test('the MCP server: a new client, no scope, resources with a slash, introspection by nobody', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { url, portal } = await running(t, { profile })
    const scopes = ['accounts:read', 'files:read', 'openid']
    const registered = await fetch(`${url}/api/2.0/oauth2/clients`, {
      method: 'POST',
      body: JSON.stringify({ ...made, redirect_uris: ['http://127.0.0.1/callback'], scopes }),
      headers: { 'content-type': 'application/json', 'x-signature': signatureOf(portal, 'admin') },
    })
    const { client_id: id } = (await registered.json()) as { client_id: string }
    const config = await openid.discovery(new URL(`${url}/oauth2`), id, undefined, openid.None(), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })
    const verifier = openid.randomPKCECodeVerifier()
    const resource = `${url}/`
    const target = openid.buildAuthorizationUrl(config, {
      redirect_uri: 'http://127.0.0.1:49152/callback',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      resource,
    })
    const back = await new Visitor(url).authorize(target, people.admin)
    t.match(back.href, /^http:\/\/127\.0\.0\.1:49152\/callback\?/)
    const checks = { pkceCodeVerifier: verifier }
    const tokens = await openid.authorizationCodeGrant(config, back, checks, { resource })
    t.equal(tokens.scope, scopes.join(' '), profile)
    const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource })

    const introspected = await post(url, 'introspect', { token: renewed.access_token })
    const told = (await introspected.json()) as Record<string, unknown>
    const order = ['active', 'sub', 'aud', 'nbf', 'scope', 'iss', 'exp', 'iat', 'jti', 'tid', 'cid']
    t.strictSame(Object.keys(told), [...order, 'client_id', 'token_type'])
    const { nbf, exp, iat, jti, ...said } = told
    t.strictSame(said, {
      active: true,
      sub: people.admin,
      aud: [url],
      scope: scopes.join(' '),
      iss: `${url}/oauth2`,
      tid: 1,
      cid: id,
      client_id: id,
      token_type: 'Bearer',
    })
    t.equal(await statusFor(url, renewed.access_token), 403, 'none of the scopes is the portal’s')
  }
})
