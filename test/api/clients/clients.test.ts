import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { NOW, people, oauth2Clients as shipped, testPortal, testServer } from '../../helper.ts'
import { call, made, type Person, problem } from './call.ts'

const NOBODY = '00000000-0000-4000-8000-000000000001'
const { confidential, pkce } = shipped

/** Status, content type and body of an answer. */
const answered = ({ statusCode, headers, body }: LightMyRequestResponse) => [statusCode, headers['content-type'], body]
const NOTHING = [200, undefined, '']

t.test('a client is made, and shown with its secret', async (t) => {
  const { app, portal } = await testServer(t)
  const answer = await app.inject(call(portal, 'winfield', 'POST', '/clients', made))
  t.equal(answer.statusCode, 201)
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(answer.headers['api-supported-versions'], undefined, 'it is another server')
  const client = answer.json()
  const { client_id, client_secret, ...rest } = client
  t.match(client_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.match(client_secret, /^[A-Za-z0-9]{36}$/)
  t.strictSame(Object.keys(client), Object.keys(client).toSorted(), 'in alphabetical order')
  t.strictSame(rest, {
    allowed_origins: ['http://localhost:3000'],
    authentication_methods: ['client_secret_post', 'none'],
    created_by: people.winfield,
    created_on: '2026-06-30T10:00:00Z',
    description: 'Makes reports.',
    enabled: true,
    is_public: true,
    logo: made.logo,
    logout_redirect_uris: ['https://example.com/logout'],
    modified_by: people.winfield,
    modified_on: '2026-06-30T10:00:00Z',
    name: 'Reports',
    policy_url: 'example.com/policy',
    redirect_uris: made.redirect_uris,
    scopes: ['accounts:read', 'openid'],
    tenant: 1,
    terms_url: 'https://example.com/terms',
    website_url: 'https://example.com',
  })
  t.strictSame((await app.inject(call(portal, 'winfield', 'GET', `/clients/${client_id}`))).json(), client)
  t.match(portal.store.oauth2Clients.find(client_id), { clientSecret: client_secret, allowPkce: true, enabled: true })
  const again = await app.inject(call(portal, 'winfield', 'POST', '/clients', made))
  t.not(again.json().client_id, client_id, 'a name may be taken twice')
  t.not(again.json().client_secret, client_secret)
})

t.test('what may be left out, and what is ignored', async (t) => {
  const { app, portal } = await testServer(t)
  const { description: _, allow_pkce: __, ...least } = made
  const bare = await app.inject(call(portal, 'admin', 'POST', '/clients', least))
  t.match(bare.json(), { description: '', authentication_methods: ['client_secret_post'] })
  const twice = { ...made, description: null, is_public: false, more: 1, scopes: ['openid', 'openid'] }
  const client = (await app.inject(call(portal, 'admin', 'POST', '/clients', twice))).json()
  t.match(client, { description: '', is_public: true, scopes: ['openid'] })
  t.equal(client.scopes.length, 1)
})

t.test('scopes are those that the profile has', async (t) => {
  const cases: [profile: 'documented' | 'server', scopes: string[], refused: string | null][] = [
    ['documented', ['read', 'write', '*:read', '*:write', 'openid'], null],
    ['documented', ['accounts:read', 'x', 'y'], 'x, y'],
    ['server', ['accounts:read', 'rooms:write', 'openid'], null],
    ['server', ['read'], 'read'],
    ['server', ['openid', '*:read', '*:write'], '*:read, *:write'],
    ['server', ['*'], '*'],
    ['server', ['OPENID'], 'OPENID'],
  ]
  for (const [profile, scopes, refused] of cases) {
    const { app, portal } = await testServer(t, { profile })
    const answer = await app.inject(call(portal, 'owner', 'POST', '/clients', { ...made, scopes }))
    const name = `${profile}: ${scopes}`
    if (refused === null) {
      t.equal(answer.statusCode, 201, name)
      t.strictSame(answer.json().scopes, scopes, name)
      continue
    }
    const error = { field: 'scopes', code: 'ErrorInvalidScope', message: `Invalid scopes: ${refused}` }
    const expected = problem(400, 'Bad Request', 'Validation failed', '/api/2.0/clients', [error])
    t.strictSame(answered(answer), [400, 'application/problem+json; charset=utf-8', expected], name)
  }
})

t.test('members that are no good', async (t) => {
  const { app, portal } = await testServer(t)
  const count = () => portal.store.oauth2Clients.list({ createdBy: null, after: null, limit: 50 }).length
  const before = count()
  const url = (name: string) => ({ code: 'ErrorWrongURL', message: `${name} is expected to be passed as url` })
  const empty = (message: string) => ({ code: 'EmptyFieldError', message })
  const length = { code: 'ErrorName', message: 'client name length is expected to be between 3 and 256 characters' }
  const entries = { code: 'ErrorWrongURL', message: 'url collection has invalid entries' }
  const number = (name: string) => ({
    code: 'ErrorName',
    message: `${name} must contain at least 1 and at most 12 addresses`,
  })
  const noLogo = { code: 'ErrorPattern', message: 'client logo is expected to be passed as base64' }
  const long = { code: 'ErrorName', message: 'client description length is expected to be less than 256 characters' }
  const thirteen = Array.from({ length: 13 }, (_, i) => `http://localhost:${3000 + i}`)
  const cases: [field: string, value: unknown, ...errors: object[]][] = [
    ['name', undefined, empty('client name must not be empty')],
    ['name', null, empty('client name must not be empty')],
    ['name', '', empty('client name must not be empty'), length],
    ['name', '   ', empty('client name must not be empty')],
    ['name', 'ab', length],
    ['name', 'x'.repeat(257), length],
    ['description', 'x'.repeat(256), long],
    ['logo', undefined, empty('client logo must not be empty')],
    ['logo', 'https://example.com/logo.png', noLogo],
    ['logo', 'data:image/png;base64,', noLogo],
    ['logo', 'data:image/gif;base64,R0lG', noLogo],
    ['logo', `data:image/png;base64,${'A'.repeat(2_000_000)}`, noLogo],
    ['website_url', undefined, empty('website url must not be empty')],
    ['website_url', 'http://localhost', url('website url')],
    ['website_url', 'http://localhost:3000/', url('website url')],
    ['website_url', 'localhost', url('website url')],
    ['website_url', '192.0.2.1', url('website url')],
    ['website_url', 'ftp://example.com', url('website url')],
    ['website_url', 'https://example.com/a b', url('website url')],
    ['website_url', 'https://example.com\n', url('website url')],
    ['terms_url', 'terms', url('terms url')],
    ['policy_url', '', empty('policy url must not be empty'), url('policy url')],
    ['logout_redirect_uri', 'http://localhost:3000', url('logout redirect uri')],
    ['redirect_uris', undefined, empty('redirect uris must not be null'), entries],
    ['redirect_uris', [], number('redirect uris')],
    ['redirect_uris', ['localhost:3000'], entries],
    ['redirect_uris', ['http://localhost:3000', ''], entries],
    ['redirect_uris', ['http://localhost:x'], entries],
    ['redirect_uris', ['javascript:alert(1)'], entries],
    ['redirect_uris', thirteen, number('redirect uris')],
    ['allowed_origins', null, empty('allowed origins must not be null'), entries],
    ['allowed_origins', ['*'], entries],
    ['scopes', undefined, empty('scopes field can not be empty')],
    ['scopes', [], empty('scopes field can not be empty')],
  ]
  for (const [field, value, ...errors] of cases) {
    const answer = await app.inject(call(portal, 'owner', 'POST', '/clients', { ...made, [field]: value }))
    const listed = errors.map((error) => ({ field, ...error }))
    const expected = problem(400, 'Bad Request', 'Validation failed', '/api/2.0/clients', listed)
    const name = `${field}: ${JSON.stringify(value)?.slice(0, 50)}`
    t.strictSame(answered(answer), [400, 'application/problem+json; charset=utf-8', expected], name)
  }
  const all = (await app.inject(call(portal, 'owner', 'POST', '/clients', {}))).json().errors
  t.strictSame(
    [...new Set(all.map(({ field }: { field: string }) => field))],
    [
      'name',
      'logo',
      'website_url',
      'terms_url',
      'policy_url',
      'redirect_uris',
      'allowed_origins',
      'logout_redirect_uri',
      'scopes',
    ],
  )
  t.equal(count(), before, 'nothing was made')
})

t.test('members that are just good enough', async (t) => {
  const { app, portal } = await testServer(t)
  const twelve = Array.from({ length: 12 }, (_, i) => `http://localhost:${3000 + i}`)
  const cases: [field: string, value: unknown][] = [
    ['name', 'abc'],
    ['name', 'x'.repeat(256)],
    ['description', 'x'.repeat(255)],
    ['description', ''],
    ['logo', 'data:image/svg+xml;base64,PHN2Zy8+'],
    ['website_url', 'EXAMPLE.com'],
    ['website_url', 'http://192.0.2.1:8080/a?b=c#d'],
    ['redirect_uris', twelve],
    ['redirect_uris', ['http://[::1]:3000/callback']],
    ['allowed_origins', ['https://*.example.com']],
  ]
  for (const [field, value] of cases) {
    const answer = await app.inject(call(portal, 'owner', 'POST', '/clients', { ...made, [field]: value }))
    t.equal(answer.statusCode, 201, `${field}: ${JSON.stringify(value)}`)
    t.strictSame(answer.json()[field], value)
  }
})

t.test('bodies that are none', async (t) => {
  const { app, portal } = await testServer(t)
  const activation = `/clients/${confidential.clientId}/activation`
  const paths = [
    ['POST', '/clients'],
    ['PUT', `/clients/${confidential.clientId}`],
    ['PATCH', activation],
  ] as const
  for (const [method, path] of paths) {
    for (const body of ['', '{', 'null', '[]', '"text"', '1', '\ufeff{}', '{"name":}', '{'.repeat(50_000)]) {
      const answer = await app.inject(call(portal, 'owner', method, path, body))
      const expected = problem(400, 'Bad Request', 'Failed to read request', `/api/2.0${path}`)
      t.strictSame(
        answered(answer),
        [400, 'application/problem+json; charset=utf-8', expected],
        `${method} ${body.slice(0, 20)}`,
      )
    }
    for (const [type, said] of [
      ['text/plain', 'text/plain'],
      ['application/jsonp', 'application/jsonp'],
      [undefined, 'application/octet-stream'],
    ]) {
      const { headers, ...request } = call(portal, 'owner', method, path, '{}')
      const { 'content-type': _, ...others } = headers
      const answer = await app.inject({ ...request, headers: { ...others, ...(type && { 'content-type': type }) } })
      const detail = `Content-Type '${said}' is not supported`
      const expected = problem(415, 'Unsupported Media Type', detail, `/api/2.0${path}`)
      t.strictSame(answered(answer), [415, 'application/problem+json; charset=utf-8', expected], `${method} ${type}`)
    }
  }
  const wrong: [path: number, payload: object][] = [
    [0, { ...made, name: 1 }],
    [0, { ...made, name: ['Reports'] }],
    [0, { ...made, redirect_uris: 'http://localhost' }],
    [0, { ...made, redirect_uris: [null] }],
    [0, { ...made, scopes: {} }],
    [0, { ...made, allow_pkce: 'true' }],
    [0, { ...made, allow_pkce: null }],
    [1, { ...made, logo: false }],
    [2, { status: 'true' }],
    [2, { status: null }],
  ]
  for (const [i, payload] of wrong) {
    const [method, path] = paths[i] ?? paths[0]
    const answer = await app.inject(call(portal, 'owner', method, path, payload))
    t.match(answer.json(), { status: 400, detail: 'Failed to read request' }, JSON.stringify(payload))
  }
  t.match(portal.store.oauth2Clients.find(confidential.clientId), { name: 'Local web app', enabled: true })
})

t.test('a charset and capital letters make no other type', async (t) => {
  const { app, portal } = await testServer(t)
  const request = call(portal, 'owner', 'POST', '/clients', made)
  request.headers['content-type'] = 'Application/JSON; charset=UTF-8'
  t.equal((await app.inject(request)).statusCode, 201)
})

t.test('a change counts at once', async (t) => {
  const clock = { now: () => NOW + 1500 }
  const { app, portal } = await testServer(t, { portal: testPortal(t, { clock }) })
  const path = `/clients/${confidential.clientId}`
  const before = (await app.inject(call(portal, 'admin', 'GET', path))).json()
  const change = { name: 'ab', logo: made.logo, allowed_origins: ['https://example.com'], allow_pkce: true }
  t.strictSame(answered(await app.inject(call(portal, 'admin', 'PUT', path, change))), NOTHING)

  t.strictSame((await app.inject(call(portal, 'admin', 'GET', path))).json(), {
    ...before,
    allowed_origins: ['https://example.com'],
    authentication_methods: ['client_secret_post', 'none'],
    description: '',
    logo: made.logo,
    modified_by: people.admin,
    modified_on: '2026-06-30T10:00:01.500Z',
    name: 'ab',
  })
  const bad = await app.inject(call(portal, 'admin', 'PUT', path, { name: ' ', logo: made.logo }))
  t.strictSame(
    bad.json().errors.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`),
    ['name EmptyFieldError', 'allowed_origins ErrorWrongURL'],
  )
  const { name, description } = portal.store.oauth2Clients.find(confidential.clientId) ?? {}
  t.strictSame({ name, description }, { name: 'ab', description: '' })
})

t.test('a client is put to sleep and woken', async (t) => {
  const { app, portal } = await testServer(t)
  const path = `/clients/${pkce.clientId}`
  const cases: [payload: object, enabled: boolean][] = [
    [{ status: false }, false],
    [{ status: true }, true],
    [{}, false],
    [{ status: true, enabled: false }, true],
  ]
  for (const [payload, enabled] of cases) {
    t.strictSame(answered(await app.inject(call(portal, 'admin', 'PATCH', `${path}/activation`, payload))), NOTHING)
    t.match(
      (await app.inject(call(portal, 'owner', 'GET', path))).json(),
      { enabled, modified_by: people.admin },
      JSON.stringify(payload),
    )
  }
})

t.test('a new secret voids the old one', async (t) => {
  const { app, portal } = await testServer(t)
  const answer = await app.inject(call(portal, 'admin', 'PATCH', `/clients/${confidential.clientId}/regenerate`))
  t.strictSame([answer.statusCode, answer.headers['content-type']], [200, 'application/json; charset=utf-8'])
  const { client_secret, ...rest } = answer.json()
  t.strictSame(rest, {})
  t.match(client_secret, /^[A-Za-z0-9]{36}$/)
  t.match(portal.store.oauth2Clients.find(confidential.clientId), {
    clientSecret: client_secret,
    modifiedBy: people.admin,
  })
})

t.test('a client is deleted once', async (t) => {
  const { app, portal } = await testServer(t)
  const path = `/clients/${pkce.clientId}`
  t.strictSame(answered(await app.inject(call(portal, 'owner', 'DELETE', path))), NOTHING)
  t.equal(portal.store.oauth2Clients.find(pkce.clientId), undefined)
  const detail = `Client with ID ${pkce.clientId} for tenant 1 was not found`
  t.strictSame(answered(await app.inject(call(portal, 'owner', 'DELETE', path))), [
    404,
    'application/problem+json; charset=utf-8',
    problem(404, 'Not Found', detail, `/api/2.0${path}`),
  ])
  t.ok(portal.store.oauth2Clients.find(confidential.clientId))
})

t.test('whose clients are whose', async (t) => {
  const { app, portal } = await testServer(t)
  const { client_id: mine } = (await app.inject(call(portal, 'winfield', 'POST', '/clients', made))).json()
  const change = { ...made, name: 'changed' }
  const operations = [
    ['GET', '', undefined],
    ['PUT', '', change],
    ['PATCH', '/activation', { status: true }],
    ['PATCH', '/regenerate', undefined],
  ] as const
  const cases: [person: Person, clientId: string, status: number][] = [
    ['winfield', mine, 200],
    ['winfield', mine.toUpperCase(), 200],
    ['winfield', confidential.clientId, 404],
    ['winfield', NOBODY, 404],
    ['winfield', 'x', 404],
    ['winfield', '%C3%A9', 404],
    ['roomAdmin', mine, 404],
    ['guest', mine, 403],
    ['guest', NOBODY, 403],
    ['admin', mine, 200],
    ['owner', mine, 200],
    ['owner', NOBODY, 404],
    ['admin', 'x', 404],
  ]
  for (const [person, clientId, expected] of cases) {
    for (const [method, path, payload] of [...operations, ['DELETE', '', undefined] as const]) {
      if (method === 'DELETE' && expected === 200) continue
      const url = `/clients/${clientId}${path}`
      const answer = await app.inject(call(portal, person, method, url, payload))
      const name = `${person} ${method} ${url}`
      t.equal(answer.statusCode, expected, name)
      if (expected === 403) {
        t.equal(answer.body, problem(403, 'Forbidden', 'Access denied', `/api/2.0${url}`), name)
      } else if (expected === 404) {
        const detail = `Client with ID ${decodeURIComponent(clientId)} for tenant 1 was not found`
        t.equal(answer.body, problem(404, 'Not Found', detail, `/api/2.0${url}`), name)
      }
    }
  }
  t.equal((await app.inject(call(portal, 'roomAdmin', 'POST', '/clients', made))).statusCode, 201)
  t.equal((await app.inject(call(portal, 'guest', 'POST', '/clients', made))).json().detail, 'Access denied')
  t.equal((await app.inject(call(portal, 'guest', 'GET', '/clients'))).json().detail, 'Access denied')
  t.equal((await app.inject(call(portal, 'guest', 'POST', '/clients', {}))).statusCode, 400, 'the body comes first')
})

t.test('a list shows no secret, page after page', async (t) => {
  const portal = testPortal(t)
  const { app } = await testServer(t, { portal })
  const own = []
  for (let i = 0; i < 3; i++) own.push((await app.inject(call(portal, 'winfield', 'POST', '/clients', made))).json())
  const ids = own
    .map(({ client_id }) => client_id)
    .sort()
    .reverse()
  const list = async (person: Person, query = '') =>
    (await app.inject(call(portal, person, 'GET', `/clients${query}`))).json()
  const idsOf = ({ data }: { data: { client_id: string }[] }) => data.map(({ client_id }) => client_id)

  const all = await list('admin')
  t.strictSame(Object.keys(all), ['data', 'last_client_id', 'last_created_on', 'limit'])
  t.match(all, { last_client_id: null, last_created_on: null, limit: 30 })
  t.strictSame(idsOf(all), [...ids, pkce.clientId, confidential.clientId])
  t.strictSame(idsOf(await list('winfield')), ids)
  t.strictSame(idsOf(await list('roomAdmin')), [])
  const secrets = [...own.map(({ client_secret }) => client_secret), pkce.clientSecret, confidential.clientSecret]
  for (const secret of secrets) t.notOk(JSON.stringify(all).includes(secret), 'no secret is there')
  const shown = new Map(all.data.map((client: { client_id: string }) => [client.client_id, client]))
  for (const client of own) {
    const { client_secret, ...rest } = shown.get(client.client_id) as Record<string, unknown>
    t.strictSame({ ...rest, client_secret: client.client_secret }, client, 'all else is what it is')
    t.equal(client_secret, (shown.get(client.client_id) as { client_secret: string }).client_secret)
  }
  t.strictSame(await list('admin'), all, 'the same again')

  const pages = []
  let query = '?limit=2'
  for (;;) {
    const page = await list('admin', query)
    pages.push(idsOf(page))
    t.equal(page.limit, 2)
    if (page.last_client_id === null) break
    query = `?limit=2&last_client_id=${page.last_client_id}&last_created_on=${page.last_created_on}`
  }
  t.strictSame(pages, [idsOf(all).slice(0, 2), idsOf(all).slice(2, 4), idsOf(all).slice(4)])
  t.strictSame(idsOf(await list('winfield', '?limit=1&last_client_id=x')), [ids[0]], 'half a cursor is none')
  const berlin = `?last_client_id=${ids[0]?.toUpperCase()}&last_created_on=2026-06-30T12:00%2B02:00[Europe/Berlin]`
  t.strictSame(idsOf(await list('winfield', berlin)), ids.slice(1), 'in any zone')
})

t.test('bounds of a page', async (t) => {
  const { app, portal } = await testServer(t)
  const cases: [query: string, limit: number | null, said: string][] = [
    ['', 30, ''],
    ['?limit=', 30, ''],
    ['?limit=1', 1, ''],
    ['?limit=50', 50, ''],
    ['?LIMIT=+7', 7, ''],
    ['?limit=0', null, 'limit must be at least 1'],
    ['?limit=-1', null, 'limit must be at least 1'],
    ['?limit=51', null, 'limit must be at most 50'],
    ['?limit=99999999999999999999', null, 'limit must be at most 50'],
    ['?limit=x', null, "Failed to convert 'limit' with value: 'x'"],
    ['?limit=1.5', null, "Failed to convert 'limit' with value: '1.5'"],
    ['?last_created_on=today', null, "Failed to convert 'last_created_on' with value: 'today'"],
    [
      '?last_created_on=2026-13-01T00:00:00Z',
      null,
      "Failed to convert 'last_created_on' with value: '2026-13-01T00:00:00Z'",
    ],
  ]
  for (const [query, limit, said] of cases) {
    const answer = await app.inject(call(portal, 'owner', 'GET', `/clients${query}`))
    if (limit !== null) {
      t.match(answer.json(), { limit }, query)
      continue
    }
    const error = { field: 'limit', code: 'ErrorName', message: said }
    const expected = said.startsWith('Failed')
      ? problem(400, 'Bad Request', said, '/api/2.0/clients')
      : problem(400, 'Bad Request', 'Validation failed', '/api/2.0/clients', [error])
    t.strictSame(answered(answer), [400, 'application/problem+json; charset=utf-8', expected], query)
  }
})

t.test('everything is at its other address too', async (t) => {
  const { app, portal } = await testServer(t)
  const { client_id } = (await app.inject(call(portal, 'winfield', 'POST', '/oauth2/clients', made))).json()
  for (const path of [`/clients/${client_id}`, '/clients', '/scopes']) {
    const here = await app.inject(call(portal, 'winfield', 'GET', path))
    t.equal(here.statusCode, 200)
    t.equal((await app.inject(call(portal, 'winfield', 'GET', `/oauth2${path}`))).body, here.body, path)
  }
  const missing = (await app.inject(call(portal, 'owner', 'DELETE', `/oauth2/clients/${NOBODY}?x=1`))).json()
  t.equal(missing.instance, `/api/2.0/oauth2/clients/${NOBODY}`)
  t.strictSame(answered(await app.inject(call(portal, 'winfield', 'DELETE', `/oauth2/clients/${client_id}`))), NOTHING)
})

t.test('scopes, to guests too', async (t) => {
  const read = (name: string, group: string) => ({ group, name: `${name}:read`, type: 'read' })
  const write = (name: string, group: string) => ({ group, name: `${name}:write`, type: 'write' })
  const both = (name: string, group = name) => [read(name, group), write(name, group)]
  const openid = { group: 'openid', name: 'openid', type: 'openid' }
  const docspace = [...both('accounts.self', 'profiles'), ...both('accounts'), ...both('files')]
  const expected = {
    server: [...docspace, ...both('rooms'), openid],
    documented: [
      ...both('*', 'portal'),
      ...docspace,
      { group: 'portal', name: 'read', type: 'read' },
      ...both('rooms'),
      { group: 'portal', name: 'write', type: 'write' },
      openid,
    ],
  }
  for (const profile of ['server', 'documented'] as const) {
    const { app, portal } = await testServer(t, { profile })
    const answer = await app.inject(call(portal, 'guest', 'GET', '/scopes'))
    t.equal(answer.body, JSON.stringify(expected[profile]))
  }
})

t.test('other methods and paths are not there', async (t) => {
  const { app, portal } = await testServer(t)
  const cases: [method: 'GET' | 'POST' | 'PATCH', path: string, status: number][] = [
    ['PATCH', `/clients/${pkce.clientId}`, 405],
    ['POST', `/clients/${pkce.clientId}`, 405],
    ['GET', `/clients/${pkce.clientId}/regenerate`, 405],
    ['GET', `/clients/${pkce.clientId}/secret`, 404],
    ['POST', '/scopes', 405],
  ]
  for (const [method, path, status] of cases) {
    t.equal((await app.inject(call(portal, 'owner', method, path))).statusCode, status, `${method} ${path}`)
  }
})
