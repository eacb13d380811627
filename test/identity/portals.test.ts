import type { FastifyInstance } from 'fastify'
import { decodeJwt } from 'jose'
import t from 'tap'
import { mintAccessToken } from '../../src/oauth2/access-token.ts'
import { createServer } from '../../src/server.ts'
import { defaultFixture } from '../../src/start.ts'
import { people, testPortal, testServer } from '../helper.ts'
import {
  asClient,
  authorizeUrl,
  CALLBACK,
  getCode,
  getTokens,
  post,
  redeem,
  refresh,
  running,
  statusFor,
  type TokenAnswer,
  Visitor,
  webApp,
} from './visitor.ts'

t.test('nothing that one portal gave counts in another', async (t) => {
  const one = await running(t)
  const other = await running(t)
  const code = await getCode(one.url, people.owner)
  const tokens = await getTokens(one.url, people.owner)

  t.equal(await statusFor(other.url, tokens.access_token), 401)
  t.match(await (await redeem(other.url, code)).json(), { error: 'invalid_grant' })
  t.match(await (await refresh(other.url, tokens.refresh_token)).json(), { error: 'invalid_grant' })
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    t.strictSame(await (await post(other.url, 'introspect', { token })).json(), { active: false })
    t.equal((await post(other.url, 'revoke', { token, ...asClient(webApp) })).status, 200)
  }
  t.equal(await statusFor(one.url, tokens.access_token), 200, 'nor can the other revoke it')
  t.equal((await refresh(one.url, tokens.refresh_token)).status, 200)
})

t.test('two portals of one server have issuers, keys and sessions of their own', async (t) => {
  const second = testPortal(t, { fixture: { ...defaultFixture, alias: 'second', tenantId: 2 } })
  const app = await createServer({ portals: [testPortal(t), second] })
  t.teardown(() => app.close())
  const at = (host: string) => ({ host, 'content-type': 'application/x-www-form-urlencoded' })
  const { pathname, search } = new URL(authorizeUrl('http://x', { prompt: 'none', login_hint: people.owner }))
  const authorized = await app.inject({ url: pathname + search, headers: at('second.localhost') })
  const code = new URL(authorized.headers.location ?? '').searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...asClient(webApp) }
  const payload = String(new URLSearchParams(form))
  const change = (host: string) => app.inject({ method: 'POST', url: '/oauth2/token', payload, headers: at(host) })

  t.match((await change('localhost')).json(), { error: 'invalid_grant' })
  const { access_token: token } = (await change('second.localhost')).json<TokenAnswer>()
  t.match(decodeJwt(token), { iss: 'http://second.localhost/oauth2', aud: 'http://second.localhost', tid: 2 })
  const statusAt = async (host: string) => {
    const headers = { host, authorization: `Bearer ${token}` }
    return (await app.inject({ url: '/api/2.0/portal/userscount', headers })).statusCode
  }
  t.equal(await statusAt('second.localhost'), 200)
  t.equal(await statusAt('localhost'), 401)
})

t.test('everything outlives the process with the portal’s file', async (t) => {
  const dataDirectory = t.testdir()
  const publicUrl = 'http://portal.example.com'
  const first = await running(t, { dataDirectory, publicUrl })
  const tokens = await getTokens(first.url, people.owner)
  const revoked = await getTokens(first.url, people.owner)
  await post(first.url, 'revoke', { token: revoked.access_token, ...asClient(webApp) })
  const code = await getCode(first.url, people.owner)
  await first.close()
  const again = await running(t, { dataDirectory, publicUrl })

  t.equal(await statusFor(again.url, tokens.access_token), 200)
  t.equal(await statusFor(again.url, revoked.access_token), 401)
  t.equal((await refresh(again.url, tokens.refresh_token)).status, 200)
  t.equal((await redeem(again.url, code)).status, 200)
})

t.test('a portal that is put back has forgotten what it gave, and what it revoked', async (t) => {
  const { url, portal } = await running(t)
  const kept = await getTokens(url, people.owner)
  const visitor = new Visitor(url)
  const image = portal.image()
  await visitor.authorize(authorizeUrl(url), people.owner)
  const later = await getTokens(url, people.owner)
  await post(url, 'revoke', { token: kept.access_token, ...asClient(webApp) })
  t.equal(await statusFor(url, kept.access_token), 401)
  portal.restore(image)

  t.equal(await statusFor(url, kept.access_token), 200)
  t.match(await (await refresh(url, later.refresh_token)).json(), { error: 'invalid_grant' })
  t.match((await visitor.go(authorizeUrl(url))).url, /\/oauth2\/login\//, 'nobody is signed in')
  t.equal((await refresh(url, kept.refresh_token)).status, 200)
})

t.test('a portal that is put back to before it had keys keeps those that clients have fetched', async (t) => {
  const { url, portal } = await running(t)
  const image = portal.image()
  const published = async () => (await fetch(`${url}/oauth2/jwks`)).json()
  const before = await published()
  portal.restore(image)
  t.strictSame(await published(), before)
  t.equal(portal.store.signingKeys.list().length, 2)
  const { access_token: token } = await getTokens(url, people.owner)
  t.equal(await statusFor(url, token), 200)
})

t.test('a client that was changed, switched off or deleted is so at once', async (t) => {
  const { url, portal } = await running(t)
  const { oauth2Clients } = portal.store
  const client = oauth2Clients.find(webApp.clientId)
  if (client === undefined) throw new Error('the fixture has no such client')
  const tokens = await getTokens(url, people.owner)
  const attempt = async (changes: Partial<typeof client>) => {
    oauth2Clients.update({ ...client, ...changes })
    const { status } = await fetch(authorizeUrl(url), { redirect: 'manual' })
    return status
  }
  t.equal(await attempt({}), 303)
  t.equal(await attempt({ redirectUris: ['http://localhost:4000'] }), 400)
  t.equal(await attempt({ enabled: false }), 400)
  t.equal((await refresh(url, tokens.refresh_token)).status, 401)
  oauth2Clients.update({ ...client, clientSecret: 'another' })
  t.equal((await refresh(url, tokens.refresh_token)).status, 401)
  t.equal((await refresh(url, tokens.refresh_token, { client_secret: 'another' })).status, 200)
  const code = await getCode(url, people.owner)
  oauth2Clients.remove(webApp.clientId)
  t.equal((await redeem(url, code)).status, 401)
})

t.test('a person who was terminated gets nothing more', async (t) => {
  const { url, portal } = await running(t)
  const visitor = new Visitor(url)
  const back = await visitor.authorize(authorizeUrl(url), people.winfield)
  const tokens = await getTokens(url, people.winfield)
  const user = portal.store.users.find(people.winfield)
  portal.store.users.update({ ...JSON.parse(user?.info ?? '{}'), id: people.winfield, type: 4, status: 2 })

  t.equal((await redeem(url, back.searchParams.get('code') ?? '')).status, 400)
  t.equal((await refresh(url, tokens.refresh_token)).status, 400)
  t.equal(await statusFor(url, tokens.access_token), 401)
  const { answer } = await visitor.go(authorizeUrl(url))
  t.equal(answer?.status, 200)
  t.match(answer?.url, /\/oauth2\/login\//)
})

t.test('tokens that were minted elsewhere can be introspected and revoked as well', async (t) => {
  const { url, portal } = await running(t)
  const options = { userId: people.owner, scopes: ['read', 'openid'], root: url, clientId: webApp.clientId }
  const token = await mintAccessToken(portal, options)
  t.match(await (await post(url, 'introspect', { token })).json(), { active: true, sub: people.owner })
  t.match(await (await fetch(`${url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })).json(), {
    sub: people.owner,
  })
  await post(url, 'revoke', { token, ...asClient(webApp) })
  t.strictSame(await (await post(url, 'introspect', { token })).json(), { active: false })
  t.equal(await statusFor(url, token), 401)
})

/** Requests to a server that isn't listening, under any host. The host may have a path behind it. */
function asking({ app }: { app: FastifyInstance }) {
  return (address: string, path: string, form?: Record<string, string>, token?: string) => {
    const [, host = '', below = ''] = /^([^/]*)(.*)$/.exec(address) ?? []
    const headers = {
      host,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    }
    const payload = form && String(new URLSearchParams(form))
    return app.inject({ method: form ? 'POST' : 'GET', url: below + path, headers, ...(payload && { payload }) })
  }
}

for (const profile of ['documented', 'server'] as const) {
  t.test(`what a portal gave under one name of its machine holds under the others, ${profile}`, async (t) => {
    const portal = testPortal(t, { fixture: { ...defaultFixture, alias: 'acme' } })
    portal.changeSettings({ mappedDomain: 'docs.example.com' })
    const ask = asking(await testServer(t, { portal, profile }))
    const [scope, valid] = profile === 'server' ? ['openid accounts:read', 403] : ['openid read', 200]

    const getCodeAt = async (address: string): Promise<string> => {
      const { pathname, search } = new URL(
        authorizeUrl('http://x', { prompt: 'none', login_hint: people.owner, scope }),
      )
      const { headers } = await ask(address, pathname + search)
      return new URL(headers.location ?? '').searchParams.get('code') ?? ''
    }
    const redeemAt = async (address: string, code: string) => {
      const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...asClient(webApp) }
      return ask(address, '/oauth2/token', form)
    }
    const refreshAt = (address: string, token: string) =>
      ask(address, '/oauth2/token', { grant_type: 'refresh_token', refresh_token: token, ...asClient(webApp) })
    /** What comes of a code and of tokens that were given elsewhere. */
    const use = async (given: string, used: string) => {
      const code = await redeemAt(used, await getCodeAt(given))
      const { access_token: token, refresh_token: refreshToken } = (
        await redeemAt(given, await getCodeAt(given))
      ).json<TokenAnswer>()
      const api = await ask(used, '/api/2.0/portal/userscount', undefined, token)
      const userinfo = await ask(used, '/oauth2/userinfo', undefined, token)
      const introspected = await ask(used, '/oauth2/introspect', { token })
      const revoked = await ask(used, '/oauth2/revoke', { token, ...asClient(webApp) })
      const after = await ask(given, '/oauth2/introspect', { token })
      const refreshed = await refreshAt(used, refreshToken)
      const statuses = [code, api, userinfo, revoked, refreshed].map(({ statusCode }) => statusCode)
      return [...statuses, introspected.json().active, after.json().active]
    }
    const accepted = [200, valid, 200, 200, 200, true, false]
    const refused = [400, 401, 401, 200, 400, false, true]

    for (const rest of [':8092', ':8092/@x']) {
      for (const name of [
        '127.0.0.1',
        '127.8.9.1',
        '[::1]',
        ...(rest === ':8092' ? ['acme.localhost', 'docs.example.com'] : []),
      ]) {
        const [one, other] = [`localhost${rest}`, `${name}${rest}`]
        t.strictSame(await use(one, other), accepted, `${one} at ${other}`)
        t.strictSame(await use(other, one), accepted, `${other} at ${one}`)
      }
      for (const stranger of [
        `localhost:9999${rest.slice(5)}`,
        `mock${rest}`,
        'localhost:8092/@y',
        `x.localhost:8092`,
      ]) {
        t.strictSame(await use(`localhost${rest}`, stranger), refused, `localhost${rest} at ${stranger}`)
        t.strictSame(await use(stranger, `127.0.0.1${rest}`), refused, `${stranger} at 127.0.0.1${rest}`)
      }
    }
    const minted = await mintAccessToken(portal, {
      userId: people.owner,
      scopes: ['openid'],
      root: 'http://127.0.0.1:8092',
    })
    t.equal((await ask('localhost:8092', '/oauth2/userinfo', undefined, minted)).statusCode, 200)
    t.equal((await ask('mock:8092', '/oauth2/userinfo', undefined, minted)).statusCode, 401)
  })
}
