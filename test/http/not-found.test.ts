import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import openapi from '../../openapi/openapi.json' with { type: 'json' }
import docspacePaths from '../../src/http/docspace-paths.json' with { type: 'json' }
import { makeCertificate } from '../../src/tls.ts'
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
  // of DocSpace's API, whether the mock implements them or not (facts §1.8, people 1.1, 7)
  [PORTAL, 'GET'],
  ['/api/2.0/authentication/confirm', 'POST'],
  ['/api/2.0/people/foo', 'DELETE, GET, PUT'],
  ['/api/2.0/people/@self', 'DELETE, GET, PUT'],
  ['/api/2.0/people/delete', 'DELETE, GET, PUT'],
  [`/api/2.0/people/${people.owner}/password`, 'PUT'],
  ['/api/2.0/keys/permissions', 'GET'],
  [`/api/2.0/keys/${people.owner}`, 'DELETE, PUT'],
  ['/api/2.0/clients', 'DELETE, GET, POST'],
  ['/api/2.0/oauth2/clients/1/info', 'GET'],
  ['/API/2/Files/@my', 'GET'],
  ['/', 'GET, HEAD'],
  ['/docs', 'GET, HEAD'],
  ['/oauth2/jwks', 'GET, HEAD'],
  ['/liveness', 'GET, HEAD'],
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

/** What the mock answers that its document doesn't list: endpoints of OAuth2. */
const OAUTH2 = ['GET /oauth2/authorize', 'POST /oauth2/authorize', 'POST /oauth2/token']

const documented = new Map(
  Object.entries(openapi.paths).flatMap(([path, operations]) => {
    return Object.entries(operations).map(([method, { operationId }]) => [
      `${method.toUpperCase()} ${path}`,
      operationId,
    ])
  }),
)

/** Each operation of DocSpace's document, with a GUID for each parameter, and where it can be asked for. */
const docspace = Object.entries(docspacePaths).flatMap(([template, operations]) => {
  const path = template.replace(/\{\w+\}/g, people.owner)
  const twin = /^\/api\/2\.0\/(clients|scopes)/.test(path) ? [path.replace('/api/2.0', '/api/2.0/oauth2')] : []
  const urls = [path, ...twin].flatMap((url) => [url, `/@x${url}`])
  return Object.entries(operations).map(([method, operationId]) => ({ method, template, operationId, urls }))
})

t.test("every operation of DocSpace's document is the mock's, or is 404 and named", async (t) => {
  const answered = new Set(OAUTH2)
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile, explain: true })
    for (const { method, template, operationId, urls } of docspace) {
      const name = `${method} ${template}`
      if (OAUTH2.includes(name)) continue
      for (const url of urls) {
        const answer = await app.inject({ method: method as 'GET', url, payload: '{}' })
        const explained = String(answer.headers['x-docspace-mock-explain'])
        if (documented.has(name)) {
          t.equal(documented.get(name), operationId, name)
          t.notMatch(explained, /not implement|no such path|the path takes/, `${method} ${url}`)
          answered.add(name)
          continue
        }
        t.equal(answer.statusCode, 404, `${method} ${url}`)
        t.equal(answer.body, '')
        t.ok(
          explained.endsWith(
            `| refused: DocSpace's ${operationId}, which this mock does not implement; a fault with its path can answer it`,
          ),
        )
      }
    }
  }
  t.same(
    [...documented.keys()].filter((name) => !answered.has(name)),
    [],
    'the mock has no operation that DocSpace lacks',
  )
})

t.test('what DocSpace has at a path that the mock has with other methods is no wrong method', async (t) => {
  const { app } = await testServer(t, { profile: 'server' })
  for (const [method, url] of [
    ['GET', '/api/2.0/people'],
    ['DELETE', '/api/2.0/people/@self'],
    ['PUT', '/api/2.0/people/@self'],
    ['DELETE', '/api/2.0/clients'],
    ['OPTIONS', '/.well-known/oauth-authorization-server'],
  ] as const) {
    const answer = await app.inject({ method, url })
    t.equal(answer.statusCode, 404, `${method} ${url}`)
    t.equal(answer.headers.allow, undefined)
  }
})

t.test('the journal names what is not implemented, and a fault can answer it', async (t) => {
  const { app } = await testServer(t)
  for (const [method, path, operationId] of [
    ['POST', '/api/2.0/authentication/confirm', 'checkConfirm'],
    ['GET', '/api/2.0/oauth2/clients/info', 'getClientsInfo'],
    ['GET', '/api/2.0/files/@my', 'getMyFolder'],
  ] as const) {
    const portal = `/@${operationId.toLowerCase()}`
    const request: InjectOptions = { method, url: portal + path, payload: '{"key":"k"}' }
    t.equal((await app.inject(request)).statusCode, 404)
    const effect = { answer: { status: 200, body: { response: 1 } } }
    const fault = { method: 'POST', url: `${portal}/__mock/faults`, payload: { match: { path }, effect } } as const
    t.equal((await app.inject(fault)).statusCode, 201)
    t.same((await app.inject(request)).json(), { response: 1 })
    const { entries } = (await app.inject(`${portal}/__mock/journal`)).json()
    t.match(entries, [
      { status: 200, operation: null, template: null },
      {
        status: 404,
        operation: null,
        template: null,
        path: portal + path,
        refusal: `DocSpace's ${operationId}, which`,
      },
    ])
  }
})

/** Requests, and what is logged of each behind its path; `null`: nothing is. */
const logged: [method: string, target: string, message: string | null][] = [
  [
    'POST',
    '/api/2.0/authentication/confirm',
    "DocSpace's checkConfirm, which this mock does not implement; a fault with its path can answer it",
  ],
  [
    'GET',
    '/@w1//api/2.0/clients/consents',
    "DocSpace's getConsents, which this mock does not implement; a fault with its path can answer it",
  ],
  [
    'GET',
    '/api/2.0/files/@my?a=b',
    "DocSpace's getMyFolder, which this mock does not implement; a fault with its path can answer it",
  ],
  [
    'GET',
    `${PORTAL}/user/${people.owner}?asc_auth_key=secret`,
    `no such path; did you mean GET ${PORTAL}/users/{userID}?`,
  ],
  ['POST', `${PORTAL}/presents/mark`, `no such path; did you mean POST ${PORTAL}/present/mark?`],
  ['GET', '/api/2.0/key/@self', 'no such path; did you mean GET /api/2.0/keys/@self?'],
  ['GET', '/api/2.0/oauth2/clientz', 'no such path; did you mean GET /api/2.0/clients?'],
  ['POST', '/api/2.0/scope', 'no such path; did you mean GET /api/2.0/scopes?'],
  ['GET', '/api/2.0/userscount', `no such path; did you mean GET ${PORTAL}/userscount?`],
  ['GET', '/portal/userscount', `no such path; did you mean GET ${PORTAL}/userscount?`],
  ['GET', '/api/portal/userscount', `no such path; did you mean GET ${PORTAL}/userscount?`],
  ['GET', '/api/1.0/portal/usercount', `no such path; did you mean GET ${PORTAL}/userscount?`],
  ['GET', '/v2/people/@self', 'no such path; did you mean GET /api/2.0/people/@self?'],
  ['POST', '/authentication', 'no such path; did you mean POST /api/2.0/authentication?'],
  ['GET', '/doc', 'no such path; did you mean GET /docs?'],
  ['GET', '/oauth2/token/x', 'no such path'],
  [
    'GET',
    '/api/2.0/peple/filter',
    "no such path; did you mean GET /api/2.0/people/filter, DocSpace's searchUsersByExtendedFilter? This mock does not implement it",
  ],
  ['GET', `${PORTAL}/count`, "no such path; DocSpace's API has none like it either"],
  ['GET', `${PORTAL}/${'x'.repeat(8000)}`, "no such path; DocSpace's API has none like it either"],
  ['GET', `/api${'/x'.repeat(4000)}`, "no such path; DocSpace's API has none like it either"],
  ['DELETE', '/nope?a=b', 'no such path'],
  ['GET', `${PORTAL}/users/abc`, `no such path; ${PORTAL}/users/{userID} takes only GUIDs there`],
  ['DELETE', `${PORTAL}/present/mark`, null],
  ['GET', '/favicon.ico', null],
  ['GET', '/@w1//favicon.ico?v=1', null],
  ['GET', '/robots.txt', null],
  ['HEAD', '/apple-touch-icon.png', null],
  ['GET', '/.well-known/appspecific/com.chrome.devtools.json', null],
]

t.test('an unknown path is logged with what is known of it', async (t) => {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line).msg) })
  const { app } = await testServer(t, { logger })
  for (const [method, url, message] of logged) {
    await app.inject({ method: method as 'GET', url })
    const [line, ...others] = lines.splice(0)
    t.equal(line?.slice(line.indexOf(': ') + 2) ?? null, message, `${method} ${url.slice(0, 100)}`)
    t.same(others, [])
    t.notMatch(line ?? '', /secret|[?]a=b/)
  }
})

t.test(
  'HEAD is answered as GET wherever that is, but for the API, whose operations refuse it (facts §1.8)',
  async (t) => {
    const { app } = await testServer(t, { tls: await makeCertificate(['localhost']) })
    await app.inject('/api/2.0/portal/userscount')
    for (const path of [
      '/',
      '/health',
      '/ready',
      '/liveness',
      '/docs',
      '/docs/static/index.css',
      '/openapi/asc.web.api/2.0.json',
      '/openapi/asc.web.api/2.0.yaml',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/oauth2/.well-known/openid-configuration',
      '/oauth2/jwks',
      '/s/unknown',
      '/confirm/LinkInvite',
      '/__mock/certificate.pem',
      '/__mock/openapi.json',
      '/__mock/clock',
      '/__mock/journal',
      '/__mock/portals',
    ]) {
      for (const url of ['/health', '/__mock/certificate.pem'].includes(path) ? [path] : [path, `/@w1${path}`]) {
        const answer = await app.inject({ method: 'GET', url })
        const head = await app.inject({ method: 'HEAD', url })
        t.ok([200, 302].includes(head.statusCode), url)
        t.equal(head.statusCode, answer.statusCode)
        t.equal(head.body, '')
        t.equal(head.headers['content-type'], answer.headers['content-type'])
        t.equal(head.headers.location, answer.headers.location)
      }
    }
  },
)

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
