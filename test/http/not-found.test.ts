import { pino } from 'pino'
import t from 'tap'
import { apiKey, people, testServer } from '../helper.ts'

const PORTAL = '/api/2.0/portal'
const authorization = `Bearer ${apiKey('1')}`

/** Paths and what they take. */
const paths: [path: string, allow: string][] = [
  [`${PORTAL}/userscount`, 'GET'],
  [`${PORTAL}/userscount/`, 'GET'],
  [`/API/2/Portal/USERSCOUNT`, 'GET'],
  [`/${PORTAL}/userscount`, 'GET'],
  [`${PORTAL}/users/${people.owner}`, 'GET'],
  [`${PORTAL}/users/not-a-guid`, 'GET'],
  [`${PORTAL}/users/@self`, 'GET'],
  [`${PORTAL}/users/invite/1`, 'GET'],
  [`${PORTAL}/users/invite/nonsense`, 'GET'],
  [`${PORTAL}/present/mark`, 'POST'],
  [`${PORTAL}/sendcongratulations`, 'POST'],
  [`${PORTAL}/users/invitationlink`, 'DELETE, POST, PUT'],
  [`${PORTAL}/Users/InvitationLink/`, 'DELETE, POST, PUT'],
  ['/s/abc', 'GET, HEAD, POST'],
  ['/s/abc/def', 'GET, HEAD, POST'],
  ['/confirm/LinkInvite', 'GET, HEAD'],
  [`${PORTAL}/users/invitationlink/User`, 'GET'],
  ['/', 'GET'],
]

t.test('a wrong method: 405 with those that would do, and no body, to anybody (facts §1.8)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const [url, allow] of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
        if (allow.split(', ').includes(method)) continue
        for (const headers of [{}, { authorization }, { authorization: 'Bearer sk-unknown' }]) {
          const answer = await app.inject({ method, url, headers })
          t.equal(answer.statusCode, 405, `${method} ${url}`)
          t.equal(answer.headers.allow, allow)
          t.equal(answer.body, '')
          t.equal(answer.headers['content-type'], undefined)
          t.equal(answer.headers['api-supported-versions'], undefined)
        }
      }
    }
  }
})

/** Paths that nothing takes, whatever the method. */
const unknown = [
  '/nope',
  '/api',
  '/api/2.0',
  PORTAL,
  `${PORTAL}/`,
  `${PORTAL}/users`,
  `${PORTAL}/users/`,
  `${PORTAL}/users/invite/1/2`,
  `${PORTAL}/users/${people.owner}/x`,
  `${PORTAL}/userscount.json`,
  `${PORTAL}/userscount;x=1`,
  `${PORTAL}/users%2Fcount`,
  `${PORTAL}/present%2Fmark`,
  `/x${PORTAL}/userscount`,
  '/s',
  '/confirm',
  ...['1.0', '3.0', '2.1', '2.0.0', '2.', '.0', '+2', '-2', 'v2.0', '2.0-beta', 'abc', '20', '2.0%20'].map(
    (version) => `/api/${version}/portal/userscount`,
  ),
]

t.test('an unknown path: 404 and no body, to anybody, whatever the method (facts §1.8)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const url of unknown) {
      for (const method of ['GET', 'POST', 'PATCH'] as const) {
        for (const headers of [{}, { authorization }]) {
          const answer = await app.inject({ method, url, headers })
          t.equal(answer.statusCode, 404, `${method} ${url}`)
          t.equal(answer.body, '')
          t.equal(answer.headers.allow, undefined)
        }
      }
    }
  }
})

t.test('an id that is no GUID is an unknown path, and a wrong method comes first', async (t) => {
  const { app } = await testServer(t)
  for (const id of ['abc', '123', '@self', 'invite', 'invite/', `${people.owner}x`]) {
    const url = `${PORTAL}/users/${id}`
    for (const headers of [{}, { authorization }]) {
      t.equal((await app.inject({ url, headers })).statusCode, 404, id)
      t.equal((await app.inject({ method: 'POST', url, headers })).statusCode, 405, id)
    }
  }
})

t.test('spellings of one path', async (t) => {
  const { app } = await testServer(t)
  const spellings = [
    `${PORTAL}/userscount`,
    `${PORTAL}/userscount/`,
    '/API/2.0/Portal/UsersCount',
    '/api/2/portal/userscount',
    '/api/2.00/portal/userscount',
    '/api/02.0/portal/userscount',
    '/api/2%2E0/portal/userscount',
    `/${PORTAL}/userscount`,
    `///${PORTAL}/userscount`,
    `${PORTAL}//userscount//`,
    `${PORTAL}/users%63ount`,
    `${PORTAL}/./userscount`,
    `${PORTAL}/x/../userscount`,
    `${PORTAL}/userscount?`,
  ]
  for (const url of spellings) {
    t.equal((await app.inject({ url, headers: { authorization } })).statusCode, 200, url)
    t.equal((await app.inject({ method: 'POST', url })).statusCode, 405, url)
  }
})

t.test('what a client is likely to have meant is logged', async (t) => {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line).msg) })
  const { app } = await testServer(t, { logger })
  await app.inject(`/api/2.0/portal/user/${people.owner}?asc_auth_key=secret`)
  await app.inject({ method: 'POST', url: '/api/2.0/portal/presents/mark' })
  await app.inject('/api/2.0/portal/count')
  await app.inject({ method: 'DELETE', url: '/nope?a=b' })
  await app.inject('/api/2.0/portal/users/abc')
  await app.inject('/')
  await app.inject('/api/2.0/people/@self/photo/thumbnails')
  await app.inject(`/api/2.0/portal/${'x'.repeat(8000)}`)
  await app.inject('/api/2.0/oauth2/clientz')
  await app.inject({ method: 'DELETE', url: '/api/2.0/portal/present/mark' })
  t.match(lines, [
    /^GET \/api\/2\.0\/portal\/user\/66faa6e4-\S+: no such path; .*GET \/api\/2\.0\/portal\/users\/:/,
    /^POST \/api\/2\.0\/portal\/presents\/mark: no such path; .*POST \/api\/2\.0\/portal\/present\/mark/,
    /^GET \/api\/2\.0\/portal\/count: no such path; .*GET \/api\/2\.0\/portal\/userscount/,
    /^DELETE \/nope: no such path$/,
    /^GET \/api\/2\.0\/portal\/users\/abc: no such path; \S+\/users\/:userID takes only GUIDs there$/,
    /^GET \/: no such path; \/ is a page, for who accepts text\/html$/,
    /^GET \/api\/2\.0\/people\S+: no such path; it may be one of DocSpace, but not of this mock$/,
    /^GET \/api\/2\.0\/portal\/x{8000}: no such path; it may be one of DocSpace, but not of this mock$/,
    /^GET \/api\/2\.0\/oauth2\/clientz: no such path; did you mean (GET or POST|POST or GET) \/api\/2\.0\/clients\?$/,
  ])
  t.equal(lines.length, 9, 'a wrong method is not logged')
})

t.test('guards look at these requests too (facts §1.1)', async (t) => {
  const { app } = await testServer(t, { profile: 'server' })
  for (const [method, url] of [
    ['GET', '/nope'],
    ['POST', `${PORTAL}/userscount`],
  ] as const) {
    const cleared = await app.inject({ method, url, headers: { cookie: 'asc_auth_key=x' } })
    t.same(cleared.headers['set-cookie'], ['asc_auth_key=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/'])
    const basic = await app.inject({ method, url, headers: { authorization: `Basic ${btoa('a:b')}` } })
    t.equal(basic.headers['www-authenticate'], 'Basic')
    t.equal((await app.inject({ method, url, headers: { authorization: 'Basic !' } })).statusCode, 500)
  }
})
