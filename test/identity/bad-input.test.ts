import { connect } from 'node:net'
import t from 'tap'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { people } from '../helper.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'
import {
  asClient,
  authorizeUrl,
  browserApp,
  CALLBACK,
  getCode,
  getTokens,
  post,
  redeem,
  refresh,
  running,
  statusFor,
  Visitor,
  webApp,
} from './visitor.ts'

t.test('the journal and the explain header say why a request to the authorization server was refused', async (t) => {
  const { url } = await running(t)
  const headers = { 'x-docspace-mock-explain': '1' }
  const token = (form: Record<string, string>) =>
    fetch(`${url}/oauth2/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
  const cases: [send: () => Promise<Response>, refusal: RegExp][] = [
    [() => fetch(authorizeUrl(url, { client_id: 'nobody' }), { headers }), /^invalid_client: /],
    [() => token({}), /^invalid_request: no client authentication mechanism provided$/],
    [
      () => token({ grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK, ...asClient(webApp) }),
      /^invalid_grant: .*not found/,
    ],
    [
      () => token({ grant_type: 'authorization_code', code: 'x', ...asClient(webApp), client_secret: 'x' }),
      /^invalid_client: /,
    ],
    [() => fetch(`${url}/oauth2/userinfo`, { headers }), /^no access token was sent$/],
    [() => fetch(`${url}/oauth2/introspect`, { method: 'POST', headers }), /^missing required parameter 'token'$/],
    [() => fetch(`${url}/oauth2/login/gone`, { headers }), /^This sign-in has ended/],
  ]
  for (const [send, refusal] of cases) {
    const answer = await send()
    t.ok(answer.status >= 400, String(refusal))
    t.match(answer.headers.get('x-docspace-mock-explain'), /profile: documented \| refused: /, String(refusal))
    await answer.text()
    const { entries } = (await (await fetch(`${url}/__mock/journal?limit=1`)).json()) as {
      entries: { refusal: string }[]
    }
    t.match(entries[0]?.refusal, refusal)
  }
})

t.test('a request for a code that can’t be sent back is answered where it was made', async (t) => {
  const { url } = await running(t)
  const cases: [parameters: Record<string, string>, error: string][] = [
    [{ client_id: '' }, 'invalid_request'],
    [{ client_id: 'nobody' }, 'invalid_client'],
    [{ client_id: '00000000-0000-0000-0000-000000000000' }, 'invalid_client'],
    [{ redirect_uri: 'https://evil.example.com' }, 'invalid_redirect_uri'],
    [{ redirect_uri: `${CALLBACK}/` }, 'invalid_redirect_uri'],
    [{ redirect_uri: `${CALLBACK}?a=b` }, 'invalid_redirect_uri'],
    [{ redirect_uri: 'javascript:alert(1)' }, 'invalid_redirect_uri'],
    [{ redirect_uri: '' }, 'invalid_request'],
    [{ redirect_uri: 'https://evil.example.com', scope: 'nope' }, 'invalid_redirect_uri'],
  ]
  for (const [parameters, error] of cases) {
    const answer = await fetch(authorizeUrl(url, parameters), { redirect: 'manual' })
    t.equal(answer.status, 400, JSON.stringify(parameters))
    t.match(await answer.json(), { error }, JSON.stringify(parameters))

    const page = await fetch(authorizeUrl(url, parameters), { redirect: 'manual', headers: { accept: 'text/html' } })
    t.match(page.headers.get('content-type'), /^text\/html/)
    t.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/)
    t.match(await page.text(), `<b>${error}</b>`)
  }
})

t.test('any other goes back to the client with its state', async (t) => {
  const { url } = await running(t)
  const cases: [parameters: Record<string, string>, error: string][] = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'nope' }, 'unsupported_response_type'],
    [{ response_type: '' }, 'invalid_request'],
    [{ scope: 'nope' }, 'invalid_scope'],
    [{ scope: 'openid profile' }, 'invalid_scope'],
    [{ scope: 'openid "' }, 'invalid_scope'],
    [{ prompt: 'none' }, 'login_required'],
    [{ prompt: 'none', login_hint: 'nobody@example.com' }, 'login_required'],
    [{ prompt: 'none', login_hint: people.terminated }, 'login_required'],
    [{ prompt: 'none', login_hint: people.pending }, 'login_required'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ prompt: 'none select_account' }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
    [{ max_age: 'x' }, 'invalid_request'],
    [{ request: 'x' }, 'request_not_supported'],
    [{ request_uri: 'https://example.com' }, 'request_uri_not_supported'],
    [{ id_token_hint: 'x' }, 'invalid_request'],
    [{ response_mode: 'nope' }, 'unsupported_response_mode'],
  ]
  for (const [parameters, error] of cases) {
    const answer = await fetch(authorizeUrl(url, { state: 's t', ...parameters }), { redirect: 'manual' })
    const location = URL.parse(answer.headers.get('location') ?? '')
    t.equal(answer.status, 303, JSON.stringify(parameters))
    t.match(location?.href, /^http:\/\/localhost:3000\/callback[?#]/)
    const { error: given, state } = Object.fromEntries(
      new URLSearchParams(location?.search || location?.hash.slice(1) || ''),
    )
    t.strictSame([given, state], [error, 's t'], JSON.stringify(parameters))
  }
})

t.test('a bad token request gets the error of the RFC', async (t) => {
  const { url } = await running(t)
  const client = asClient(webApp)
  const code = () => getCode(url, people.owner)
  const { refresh_token: token } = await getTokens(url, people.owner)
  const good = { grant_type: 'authorization_code', redirect_uri: CALLBACK, ...client }
  const renew = { grant_type: 'refresh_token', refresh_token: token, ...client }
  const cases: [form: Record<string, string>, status: number, error: string][] = [
    [{}, 400, 'invalid_request'],
    [client, 400, 'invalid_request'],
    [{ ...client, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ ...client, grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    [{ ...client, grant_type: 'implicit' }, 400, 'unsupported_grant_type'],
    [{ ...client, grant_type: 'toString' }, 400, 'unsupported_grant_type'],
    [good, 400, 'invalid_request'],
    [{ ...good, code: 'nope' }, 400, 'invalid_grant'],
    [{ ...good, code: '\0\ud800' }, 400, 'invalid_grant'],
    [{ ...good, code: await code(), redirect_uri: 'http://localhost:5173/callback' }, 400, 'invalid_grant'],
    [{ ...good, code: await code(), redirect_uri: '' }, 400, 'invalid_request'],
    [{ ...good, code: await code(), client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ ...good, code: await code(), client_secret: '' }, 401, 'invalid_client'],
    [{ ...good, code: await code(), client_id: 'nobody' }, 401, 'invalid_client'],
    [{ ...good, code: await code(), client_id: '' }, 400, 'invalid_request'],
    [{ ...good, code: await code(), ...asClient(browserApp) }, 400, 'invalid_grant'],
    [{ ...good, code: await code(), code_verifier: 'v'.repeat(43) }, 400, 'invalid_grant'],
    [{ ...renew, refresh_token: '' }, 400, 'invalid_request'],
    [{ ...renew, refresh_token: 'nope' }, 400, 'invalid_grant'],
    [{ ...renew, scope: 'files:read' }, 400, 'invalid_scope'],
    [{ ...renew, scope: 'nope' }, 400, 'invalid_scope'],
    [{ ...renew, ...asClient(browserApp) }, 400, 'invalid_grant'],
    [{ ...client, grant_type: 'personal_access_token' }, 400, 'invalid_grant'],
  ]
  for (const [form, status, error] of cases) {
    const answer = await post(url, 'token', form)
    const body = await answer.json()
    t.strictSame([answer.status, (body as { error: string }).error], [status, error], JSON.stringify(form))
    t.equal(answer.headers.get('cache-control'), 'no-store')
  }
  t.equal((await refresh(url, token)).status, 200, 'none of them has used up the refresh token')
})

t.test('bodies that are no form, or more than one', async (t) => {
  const { url } = await running(t)
  const send = (body: string | Uint8Array, type: string, path = 'token') =>
    fetch(`${url}/oauth2/${path}`, { method: 'POST', body: body as string, headers: { 'content-type': type } })
  const form = 'application/x-www-form-urlencoded'
  const cases: [body: string | Uint8Array, type: string, status: number][] = [
    ['{"grant_type":"refresh_token"}', 'application/json', 400],
    ['', form, 400],
    ['%', form, 400],
    ['grant_type=refresh_token&grant_type=refresh_token', form, 400],
    [`client_id=${webApp.clientId}&client_id=${webApp.clientId}`, form, 400],
    ['a[b]=c', form, 400],
    ['x'.repeat(100_000), form, 400],
    [new Uint8Array([0xff, 0xfe, 0]), form, 400],
    ['grant_type=refresh_token', `${form}; charset=nope`, 400],
  ]
  for (const [body, type, status] of cases) {
    const answer = await send(body, type)
    t.equal(answer.status, status, `${String(body).slice(0, 40)} as ${type}`)
    t.match(await answer.json(), { error: 'invalid_request' })
  }
  for (const path of ['introspect', 'revoke', 'userinfo', 'login/x', 'consent/x']) {
    for (const [body, type] of cases) {
      const { status } = await send(body, type, path)
      t.ok(status >= 400 && status < 500, `${path}: ${status}`)
    }
  }
})

t.test('a client that hangs up in the middle of a form harms nobody', async (t) => {
  const { url } = await running(t)
  const { port } = new URL(url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), 'localhost', () => {
      const head = 'POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n'
      socket.write(`${head}Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=`, () => socket.destroy())
      socket.once('close', () => resolve())
    })
  })
  t.equal((await fetch(`${url}/oauth2/jwks`)).status, 200)
})

t.test('a replayed code takes the tokens that it has given with it', async (t) => {
  const { url } = await running(t)
  const code = await getCode(url, people.owner)
  const first = (await (await redeem(url, code)).json()) as { access_token: string; refresh_token: string }
  t.equal(await statusFor(url, first.access_token), 200)

  const again = await redeem(url, code)
  t.equal(again.status, 400)
  t.match(await again.json(), { error: 'invalid_grant' })
  t.equal(await statusFor(url, first.access_token), 401)
  t.match(await (await refresh(url, first.refresh_token)).json(), { error: 'invalid_grant' })
  t.match(await (await post(url, 'introspect', { token: first.refresh_token })).json(), { active: false })
})

t.test('a replayed refresh token takes those that came of it with it', async (t) => {
  const { url } = await running(t)
  const first = await getTokens(url, people.owner)
  const second = (await (await refresh(url, first.refresh_token)).json()) as typeof first
  t.equal(await statusFor(url, second.access_token), 200)

  t.match(await (await refresh(url, first.refresh_token)).json(), { error: 'invalid_grant' })
  t.equal(await statusFor(url, second.access_token), 401)
  t.match(await (await refresh(url, second.refresh_token)).json(), { error: 'invalid_grant' })
})

t.test('revocation asks who the client is, and says nothing of tokens that aren’t there', async (t) => {
  const { url } = await running(t)
  const { access_token: token } = await getTokens(url, people.owner)
  const cases: [form: Record<string, string>, status: number, error?: string][] = [
    [{ token }, 400, 'invalid_request'],
    [{ token, client_id: webApp.clientId, client_secret: 'wrong' }, 401, 'invalid_client'],
    [asClient(webApp), 400, 'invalid_request'],
    [{ token, ...asClient(browserApp) }, 400, 'invalid_request'],
    [{ token: 'nope', ...asClient(webApp) }, 200],
    [{ token: `${token}x`, ...asClient(webApp) }, 200],
    [{ token: 'a.b.c', ...asClient(webApp) }, 200],
    [{ token: 'e30.e30.e30', ...asClient(webApp) }, 200],
  ]
  for (const [form, status, error] of cases) {
    const answer = await post(url, 'revoke', form)
    const text = await answer.text()
    t.equal(answer.status, status, JSON.stringify(form))
    t.equal(text === '' ? undefined : JSON.parse(text).error, error)
  }
  t.equal(await statusFor(url, token), 200, 'still counts')
  t.equal((await post(url, 'revoke', { token, ...asClient(webApp), token_type_hint: 'refresh_token' })).status, 200)
  t.equal(await statusFor(url, token), 401)
})

t.test('introspection and userinfo of what is no token', async (t) => {
  const { url } = await running(t)
  t.equal((await post(url, 'introspect', {})).status, 400)
  for (const token of ['nope', 'a.b.c', 'e30.e30.e30', '.'.repeat(1000), '\0']) {
    t.strictSame(await (await post(url, 'introspect', { token })).json(), { active: false }, token.slice(0, 10))
  }
  const cases: [headers: Record<string, string>, status: number, challenge: RegExp][] = [
    [{}, 401, /^Bearer$/],
    [{ authorization: 'Basic abc' }, 401, /^Bearer$/],
    [{ authorization: 'Bearer nope' }, 401, /^Bearer error="invalid_token"/],
    [{ authorization: 'Bearer a.b.c' }, 401, /^Bearer error="invalid_token"/],
    [
      { authorization: `Bearer ${(await getTokens(url, people.owner, 'read')).access_token}` },
      403,
      /^Bearer error="insufficient_scope"/,
    ],
  ]
  for (const [headers, status, challenge] of cases) {
    const answer = await fetch(`${url}/oauth2/userinfo`, { headers })
    t.equal(answer.status, status, JSON.stringify(headers).slice(0, 60))
    t.match(answer.headers.get('www-authenticate'), challenge)
  }
})

t.test('in the profile server bad credentials for the API are no errors here', async (t) => {
  const { url } = await running(t, { profile: 'server' })
  for (const authorization of ['Basic §', 'Basic !!!', 'Bearer a.b.c', 'Bearer aaa.bbb.ccc.ddd.eee', 'sk-x']) {
    for (const path of ['token', 'revoke', 'introspect', 'userinfo']) {
      const { status } = await post(url, path, { token: 'x' }, { authorization: encodeURI(authorization) })
      t.ok(status < 500, `${path}, ${authorization}: ${status}`)
    }
    const authorized = await fetch(authorizeUrl(url, { scope: 'openid' }), {
      redirect: 'manual',
      headers: { authorization: encodeURI(authorization) },
    })
    t.equal(authorized.status, 303, authorization)
  }
})

t.test('the pages take forms from their own browser and from nowhere else', async (t) => {
  const { url } = await running(t)
  const visitor = new Visitor(url)
  const { url: login, answer } = await visitor.go(authorizeUrl(url))
  t.match(answer?.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/)
  t.equal(answer?.headers.get('x-frame-options'), 'DENY')
  t.equal(answer?.headers.get('referrer-policy'), 'same-origin')

  const body = new URLSearchParams({ person: people.owner })
  const foreign = await fetch(login, { method: 'POST', body, headers: { origin: 'https://evil.example.com' } })
  t.equal(foreign.status, 403)
  t.equal((await fetch(login, { method: 'POST', body })).status, 400, 'without the cookie')
  t.equal((await fetch(login)).status, 400)
  t.equal((await visitor.go(`${url}/oauth2/consent/${login.split('/').at(-1)}`)).answer?.status, 400, 'out of turn')

  for (const person of ['', 'nobody@example.com', people.terminated, people.pending, '<b>']) {
    const refused = await visitor.go(login, { person })
    t.equal(refused.answer?.status, 400, person)
    const text = await refused.answer?.text()
    t.match(text, /No active user of this portal has the e-mail or id/)
    t.notMatch(text, '«<b>»')
  }
  t.match((await visitor.go(login, { person: 'OWNER@example.com' })).url, /\/oauth2\/consent\//)
})

/** Registers other redirect URIs for the client that keeps a secret. */
function register(portal: PortalSlot, redirectUris: string[]): void {
  const client = portal.store.oauth2Clients.find(webApp.clientId)
  if (client === undefined) throw new Error('the fixture has no such client')
  portal.store.oauth2Clients.update({ ...client, redirectUris })
}

t.test('a redirect URI is one that is registered, with any port at a loopback address (RFC 8252 §7.3)', async (t) => {
  const { url, portal } = await running(t)
  const cases: [registered: string, requested: string, isAllowed: boolean][] = [
    ['http://127.0.0.1/callback', 'http://127.0.0.1/callback', true],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:49152/callback', true],
    ['http://127.0.0.1:3000/callback', 'http://127.0.0.1:49152/callback', true],
    ['http://127.0.0.1:3000/callback', 'http://127.0.0.1/callback', true],
    ['http://127.1.2.3/callback?a=b', 'http://127.1.2.3:1/callback?a=b', true],
    ['http://[::1]/callback', 'http://[::1]:49152/callback', true],
    ['http://[0:0:0:0:0:0:0:1]/callback', 'http://[0:0:0:0:0:0:0:1]:49152/callback', true],
    ['http://127.0.0.1', 'http://127.0.0.1:49152', true],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:49152/callback/', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:49152/', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:49152/callback?a=b', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:49152/callback#a', false],
    ['http://127.0.0.1/callback', 'https://127.0.0.1:49152/callback', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.2:49152/callback', false],
    ['http://127.0.0.1/callback', 'http://[::1]:49152/callback', false],
    ['http://127.0.0.1/callback', 'http://localhost:49152/callback', false],
    ['http://127.0.0.1/callback', 'http://x@127.0.0.1:49152/callback', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:49152@evil.example.com/callback', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1.evil.example.com/callback', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:x/callback', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:99999/callback', false],
    ['http://127.0.0.1/callback', 'http://127.0.0.1:/callback', false],
    ['http://localhost/callback', 'http://localhost:49152/callback', false],
    ['http://localhost:3000/callback', 'http://localhost/callback', false],
    ['http://localhost/callback', 'http://127.0.0.1/callback', false],
    ['http://192.168.0.1/callback', 'http://192.168.0.1:49152/callback', false],
    ['https://app.example.com/callback', 'https://app.example.com:49152/callback', false],
  ]
  for (const [registered, requested, isAllowed] of cases) {
    register(portal, [registered])
    const parameters = { redirect_uri: requested, prompt: 'none', login_hint: people.owner }
    const answer = await fetch(authorizeUrl(url, parameters), { redirect: 'manual' })
    const name = `${requested} for ${registered}`
    if (!isAllowed) {
      t.equal(answer.status, 400, name)
      t.equal(answer.headers.get('location'), null, name)
      t.match(await answer.json(), { error: 'invalid_redirect_uri' }, name)
      continue
    }
    t.equal(answer.status, 303, name)
    const location = new URL(answer.headers.get('location') ?? '')
    t.equal(location.origin, new URL(requested).origin, name)
    const code = location.searchParams.get('code') ?? ''
    t.equal((await redeem(url, code, { redirect_uri: requested })).status, 200, name)
  }
})

t.test('the port of the token request is the one that the code was asked with', async (t) => {
  const { url, portal } = await running(t)
  register(portal, ['http://127.0.0.1/callback'])
  const code = await getCode(url, people.owner, { redirect_uri: 'http://127.0.0.1:49152/callback' })
  const answer = await redeem(url, code, { redirect_uri: 'http://127.0.0.1:49153/callback' })
  t.equal(answer.status, 400)
  t.match(await answer.json(), { error: 'invalid_grant' })
})

t.test('an error says which redirect URI was sent and which are registered', async (t) => {
  const { url, portal } = await running(t)
  const registered = ['http://localhost:3000/callback?<b>', 'http://127.0.0.1/"callback"']
  register(portal, registered)
  const cases: [sent: string, shown: string, page: string][] = [
    ['http://evil.example.com/<script>', 'http://evil.example.com/<script>', 'http://evil.example.com/&lt;script&gt;'],
    ['javascript:alert(1)', 'javascript:alert(1)', 'javascript:alert(1)'],
    ['', 'none', 'none'],
  ]
  for (const [sent, shown, onPage] of cases) {
    const target = authorizeUrl(url, { redirect_uri: sent })
    const answer = await fetch(target, { redirect: 'manual', headers: { accept: 'application/json' } })
    t.equal(answer.status, 400)
    const { error_description: description } = (await answer.json()) as { error_description: string }
    t.match(description, `redirect_uri of this request: ${shown}; `)
    t.match(description, `redirect_uris that the client has registered: ${registered.join(', ')}`)

    const whole = await (await fetch(target, { redirect: 'manual', headers: { accept: 'text/html' } })).text()
    const page = whole.slice(whole.indexOf('<main>'), whole.indexOf('</main>'))
    t.match(page, onPage)
    t.match(page, 'http://localhost:3000/callback?&lt;b&gt;')
    t.notMatch(page, /<script>|callback\?<b>|href/)
  }
  const others = [
    { client_id: 'nobody' },
    { client_id: webApp.clientId, redirect_uri: registered[0] ?? '', request: 'x' },
  ]
  for (const parameters of others) {
    const answer = await fetch(authorizeUrl(url, parameters), { redirect: 'manual' })
    t.notMatch(await answer.text(), 'registered:', 'no other error does')
  }
})

const SWAGGER_UI = '/docs/static/oauth2-redirect.html'

/** The status of an authorization request for a client that has registered a Swagger UI, and where it is sent. */
async function askForCode(port: number, requested: string, { path = '', headers = {}, query = {} } = {}) {
  const parameters = { prompt: 'none', login_hint: people.owner, client_id: browserApp.clientId, ...query }
  const { pathname, search } = new URL(authorizeUrl('http://x', { redirect_uri: requested, ...parameters }))
  const all = Object.entries({ Host: `localhost:${port}`, Accept: 'application/json', ...headers })
  const answer = await sendRaw(port, writeRequest({ method: 'GET', path: path + pathname + search, headers: all }))
  const location = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null
  return { status: answer.status, location, body: answer.body }
}

t.test('the portal’s own Swagger UI is a redirect URI wherever the server listens', async (t) => {
  const mappedDomain = 'docs.acme.test'
  const { url, portal } = await running(t)
  portal.changeSettings({ mappedDomain })
  const port = Number(new URL(url).port)
  const cases: [root: string, path?: string, host?: string][] = [
    [`http://localhost:${port}`],
    [`http://localhost:${port}/`],
    [`http://LOCALHOST:${port}`],
    [`http://127.0.0.1:${port}`],
    [`http://[::1]:${port}`],
    [`http://localhost:${port}/@x`, '/@x'],
    [`http://localhost:${port}/@X/`, '/@x'],
    [`http://127.0.0.1:${port}/@x`, '/@x', '127.0.0.1'],
    [`http://w1.localhost:${port}`, '', 'w1.localhost'],
    [`http://${mappedDomain}:${port}`, '', mappedDomain],
  ]
  for (const [root, path = '', host = 'localhost'] of cases) {
    const requested = root + SWAGGER_UI
    const { status, location } = await askForCode(port, requested, { path, headers: { Host: `${host}:${port}` } })
    t.equal(status, 303, requested)
    t.ok(location?.toLowerCase().startsWith(`${requested.toLowerCase()}?code=`), requested)
  }
})

t.test('no part of a request makes another address one of the portal’s Swagger UI', async (t) => {
  const evil = 'evil.example'
  const publicUrl = 'https://mock.example.com'
  for (const options of [{}, { publicUrl }, { control: { remote: true } }, { trustedProxies: ['127.0.0.1'] }]) {
    const { url } = await running(t, options)
    const port = Number(new URL(url).port)
    for (const root of [
      `http://${evil}`,
      `http://${evil}:${port}`,
      `https://${evil}`,
      `http://localhost.${evil}:${port}`,
    ]) {
      const { host, protocol } = new URL(root)
      const words: { headers?: Record<string, string>; query?: Record<string, string>; path?: string }[] = [
        { query: { origin: root } },
        { headers: { Host: host } },
        { headers: { Host: `${evil}.` } },
        { headers: { 'X-Forwarded-Host': host, 'X-Forwarded-Proto': protocol.slice(0, -1) } },
        { headers: { Forwarded: `host=${host}`, 'X-Original-Host': host, 'X-Forwarded-Server': host } },
        { headers: { Origin: root, Referer: `${root}/docs` } },
        { headers: { Host: host, Origin: root, 'X-Forwarded-Host': host }, query: { origin: root } },
        { headers: { Host: host }, path: '/@x' },
      ]
      for (const word of words) {
        const requested = root + (word.path ?? '') + SWAGGER_UI
        const name = `${requested}, ${JSON.stringify(word)}, ${JSON.stringify(options)}`
        const { status, location, body } = await askForCode(port, requested, word)
        // a host that names another portal is refused by that portal
        t.equal(status, 400, name)
        t.equal(location, null, name)
        t.match(body, /"error":"invalid_redirect_uri"/, name)
      }
    }
  }
})

t.test('with a public URL that URL is one, whatever the Host of the request', async (t) => {
  const { url } = await running(t, { publicUrl: 'https://mock.example.com' })
  const port = Number(new URL(url).port)
  const requested = `https://mock.example.com${SWAGGER_UI}`
  for (const Host of [`localhost:${port}`, 'mock.example.com', 'evil.example']) {
    const { status, location } = await askForCode(port, requested, { headers: { Host } })
    t.equal(status, 303, Host)
    t.ok(location?.startsWith(`${requested}?code=`), Host)
  }
})

t.test('no other page is one', async (t) => {
  const { url, portal } = await running(t)
  const port = Number(new URL(url).port)
  const refused: [requested: string, path?: string][] = [
    [`${url}${SWAGGER_UI}`, '/@x'],
    [`${url}/@y${SWAGGER_UI}`, '/@x'],
    [`${url}/@x${SWAGGER_UI}`],
    [`http://localhost:5678${SWAGGER_UI}`],
    [`http://mock:${port}${SWAGGER_UI}`],
    [`https://localhost:${port}${SWAGGER_UI}`],
    [`${url}/prefix${SWAGGER_UI}`],
    [`${url}/..${SWAGGER_UI}`],
    [`${url}${SWAGGER_UI}?a`],
    [`${url}${SWAGGER_UI}#a`],
    [`${url}@evil.example.com${SWAGGER_UI}`],
    [`http://user@localhost:${port}${SWAGGER_UI}`],
    [`${url}/docs/`],
    [url],
  ]
  for (const [requested, path = ''] of refused) {
    t.equal((await askForCode(port, requested, { path })).status, 400, `${requested} at ${path || '/'}`)
  }
  const { body } = await askForCode(port, `http://mock:${port}${SWAGGER_UI}`)
  t.match(body, /addresses of the portal's own Swagger UI: where the server listens, what --public-url says/)

  const client = portal.store.oauth2Clients.find(browserApp.clientId)
  if (client === undefined) throw new Error('the fixture has no such client')
  const withUris = (redirectUris: string[]) => portal.store.oauth2Clients.update({ ...client, redirectUris })
  const own = `http://localhost:${port}${SWAGGER_UI}`
  withUris(['https://app.example.com/callback', `https://app.example.com/deep${SWAGGER_UI}`])
  t.equal((await askForCode(port, own)).status, 400, 'for a client that may not use Swagger UI')
  withUris([`https://mock.example.com/@w1${SWAGGER_UI}`])
  t.equal((await askForCode(port, own)).status, 303, 'for one that may use that of another portal')
})
