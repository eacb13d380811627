import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { type Canaries, canaries, spellingsOf } from '../canaries.ts'
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
import { sendRaw, writeRequest } from '../raw-request.ts'

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

    const control = async (path: string, method = 'GET') => (await fetch(`${url}/__mock/${path}`, { method })).text()
    await control('marks', 'POST')
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
    secrets.add(link.split('/s/')[1] ?? link)
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
    const kept = await responseOf<{ url: string }>(
      await send('POST', '/portal/users/invitationlink', { employeeType: 4, maxUseCount: 5 }, owner),
    )
    secrets.add(kept.url.split('/s/')[1] ?? kept.url)
    await send('POST', '/authentication/logout', undefined, { cookie })
    for (const secret of await oauth2Secrets(url)) secrets.add(secret)

    const journal = await (await fetch(`${url}/__mock/journal?limit=1000`)).text()
    const archive = await (await fetch(`${url}/__mock/journal.har`)).text()
    const findings = await (await fetch(`${url}/__mock/findings`)).text()
    const effects = await control('marks/1/effects')
    for (const [, key = ''] of (await control('outbox')).matchAll(/[?&]key=([^&"\\]+)/g)) secrets.add(key)
    t.match(effects, 'shortLinksMade')
    t.match(effects, 'oauth2_access_tokens')
    t.ok(journal.includes('/api/2.0/authentication') && journal.includes('mike@x.com'), 'requests were written down')
    t.ok(archive.includes('/api/2.0/authentication') && findings.includes('token-in-url'))

    const { stdout, stderr } = await stop()
    t.ok(stderr.includes('/api/2.0/authentication'), 'requests were logged')
    t.ok(stderr.includes('/api/2.0/keys'))
    t.ok(stderr.includes('/oauth2/token'))
    for (const secret of secrets) {
      t.notOk((stdout + stderr).includes(secret), `${format}: ${secret.slice(0, 4)}…`)
      t.notOk((journal + archive + findings + effects).includes(secret), `journal: ${secret.slice(0, 4)}…`)
    }
  }
})

t.test('no kind of secret in any place of a request or a response is shown', async (t) => {
  // bodies are not logged, and the masks of all of them have a test of their own
  const sent = canaries().filter(({ request }, i) => request.body === undefined || i % 5 === 0)
  const secrets = sent.flatMap((one) => one.secrets).flatMap(spellingsOf)
  for (const format of ['json', 'pretty']) {
    const flags = ['--no-banner', '--log-requests', '--log-level', 'debug', '--log-format', format, '--explain']
    const ready = ['stdout', /^Listening on (\S+)$/m] as const
    const { url, port, stop } = await startCommand(t, [...flags, '--journal', '10000'], { ready })
    const answered = await answerWith(url)
    const explanations = await sendAll(port, sent)
    const control = async (path: string) => (await fetch(`${url}/__mock/${path}`)).text()
    const told: Record<string, string> = {
      explanations,
      journal: await control('journal?limit=100000'),
      entry: await control('journal/1'),
      stream: await followed(url, sent.length),
      archive: await control('journal.har'),
      findings: await control('findings'),
    }
    const { stdout, stderr } = await stop()
    told.log = stdout + stderr
    t.ok(JSON.parse(told.journal ?? '').entries.length >= sent.length, 'all are in the journal')
    t.match(told.journal, 'X-Refresh-Token'.toLowerCase())
    if (format === 'json')
      t.doesNotThrow(() =>
        stderr
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      )
    for (const [place, text] of Object.entries(told))
      tellsNone(t, `${format}: ${place}`, text, [...secrets, ...answered])
  }
})

/** How many characters of a secret to look for: shorter parts may occur by chance. */
const PART = 12

/** Searches for the beginnings of all secrets at once. */
function tellsNone(t: Test, place: string, text: string, secrets: readonly string[]): void {
  const beginnings = new Set(secrets.filter(({ length }) => length >= PART).map((secret) => secret.slice(0, PART)))
  const told = new Set<string>()
  for (let i = 0; i + PART <= text.length; i++) {
    const part = text.slice(i, i + PART)
    if (beginnings.has(part)) told.add(part)
  }
  t.ok(text.length > 100, `${place} tells something`)
  t.same([...told], [], `${place} tells no secret`)
}

/** Makes an operation respond with secrets, and returns them. */
async function answerWith(url: string): Promise<string[]> {
  const secrets = Array.from({ length: 6 }, (_, i) => `answer-canary-${i}-${Math.random().toString(36).slice(2)}`)
  const [cookie, refresh, location, fragment, member, inner] = secrets
  const answer = {
    status: 200,
    headers: {
      'Set-Cookie': `session=${cookie}; path=/`,
      'X-Refresh-Token': refresh,
      Location: `http://localhost:3000/callback?code=${location}&state=x#access_token=${fragment}`,
    },
    body: { response: { tokens: [member], data: JSON.stringify({ password: inner }) } },
  }
  const fault = { match: { path: '/answers' }, effect: { answer } }
  const made = await fetch(`${url}/__mock/faults`, { method: 'POST', body: JSON.stringify(fault) })
  if (made.status !== 201) throw new Error(await made.text())
  await fetch(`${url}/answers`, { redirect: 'manual' })
  return secrets.flatMap(spellingsOf)
}

/** Sends all requests, some at a time, and returns the explanations in the headers of the responses. */
async function sendAll(port: number, sent: readonly Canaries[]): Promise<string> {
  const left = sent.values()
  const headers: string[] = []
  const worker = async () => {
    for (const { request } of left) {
      // the server may close the connection if a request is too long
      const answer = await sendRaw(port, writeRequest(request)).catch(() => null)
      const own = answer?.headers.filter(([name]) => /^x-docspace-mock-/i.test(name)) ?? []
      headers.push(...own.map(String))
    }
  }
  await Promise.all(Array.from({ length: 10 }, worker))
  return headers.join('\n')
}

/** The output of the journal stream up to a number of entries. */
async function followed(url: string, count: number): Promise<string> {
  const ending = new AbortController()
  const { body } = await fetch(`${url}/__mock/journal/stream?after=0`, { signal: ending.signal })
  let text = ''
  let seen = 0
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk
    seen += chunk.split('event: request').length - 1
    if (seen >= count - 1) break
  }
  ending.abort()
  return text
}

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
