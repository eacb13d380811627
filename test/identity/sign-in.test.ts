import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { claimsOf } from '../../src/oauth2/claims-of.ts'
import { people } from '../helper.ts'
import { authorizeUrl, CALLBACK, getCode, redeem, running, type TokenAnswer, Visitor, webApp } from './visitor.ts'

t.test('the page lists everybody who can sign in, the hinted one first', async (t) => {
  const { url } = await running(t)
  const listed = async (hint: string) => {
    const { answer } = await new Visitor(url).go(authorizeUrl(url, { login_hint: hint }))
    const text = (await answer?.text()) ?? ''
    return { ids: [...text.matchAll(/name="person" value="([^"]+)"/g)].map(([, id]) => id), text }
  }
  const { owner, admin, roomAdmin, winfield, guest, otherGuest, nameless } = people
  t.strictSame((await listed('')).ids, [owner, admin, roomAdmin, winfield, guest, otherGuest, nameless])
  for (const hint of [people.guest, 'guest@example.com', 'GUEST@example.com', people.guest.toUpperCase()]) {
    const { ids, text } = await listed(hint)
    t.equal(ids[0], people.guest, hint)
    t.match(text, `value="${people.guest}" class="hinted"`)
  }
  t.equal((await listed(people.terminated)).ids.length, 7)
})

t.test('a request that names somebody and forbids any page gets its code at once', async (t) => {
  const { url } = await running(t)
  for (const hint of ['guest@example.com', people.guest, people.guest.toUpperCase()]) {
    const answer = await redeem(url, await getCode(url, hint))
    t.equal(subjectOf(await answer.json()), people.guest, hint)
  }
})

t.test('a server that is told who signs in shows no page to anybody', async (t) => {
  const { url } = await running(t, { oauth2: { signIn: 'winfield.wyman@example.com' } })
  const cases: [parameters: Record<string, string>, person: string][] = [
    [{}, people.winfield],
    [{ prompt: 'login' }, people.winfield],
    [{ prompt: 'consent' }, people.winfield],
    [{ prompt: 'none' }, people.winfield],
    [{ max_age: '0' }, people.winfield],
    [{ login_hint: 'guest@example.com' }, people.guest],
  ]
  const visitor = new Visitor(url)
  for (const [parameters, person] of cases) {
    const { url: back } = await visitor.go(authorizeUrl(url, parameters))
    t.match(back, `${CALLBACK}?code=`, JSON.stringify(parameters))
    const answer = await redeem(url, new URL(back).searchParams.get('code') ?? '')
    t.equal(subjectOf(await answer.json()), person)
  }
  t.match((await new Visitor(url).go(authorizeUrl(url, { login_hint: 'nobody' }))).url, /\/oauth2\/login\//)
})

t.test('who can’t sign in is no one to be told', async (t) => {
  for (const signIn of ['nobody@example.com', people.terminated, people.pending, '']) {
    await t.rejects(running(t, { oauth2: { signIn } }), { name: 'OAuth2OptionError', message: /nobody can sign in as/ })
  }
  for (const oauth2 of [{ accessTokenLifetime: 0 }, { refreshTokenLifetime: 1.5 }, { codeLifetime: Number.NaN }]) {
    await t.rejects(running(t, { oauth2 }), { name: 'OAuth2OptionError', message: /whole seconds/ })
  }
})

t.test('who is signed in to the portal only consents', async (t) => {
  const { url, portal } = await running(t)
  const cookie = `asc_auth_key=${encodeURIComponent(mintSessionToken(portal, people.admin))}`
  const sentTo = async (parameters: Record<string, string> = {}, headers = { cookie }) => {
    const answer = await fetch(authorizeUrl(url, parameters), { redirect: 'manual', headers })
    return answer.headers.get('location') ?? ''
  }
  t.match(await sentTo(), /^\/oauth2\/consent\//)
  t.match(await sentTo({ prompt: 'login' }), /^\/oauth2\/login\//)
  t.match(await sentTo({ prompt: 'none' }), /error=consent_required/)
  t.match(await sentTo({}, { cookie: 'asc_auth_key=nope' }), /^\/oauth2\/login\//)

  const withoutSessions = await running(t, { guards: ['Bearer'] })
  const answer = await fetch(authorizeUrl(withoutSessions.url), { redirect: 'manual', headers: { cookie } })
  t.match(answer.headers.get('location'), /^\/oauth2\/login\//)
})

t.test('who asks for no scope gets all that the client may have', async (t) => {
  const { url } = await running(t, { profile: 'server' })
  const target = new URL(authorizeUrl(url, { prompt: 'none', login_hint: people.owner }))
  target.searchParams.delete('scope')
  const answer = await fetch(target, { redirect: 'manual' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const { scope } = (await (await redeem(url, code)).json()) as TokenAnswer
  t.equal(scope.split(' ').length, 9)
  t.match(scope, /accounts:read/)
})

t.test('a client that may have no scope gets no token', async (t) => {
  const { url, portal } = await running(t, { profile: 'server' })
  const client = portal.store.oauth2Clients.find(webApp.clientId)
  if (client === undefined) throw new Error('the fixture has no such client')
  portal.store.oauth2Clients.update({ ...client, scopes: ['read', 'write'] })
  const target = new URL(authorizeUrl(url, { prompt: 'none', login_hint: people.owner }))
  target.searchParams.delete('scope')
  const answer = await fetch(target, { redirect: 'manual' })
  t.match(answer.headers.get('location'), /error=invalid_scope/)
})

t.test('the pages say in plain words what they ask, and show no client’s HTML', async (t) => {
  const { url, portal } = await running(t)
  const client = portal.store.oauth2Clients.find(webApp.clientId)
  if (client === undefined) throw new Error('the fixture has no such client')
  const bad = { name: '<b>Reports</b>', description: '"><script>alert(1)</script>', websiteUrl: 'javascript:alert(1)' }
  portal.store.oauth2Clients.update({ ...client, ...bad, termsUrl: 'https://example.com/"><b>' })
  const visitor = new Visitor(url)
  const textOf = async ({ answer }: { answer: Response | null }) => {
    const whole = (await answer?.text()) ?? ''
    return whole.slice(whole.indexOf('<h1>'), whole.indexOf('</main>'))
  }
  const signIn = await visitor.go(authorizeUrl(url, { scope: 'openid accounts.self:read write' }))
  const asked = await textOf(signIn)
  t.match(asked, /The application <b>&lt;b&gt;Reports&lt;\/b&gt;<\/b> asks you to sign in to this portal\./)
  t.match(asked, /Choose the user to sign in as\. No password is needed\./)

  const consent = await textOf(await visitor.go(signIn.url, { person: people.guest }))
  for (const words of [
    'Allow «&lt;b&gt;Reports&lt;/b&gt;» to use your account?',
    'You are signed in to the portal «localhost» as <b>guest@example.com</b>.',
    'The application asks for permission to',
    'know who you are: your id, name and e-mail <code class="soft">openid</code>',
    'read your profile <code class="soft">accounts.self:read</code>',
    'read and change everything that you can <code class="soft">write</code>',
    '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
    'href="https://example.com/&quot;&gt;&lt;b&gt;"',
  ]) {
    t.match(consent, words)
  }
  t.notMatch(asked + consent, /<script|<b>Reports|javascript:/)
})

/** What browsers say of a form that a page sends, and whether the page is one of the server's own. */
const senders: [headers: (url: string) => Record<string, string>, isOwn: boolean][] = [
  [() => ({}), true],
  [(url) => ({ origin: url }), true],
  [(url) => ({ origin: url, 'sec-fetch-site': 'same-origin', referer: `${url}/oauth2/login/x` }), true],
  [(url) => ({ origin: url, 'sec-fetch-site': 'none' }), true],
  [() => ({ origin: 'http://evil.example' }), false],
  [() => ({ origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }), false],
  [() => ({ origin: 'http://evil.example', referer: 'http://evil.example/' }), false],
  [() => ({ origin: 'null' }), false],
  [() => ({ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }), false],
  [() => ({ origin: 'http://localhost' }), false],
  [(url) => ({ origin: url.replace('http:', 'https:') }), false],
  [(url) => ({ origin: `${url}.evil.example` }), false],
  // without an Origin, as some browsers and extensions send forms
  [() => ({ 'sec-fetch-site': 'cross-site' }), false],
  [() => ({ 'sec-fetch-site': 'same-site' }), false],
  [(url) => ({ origin: url, 'sec-fetch-site': 'cross-site' }), false],
]

t.test('a page of another origin can’t send the forms, whatever it adds to their address', async (t) => {
  const { url } = await running(t)
  for (const [headersAt, isOwn] of senders) {
    const headers = headersAt(url)
    for (const query of ['', '?origin=http://evil.example', '?origin=http://localhost:3000', `?origin=${url}`]) {
      for (const [form, next] of [
        [{ person: people.guest }, '/oauth2/consent/'],
        [{ consent: 'allow' }, `${CALLBACK}?code=`],
      ] as const) {
        const visitor = new Visitor(url)
        const login = await visitor.go(authorizeUrl(url))
        const page = 'consent' in form ? (await visitor.go(login.url, { person: people.guest })).url : login.url
        const name = `${JSON.stringify(form)}${query} ${JSON.stringify(headers)}`
        const { url: reached, answer } = await visitor.go(page + query, form, headers)
        if (isOwn) t.ok(reached.includes(next), name)
        else t.match({ status: answer?.status, reached }, { status: 403, reached: page + query }, name)
        if (!isOwn) t.match(await answer?.text(), 'The form was sent by a page of another site.', name)
      }
    }
  }
})

t.test('behind a public URL, pages may be opened there and where the server listens', async (t) => {
  const publicUrl = 'https://mock.example.com'
  const { url } = await running(t, { publicUrl })
  for (const [origin, isOwn] of [
    [publicUrl, true],
    [url, true],
    ['https://evil.example', false],
    ['http://mock.example.com', false],
  ] as const) {
    const visitor = new Visitor(url)
    const login = await visitor.go(authorizeUrl(url))
    const { answer } = await visitor.go(login.url, { person: people.guest }, { origin })
    t.equal(answer?.status, isOwn ? 200 : 403, origin)
  }
})

t.test('a page of another origin can read neither the pages nor the codes', async (t) => {
  const origin = 'http://evil.example'
  for (const allowedOrigins of ['*', [origin]] as const) {
    const { url } = await running(t, { allowedOrigins })
    const atOnce = { prompt: 'none', login_hint: people.owner }
    const readable = async (target: string, init: RequestInit = {}) => {
      const headers = { origin, accept: 'text/html', 'x-forwarded-host': 'evil.example' }
      const answer = await fetch(target, { redirect: 'manual', headers, ...init })
      const named = [...answer.headers.keys()].filter((name) => /^access-control-allow-(origin|cred)/.test(name))
      return { named, text: await answer.text(), location: answer.headers.get('location') }
    }
    for (const mode of ['', 'query', 'fragment', 'form_post']) {
      const parameters = { ...atOnce, ...(mode !== '' && { response_mode: mode }) }
      const target = authorizeUrl(url, parameters)
      for (const answer of [
        await readable(target),
        await readable(`${url}/oauth2/authorize`, { method: 'POST', body: new URL(target).searchParams }),
      ]) {
        t.strictSame(answer.named, [], mode)
        t.ok(answer.location?.startsWith(CALLBACK), mode)
        t.notMatch(answer.text, /<form|<script/, mode)
      }
    }
    const page = new URL((await readable(authorizeUrl(url))).location ?? '', url)
    t.match(page.pathname, '/oauth2/login/')
    t.strictSame((await readable(page.href)).named, [])
    t.strictSame((await readable(authorizeUrl(url, { client_id: 'nobody' }))).named, [])
  }
})

function subjectOf(tokens: unknown): unknown {
  return claimsOf((tokens as TokenAnswer).access_token).sub
}
