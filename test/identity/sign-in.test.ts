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

function subjectOf(tokens: unknown): unknown {
  return claimsOf((tokens as TokenAnswer).access_token).sub
}
