import { createHash, randomBytes } from 'node:crypto'
import * as openid from 'openid-client'
import t, { type Test } from 'tap'
import { people } from '../helper.ts'
import {
  authorizeUrl,
  browserApp,
  CALLBACK,
  getCode,
  post,
  redeem,
  running,
  statusFor,
  Visitor,
  webApp,
} from './visitor.ts'

t.test('openid-client: discovery, code flow with PKCE through the pages, userinfo, refresh, revocation', async (t) => {
  const { url } = await running(t)
  const clients = [
    { ...webApp, authentication: openid.ClientSecretPost(webApp.clientSecret) },
    { ...browserApp, authentication: openid.None() },
  ]
  for (const { clientId, authentication } of clients) {
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      await t.test(`${clientId}, ${algorithm}`, (t) => wholeFlow(t, { url, clientId, authentication, algorithm }))
    }
  }
})

interface Flow {
  url: string
  clientId: string
  authentication: openid.ClientAuth
  algorithm: 'oidc' | 'oauth2'
}

async function wholeFlow(t: Test, { url, clientId, authentication, algorithm }: Flow): Promise<void> {
  const config = await openid.discovery(new URL(`${url}/oauth2`), clientId, undefined, authentication, {
    algorithm,
    execute: [openid.allowInsecureRequests],
  })
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const nonce = openid.randomNonce()
  const target = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid read write',
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
  t.equal(tokens.scope, 'openid read write')
  t.match(tokens.claims(), { sub: people.admin, nonce, email: 'admin@example.com', aud: clientId })
  t.match(await openid.fetchUserInfo(config, tokens.access_token, people.admin), {
    sub: people.admin,
    email: 'admin@example.com',
    name: /\w/,
  })
  t.equal(await statusFor(url, tokens.access_token), 200)

  const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  t.not(renewed.refresh_token, tokens.refresh_token, 'rotated')
  t.equal(await statusFor(url, renewed.access_token), 200)
  t.match(await openid.tokenIntrospection(config, renewed.access_token), { active: true, sub: people.admin })

  await openid.tokenRevocation(config, renewed.access_token)
  t.equal(await statusFor(url, renewed.access_token), 401)
  t.equal(await statusFor(url, tokens.access_token), 200, 'the other one still counts')
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
