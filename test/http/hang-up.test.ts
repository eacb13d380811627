import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { pino } from 'pino'
import t from 'tap'
import type { ProfileName } from '../../src/domain/profile.ts'
import { start } from '../../src/start.ts'
import { apiKey, oauth2Clients } from '../helper.ts'

// tries each kind of route at each point in each way
t.setTimeout(300_000)

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const { clientId } = oauth2Clients.pkce

/** One route of each kind: method, path, and what it is sent. */
interface Route {
  method: string
  path: string
  body?: string
  type?: string
  fault?: string
}

const get = (path: string, fault?: string): Route => ({ method: 'GET', path, ...(fault !== undefined && { fault }) })
const post = (path: string, body: string, type = JSON_TYPE, fault?: string): Route => ({
  method: 'POST',
  path,
  body,
  type,
  ...(fault !== undefined && { fault }),
})

const COUNT = '/api/2.0/portal/userscount'
const routes: Route[] = [
  get(COUNT),
  { method: 'HEAD', path: COUNT },
  { method: 'OPTIONS', path: COUNT },
  post('/api/2.0/portal/present/mark', '{"unread":1}'),
  post('/api/2.0/authentication', '{"userName":"owner@example.com","password":"owner-password"}'),
  post('/api/2.0/people', '{"email":"new@example.com"}'),
  post('/api/2.0/keys', '{"name":"new","permissions":["*"]}'),
  post('/api/2.0/nope', 'unknown'),
  get('/health'),
  get('/liveness'),
  get('/'),
  get('/s/none'),
  get('/confirm/LinkInvite?key=none'),
  get('/docs/'),
  get('/docs/static/swagger-ui-bundle.js'),
  get('/openapi/asc.web.api/2.0.json'),
  get('/.well-known/openid-configuration'),
  get('/oauth2/jwks'),
  get(`/oauth2/authorize?response_type=code&client_id=${clientId}&scope=accounts:read`),
  post('/oauth2/authorize', `response_type=code&client_id=${clientId}&scope=accounts:read`, FORM_TYPE),
  get('/oauth2/authorize/none'),
  get('/oauth2/login/none'),
  post('/oauth2/login/none', 'person=owner@example.com', FORM_TYPE),
  post('/oauth2/consent/none', 'consent=allow', FORM_TYPE),
  post('/oauth2/token', `grant_type=personal_access_token&client_id=${clientId}&scope=accounts:read`, FORM_TYPE),
  post('/oauth2/revoke', 'token=none', FORM_TYPE),
  post('/oauth2/introspect', 'token=none', FORM_TYPE),
  post('/oauth2/userinfo', 'access_token=none', FORM_TYPE),
  get('/__mock/journal'),
  get('/__mock/journal/stream'),
  get('/__mock/openapi.json'),
  post('/__mock/faults', '{"match":{"path":"/none"},"effect":{"status":500}}'),
  post('/__mock/credentials/session-token', '{}'),
  post('/__mock/reset', '{}'),
  { method: 'PUT', path: '/__mock/fixture', body: '{"alias":"a"}' },
  get(COUNT, 'delay=50'),
  get(COUNT, 'delay=50, after'),
  get(COUNT, 'slow=10/20'),
  get(COUNT, 'drop'),
  get(COUNT, 'drop=halfway'),
  get(COUNT, 'status=503, delay=50'),
  post('/api/2.0/authentication', '{"userName":"owner@example.com","password":"none"}', JSON_TYPE, 'delay=50'),
  post('/api/2.0/people', '{"email":"later@example.com"}', JSON_TYPE, 'delay=50, after'),
  post('/oauth2/token', 'grant_type=authorization_code&code=none', FORM_TYPE, 'delay=50'),
  post('/oauth2/introspect', 'token=none', FORM_TYPE, 'delay=50'),
]

/** What a client has sent when it hangs up: of the head and of the body. */
const points: Record<string, (head: string, body: string) => string> = {
  'before the request': () => '',
  'in the request line': (head) => head.slice(0, 6),
  'in the headers': (head) => head.slice(0, -4),
  'before the body': (head) => head,
  'in the body': (head, body) => head + body.slice(0, body.length / 2),
  'before the chunks': (head) => chunked(head),
  'in a chunk': (head, body) => `${chunked(head)}ff\r\n${body}`,
  'while it waits for 100 Continue': (head) => head.replace(/\r\n\r\n$/, '\r\nExpect: 100-continue\r\n\r\n'),
  'after the request': (head, body) => head + body,
  'after three requests': (head, body) => (head + body).repeat(3),
  'in the second request': (head, body) => head + body + head.slice(0, 20),
}

const ways: Record<string, (socket: Socket, later: () => Promise<unknown>) => unknown> = {
  'resets at once': (socket) => socket.resetAndDestroy(),
  'resets soon': (socket) => setImmediate().then(() => socket.resetAndDestroy()),
  'resets later': (socket, later) => later().then(() => socket.resetAndDestroy()),
  'ends at once': (socket) => socket.end().destroy(),
  'ends later': (socket, later) => later().then(() => socket.end().destroy()),
  'resets in the middle of the response': async (socket, later) => {
    await Promise.race([once(socket, 'data').catch(() => {}), later()])
    socket.resetAndDestroy()
  },
}

function chunked(head: string): string {
  return head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')
}

function headOf({ method, path, body, type = JSON_TYPE, fault }: Route): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${apiKey('2')}`,
    ...(fault === undefined ? [] : [`X-DocSpace-Mock-Fault: ${fault}`]),
    ...(body === undefined ? [] : [`Content-Type: ${type}`, `Content-Length: ${body.length}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

for (const profile of ['documented', 'server'] satisfies ProfileName[]) {
  t.test(`clients that hang up don't cause errors: ${profile}`, async (t) => {
    const logged: { level: number; msg: string; err?: { stack: string } }[] = []
    const logger = pino({ level: 'info' }, { write: (line) => logged.push(JSON.parse(line)) })
    const printed = t.capture(console, 'error')
    const server = await start({ port: 0, host: '127.0.0.1', profile, logger })
    t.teardown(() => server.close())
    const [portal] = server.portals
    // reads the address of the client
    portal.changeSettings({ ipRestrictions: { enabled: true, addresses: ['203.0.113.1'] } })
    const { port } = new URL(server.url)
    const answered = () => fetch(`${server.url}/health`).then((answer) => answer.text())
    for (const [i, route] of routes.entries()) {
      // the first requests create what a portal needs
      const prefix = profile === 'server' ? '' : `/@new${i}`
      const head = headOf({ ...route, path: prefix + route.path })
      const clients = Object.values(points).flatMap((point) =>
        Object.values(ways).map(async (hangUp) => {
          const socket = connect(Number(port), '127.0.0.1').on('error', () => {})
          await once(socket, 'connect')
          socket.write(point(head, route.body ?? ''))
          await hangUp(socket, answered)
        }),
      )
      await Promise.all(clients)
      await answered()
      const failures = logged.splice(0).filter(({ level, msg, err }) => level >= 50 || err || /TypeError/.test(msg))
      t.same(failures, [], `${route.method} ${prefix}${route.path} ${route.fault ?? ''}`)
    }
    while (server.app.portals.list().some(({ state }) => state.isInUse)) await answered()
    t.same(printed(), [], 'nothing is printed')
    t.same(
      logged.filter(({ level }) => level >= 50),
      [],
    )
    const count = await fetch(server.url + COUNT, { headers: { authorization: `Bearer ${apiKey('1')}` } })
    t.equal(count.status, 200, 'it goes on')
  })
}
