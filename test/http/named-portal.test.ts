import type { AddressInfo } from 'node:net'
import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { apiKey, people, testServer } from '../helper.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'

const authorization = `Bearer ${apiKey('1')}`

/** Ways in which a client may name the portal w1, and what the links of its answers begin with then. */
const ways: { way: string; prefix?: string; headers?: Record<string, string>; root: string; links?: string }[] = [
  { way: 'path', prefix: '/@w1', root: 'http://localhost:8092/@w1' },
  {
    way: 'path in other letters',
    prefix: '/@W1',
    root: 'http://localhost:8092/@w1',
    links: 'http://localhost:8092/@W1',
  },
  { way: 'path behind two slashes', prefix: '//@w1', root: 'http://localhost:8092/@w1' },
  { way: 'escaped path', prefix: '/%40w1', root: 'http://localhost:8092/@w1' },
  { way: 'header', headers: { 'x-docspace-mock-portal': 'w1' }, root: 'http://localhost:8092/@w1' },
  { way: 'host', headers: { host: 'w1.localhost:8092' }, root: 'http://w1.localhost:8092' },
  { way: 'host with a dot behind', headers: { host: 'w1.localhost.:8092' }, root: 'http://w1.localhost:8092' },
  { way: 'forwarded host', headers: { 'x-forwarded-host': 'w1.localhost' }, root: 'http://w1.localhost' },
]

for (const { way, prefix = '', headers = {}, root, links = root } of ways) {
  t.test(`a portal that is named by its ${way} is made, and its links stay inside it`, async (t) => {
    const { app, portal } = await testServer(t)
    const all = { authorization, host: 'localhost:8092', ...headers }
    const get = (path: string) => app.inject({ url: prefix + path, headers: all })

    const count = (await get('/api/2.0/portal/userscount')).json()
    t.equal(count.response, 6)
    t.equal(count.links[0].href, `${links}/api/2.0/portal/userscount`)
    const w1 = app.portals.find('w1')
    w1?.store.users.remove(people.guest)
    t.equal((await get('/api/2.0/portal/userscount')).json().response, 5)
    t.equal(portal.store.users.count(), 6, 'the first is another')

    const link: string = (await get('/api/2.0/portal/users/invite/User')).json().response
    t.ok(link.startsWith(`${root}/s/`), link)
    const { headers: answered } = await get(link.slice(link.indexOf('/s/')))
    t.ok(String(answered.location).startsWith(link.slice(0, link.indexOf('/s/'))), 'and so does where it leads')
  })
}

const COUNT = '/api/2.0/portal/userscount'

/** Targets with repeated slashes, as on the wire, the status of each, and the path that `links` show where there are any. */
const slashes: [method: 'GET' | 'POST' | 'HEAD', target: string, status: number, shown?: string][] = [
  ['GET', `/@w1/${COUNT}`, 200, `/@w1${COUNT}`],
  ['GET', `//@w1${COUNT}`, 200, `/@w1${COUNT}`],
  ['GET', `///@w1//${COUNT}`, 200, `/@w1${COUNT}`],
  ['GET', '/@w1///api//2.0/portal//userscount', 200, `/@w1${COUNT}`],
  ['GET', '//%40w1//API//2//Portal//usersCount', 200, '/@w1/API/2/Portal/usersCount'],
  ['GET', `/${COUNT}`, 200, COUNT],
  ['GET', '/api//2.0//portal//userscount//', 200, `${COUNT}/`],
  ['GET', `/${COUNT}?a=//b`, 200, `${COUNT}?a=//b`],
  ['GET', `http://localhost//@w1/${COUNT}`, 200, `/@w1${COUNT}`],
  ['POST', `/@w1/${COUNT}`, 405],
  ['GET', '/api/2.0/portal/%2Fuserscount', 404],
  ['GET', '/api/2.0/portal%2F%2Fuserscount', 404],
  ['GET', '/api/2.0/people//@self', 200, '/api/2.0/people/@self'],
  ['GET', '/@w1//api/2.0//oauth2//scopes', 403],
  ['GET', '/s//unknown', 302],
  ['GET', '/@w1//s//unknown', 302],
  ['GET', '/@w1//confirm//LinkInvite', 200],
  ['POST', '//oauth2//token', 400],
  ['POST', '/@w1//oauth2//token', 400],
  ['GET', '/@w1//oauth2//jwks', 200],
  ['GET', '//.well-known//openid-configuration', 200],
  ['GET', '/@w1//oauth2//.well-known//oauth-authorization-server', 200],
  ['GET', '/__mock//clock', 200],
  ['GET', '//__mock//clock', 200],
  ['GET', '/@w1//__mock//clock', 200],
  ['GET', '//health', 200],
  ['HEAD', '//ready//', 200],
  ['GET', '/@w1//liveness', 200],
  ['GET', '/@w1//docs', 200],
  ['GET', '/@w1//docs//static//swagger-ui.css', 200],
  ['GET', '/@w1//openapi//asc.web.api//2.0.yaml', 200],
]

t.test('repeated slashes are one, wherever they are (facts §0, P10)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const host = ['Host', 'localhost'] as const
    for (const [method, path, status, shown] of slashes) {
      const authorized = status === 200 ? [['Authorization', authorization] as const] : []
      const answer = await sendRaw(port, writeRequest({ method, path, headers: [host, ...authorized] }))
      t.equal(answer.status, status, `${method} ${path}`)
      if (shown === undefined) continue
      const { links } = JSON.parse(answer.body.slice(answer.body.indexOf('{'), answer.body.lastIndexOf('}') + 1))
      t.equal(links[0].href, `http://localhost${shown}`)
    }
  }
})

t.test('a credential of one portal is none of another', async (t) => {
  const { app, portal } = await testServer(t)
  const token = mintSessionToken(portal, people.owner)
  const status = async (path: string) =>
    (await app.inject({ url: `${path}/api/2.0/portal/userscount`, headers: { authorization: token } })).statusCode
  t.equal(await status(''), 200)
  t.equal(await status('/@w1'), 401)
  const w1 = app.portals.find('w1')
  const own = w1 && mintSessionToken(w1, people.owner)
  t.equal(
    (await app.inject({ url: '/@w1/api/2.0/portal/userscount', headers: { authorization: own } })).statusCode,
    200,
  )
})

t.test('a sign-in below a path gives a cookie for that path', async (t) => {
  const { app } = await testServer(t)
  const payload = { userName: 'owner@example.com', password: 'owner-password' }
  const cookieOf = async (path: string) =>
    String((await app.inject({ method: 'POST', url: `${path}/api/2.0/authentication`, payload })).headers['set-cookie'])
  t.match(await cookieOf('/@w1'), /; path=\/@w1;/)
  t.match(await cookieOf(''), /; path=\/;/)
})

t.test('what is no name is refused, and the message says where it stands', async (t) => {
  const { app } = await testServer(t)
  const cases: [url: string, headers: Record<string, string>, message: RegExp][] = [
    ['/@w_1/health', {}, /the path \/@w_1 takes/],
    ['/@/api/2.0/portal/userscount', {}, /the path \/@ takes/],
    [
      '/@..%2F..%2Fetc/api/2.0/portal/userscount',
      {},
      /takes 1 to 63 letters, digits and hyphens, no hyphen first or last$/,
    ],
    [`/@${'x'.repeat(64)}/api/2.0/portal/userscount`, {}, /takes 1 to 63 letters/],
    ['/api/2.0/portal/userscount', { 'x-docspace-mock-portal': '../w1' }, /the header X-DocSpace-Mock-Portal takes/],
  ]
  for (const [url, headers, message] of cases) {
    const answer = await app.inject({ url: url.replace('/health', '/api/2.0/capabilities'), headers })
    t.equal(answer.statusCode, 400, url)
    t.match(answer.json().error, message)
  }
  t.equal(app.portals.size, 1, 'and makes no portal')
})

t.test('where portals are fixed, none is made', async (t) => {
  const { app } = await testServer(t, { onDemand: false })
  const answer = await app.inject('/@w1/api/2.0/portal/userscount')
  t.equal(answer.statusCode, 404)
  t.match(answer.json().error, /the path \/@w1 names no portal, and --portals fixed makes none/)
  const byHost = { host: 'w1.localhost', authorization }
  t.equal(
    (await app.inject({ url: '/api/2.0/portal/userscount', headers: byHost })).statusCode,
    200,
    'the first answers',
  )
  t.equal(app.portals.size, 1)
})

t.test('any other host is that of the first portal', async (t) => {
  const { app } = await testServer(t)
  for (const host of ['localhost', '127.0.0.1', 'docs.example.com', 'a.b.localhost', 'w1.localhost.example.com']) {
    await app.inject({ url: '/api/2.0/portal/userscount', headers: { host } })
  }
  t.equal(app.portals.size, 1)
})

t.test('the page of a portal below a path links into it', async (t) => {
  const { app } = await testServer(t)
  const page = (await app.inject({ url: '/@w1', headers: { accept: 'text/html' } })).body
  t.match(page, 'href="/@w1/docs"')
  t.match(page, 'DocSpace portal «w1»')
  t.same((await app.inject('/@w1/openapi/asc.web.api/2.0.json')).json().servers, [{ url: '/@w1' }])
  t.match((await app.inject('/@w1/openapi/asc.web.api/2.0.yaml')).body, /servers:\n +- url: "?\/@w1"?\n/)
  t.same((await app.inject('/@w1/docs/json')).json().servers, [{ url: '/@w1' }])
  t.same((await app.inject('/docs/json')).json().servers, [{ url: '/' }])
})
