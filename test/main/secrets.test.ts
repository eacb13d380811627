import { createHash } from 'node:crypto'
import t from 'tap'
import { startCommand } from '../command.ts'
import { apiKey } from '../helper.ts'
import {
  asClient,
  authorizeUrl,
  post,
  redeem,
  refresh,
  statusFor,
  type TokenAnswer,
  Visitor,
  webApp,
} from '../identity/visitor.ts'

// each start of a process takes a while
t.setTimeout(180_000)

const OWNER = { userName: 'owner@example.com', password: 'owner-password' }

t.test('no password, token, key or code reaches the log or the journal, whatever is logged', async (t) => {
  for (const format of ['json', 'pretty']) {
    const secrets = new Set<string>([OWNER.password, 'wrong-password', apiKey('1'), 'mike-password', '424242'])
    const flags = ['--no-banner', '--log-requests', '--log-level', 'debug', '--log-format', format]
    const ready = ['stdout', /^Listening on (\S+)$/m] as const
    const { url, stop } = await startCommand(t, flags, { ready })
    const api = `${url}/api/2.0`
    const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
      const type = { 'content-type': 'application/json' }
      const init = { method, headers: { ...type, ...headers }, redirect: 'manual' as const }
      return fetch(path.startsWith('http') ? path : api + path, body ? { ...init, body: JSON.stringify(body) } : init)
    }

    const signedIn = await send('POST', '/authentication', OWNER)
    const { token } = await responseOf<{ token: string }>(signedIn)
    secrets.add(token).add(encodeURIComponent(token))
    const cookie = `asc_auth_key=${encodeURIComponent(token)}`
    await send('POST', '/authentication', { ...OWNER, password: 'wrong-password' })
    await send('POST', '/authentication/second-step', { ...OWNER, code: '424242' })
    await fetch(`${api}/authentication`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"password":"${OWNER.password}"`,
    })
    await fetch(`${api}/portal/nope?asc_auth_key=${encodeURIComponent(token)}`, { headers: { cookie } })
    const basic = btoa(`${OWNER.userName}:${OWNER.password}`)
    secrets.add(basic)
    await send('GET', '/portal/userscount', undefined, { authorization: `Basic ${basic}` })

    const owner = { authorization: `Bearer ${apiKey('1')}` }
    const { key } = await responseOf<{ key: string }>(await send('POST', '/keys', { name: 'a key' }, owner))
    secrets.add(key)
    await send('GET', '/keys/@self', undefined, { authorization: `Bearer ${key}` })

    const link = await responseOf<string>(await send('GET', '/portal/users/invite/4', undefined, owner))
    const short = await send('GET', link)
    const query = new URL(short.headers.get('location') ?? '').searchParams
    secrets.add(query.get('key') ?? '')
    const joined = { email: 'mike@x.com', firstName: 'Mike', type: 4, password: 'mike-password' }
    const answer = await send(
      'POST',
      '/people',
      { ...joined, fromInviteLink: true, key: query.get('key') },
      { confirm: String(query) },
    )
    t.equal(answer.status, 200)
    await send('POST', '/authentication/logout', undefined, { cookie })
    for (const secret of await oauth2Secrets(url)) secrets.add(secret)

    const journal = await (await fetch(`${url}/__mock/journal?limit=1000`)).text()
    const archive = await (await fetch(`${url}/__mock/journal.har`)).text()
    const findings = await (await fetch(`${url}/__mock/findings`)).text()
    t.ok(journal.includes('/api/2.0/authentication') && journal.includes('mike@x.com'), 'requests were written down')
    t.ok(archive.includes('/api/2.0/authentication') && findings.includes('token-in-url'))

    const { stdout, stderr } = await stop()
    t.ok(stderr.includes('/api/2.0/authentication'), 'requests were logged')
    t.ok(stderr.includes('/api/2.0/keys'))
    t.ok(stderr.includes('/oauth2/token'))
    for (const secret of secrets) {
      t.notOk((stdout + stderr).includes(secret), `${format}: ${secret.slice(0, 4)}…`)
      t.notOk((journal + archive + findings).includes(secret), `journal: ${secret.slice(0, 4)}…`)
    }
  }
})

/** Goes through everything that OAuth2 has, well and badly, and gives what must not be logged. */
async function oauth2Secrets(url: string): Promise<string[]> {
  const visitor = new Visitor(url)
  const verifier = 'v'.repeat(50)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
  const back = await visitor.authorize(authorizeUrl(url, { ...pkce, state: 'the-state' }), 'owner@example.com')
  const code = back.searchParams.get('code') ?? ''
  const tokens = (await (await redeem(url, code, { code_verifier: verifier })).json()) as TokenAnswer
  const renewed = (await (await refresh(url, tokens.refresh_token)).json()) as TokenAnswer
  await refresh(url, tokens.refresh_token)
  await redeem(url, code, { code_verifier: verifier })
  await redeem(url, code, { client_secret: 'wrong-client-secret' })
  for (const token of [tokens.access_token, renewed.access_token, `${tokens.access_token}x`, renewed.refresh_token]) {
    await statusFor(url, token)
    await fetch(`${url}/oauth2/userinfo?access_token=${token}`, { headers: { authorization: `Bearer ${token}` } })
    await post(url, 'introspect', { token })
    await post(url, 'revoke', { token, ...asClient(webApp) })
    await post(url, 'revoke', { token, client_id: 'nobody', client_secret: 'wrong-client-secret' })
  }
  const owner = { authorization: `Bearer ${apiKey('1')}` }
  const signature = await responseOf<string>(await fetch(`${url}/api/2.0/security/oauth2/token`, { headers: owner }))
  const grant = { grant_type: 'personal_access_token', ...asClient(webApp) }
  const personal = await post(url, 'token', grant, { 'x-signature': signature })
  const { access_token: token } = (await personal.json()) as TokenAnswer
  await post(url, 'token', grant, { 'x-signature': `${signature}x` })
  const { access_token, refresh_token, id_token = '' } = tokens
  const given = [code, access_token, refresh_token, id_token, renewed.access_token, renewed.refresh_token, token]
  return [...given, signature, verifier, challenge, 'wrong-client-secret', webApp.clientSecret, ...visitor.secrets]
}

async function responseOf<Result>(answer: Response): Promise<Result> {
  const { response } = (await answer.json()) as { response: Result }
  return response
}
