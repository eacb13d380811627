import t from 'tap'
import { defaultFixture, type Fixture, GUARD_NAMES } from '../../src/index.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', host: 'localhost:8092' }

/** The texts of a page that a click copies. */
function copyables(page: string): string[] {
  return [...page.matchAll(/<code class="copy"[^>]*>([^<]*)<\/code>/g)].map(([, text = '']) => {
    return text.replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
  })
}

t.test('the start page is for every client but one that asks for JSON', async (t) => {
  const { app } = await testServer(t)
  const page = await app.inject({ url: '/', headers: BROWSER })
  t.equal(page.statusCode, 200)
  t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  const texts = copyables(page.body)
  for (const { id, email, password, apiKeys = [] } of defaultFixture.users) {
    const known = [id, email, password, ...apiKeys.map(({ key }) => key)].filter((text) => text !== undefined)
    t.ok(
      known.every((text) => texts.includes(text)),
      email,
    )
  }
  t.notMatch(page.body, /(src|href)="(https?:)?\/\//, 'it needs nothing from elsewhere')
  for (const headers of [{}, { accept: '' }, { accept: '*/*' }, { accept: 'application/json, text/plain, */*' }]) {
    for (const url of ['/', '/@w1']) {
      t.equal((await app.inject({ url, headers })).statusCode, 200, `${url} ${JSON.stringify(headers)}`)
    }
  }
  for (const method of ['GET', 'HEAD'] as const) {
    const refused = await app.inject({ method, url: '/', headers: { accept: 'application/json' } })
    t.equal(refused.statusCode, 404)
    t.equal(refused.body, '')
    t.equal(refused.headers['content-type'], undefined)
  }
})

t.test('the commands of the start page work as they stand', async (t) => {
  const { app } = await testServer(t)
  const page = await app.inject({ url: '/', headers: BROWSER })
  const commands = copyables(page.body).filter((text) => text.startsWith('curl '))
  t.equal(commands.length, 5)
  for (const command of commands) {
    const method = command.includes('-X POST') ? 'POST' : 'GET'
    const url = /http:\/\/localhost:8092(\/[^' ]+)/.exec(command)?.[1] ?? ''
    const authorization = /'Authorization: ([^']+)'/.exec(command)?.[1]
    const answer = await app.inject({ method, url, headers: authorization ? { authorization } : {} })
    t.equal(answer.statusCode, 200, command)
  }
})

t.test('the commands use a credential that the owner has and that a guard looks at', async (t) => {
  const owner = { id: people.owner, email: 'o@example.com', type: 'DocSpaceAdmin' } as const
  const withPassword = { ...owner, password: "a <b> & c's" }
  const basic = String.raw`-u 'o@example.com:a <b> & c'\''s'`
  for (const [user, guards, expected] of [
    [{ ...withPassword, apiKeys: [{ key: apiKey('1') }] }, GUARD_NAMES, `-H 'Authorization: Bearer ${apiKey('1')}'`],
    [{ ...withPassword, apiKeys: [{ key: apiKey('1') }] }, ['Basic'], basic],
    [{ ...withPassword, apiKeys: [{ key: apiKey('1'), permissions: ['*:read'] }] }, GUARD_NAMES, basic],
    [withPassword, GUARD_NAMES, basic],
    [owner, GUARD_NAMES, /^-H 'Authorization: [\w+/]+=*'$/],
    [owner, ['Basic'], undefined],
  ] as const) {
    const portal = testPortal(t, { fixture: { ...defaultFixture, users: [user] } as Fixture })
    const { app } = await testServer(t, { portal, guards })
    const page = await app.inject({ url: '/', headers: BROWSER })
    t.notOk(page.body.includes('<b> &'), 'values are escaped')
    const command = copyables(page.body).find((text) => text.startsWith('curl '))
    const credential = command?.slice(command.indexOf(' -') + 1)
    if (expected instanceof RegExp) t.match(credential, expected)
    else t.equal(credential, expected)
  }
})

t.test('the confirmation page says what a link is good for', async (t) => {
  const { app } = await testServer(t)
  const { response } = (await app.inject(asKey('1', 'users/invite/2'))).json()
  const link = (await app.inject(new URL(response).pathname)).headers.location?.toString() ?? ''
  const { pathname, search } = new URL(link)
  for (const [url, text] of [
    [pathname + search, /joining as <b>Guest<\/b>.*The key holds\./s],
    [`${pathname}${search.replace('emplType=2', 'emplType=3')}`, /joining as <b>DocSpaceAdmin<\/b>.*does not hold/s],
    [`${pathname}${search.replace('emplType=2', 'emplType=5')}`, /joining as <b>role 5<\/b>.*does not hold/s],
    [pathname, /names no inviter or no role/],
    ['/confirm/%3Cscript%3E', /«&lt;script&gt;»/],
  ] as const) {
    const page = await app.inject(url)
    t.equal(page.statusCode, 200, url)
    t.match(page.body, text)
  }
  t.notOk(link.includes(apiKey('1')))
})

t.test('the commands are safe to paste whatever address was asked for', async (t) => {
  const { app } = await testServer(t)
  const page = await app.inject({ url: '/?origin=http://x;touch$IFS-pwned', headers: BROWSER })
  const commands = copyables(page.body).filter((text) => text.startsWith('curl '))
  t.ok(commands.length > 0)
  for (const command of commands) t.notMatch(command.replace(/'[^']*'/g, "''"), /[;$`(){}]/, command)
})

t.test('a portal that lives in a file shows the credentials that it knows', async (t) => {
  const dataDirectory = t.testdir()
  testPortal(t, { dataDirectory }).close()
  const [owner, ...others] = defaultFixture.users
  const changed = { ...owner, password: 'another', apiKeys: [{ key: apiKey('e') }] } as Fixture['users'][number]
  const portal = testPortal(t, { dataDirectory, fixture: { ...defaultFixture, users: [changed, ...others] } })
  const { app } = await testServer(t, { portal })
  const page = await app.inject({ url: '/', headers: BROWSER })
  t.notMatch(page.body, apiKey('e'))
  t.notMatch(page.body, 'another')
  t.match(page.body, apiKey('2'))
})
