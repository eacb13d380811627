import { Ajv, type AnySchemaObject } from 'ajv'
import type { InjectOptions } from 'fastify'
import type { OpenAPIV3 } from 'openapi-types'
import t, { type Test } from 'tap'
import { apiKeyHash } from '../../src/domain/api-key.ts'
import {
  defaultFixture,
  defaultRateLimits,
  type Fixture,
  mintAccessToken,
  mintConfirmationKey,
  mintSessionToken,
  type ServerOptions,
} from '../../src/index.ts'
import { made as client, call as identityCall } from '../api/clients/call.ts'
import { call } from '../api/keys/call.ts'
import { apiKey, asKey, oauth2Clients, people, testPortal, testServer } from '../helper.ts'

/** A request, and what is to come of it. */
interface Row {
  name: string
  request: InjectOptions
  status: number
  /** The media type of the body; none: there is no body. */
  type?: 'application/json' | 'application/problem+json' | 'text/plain'
}

const JSON_TYPE = 'application/json'
const PROBLEM = 'application/problem+json'
const NOBODY = '00000000-0000-0000-0000-000000000001'

/** The five operations as requests of somebody with an API key, by their operationIds. */
const operations = {
  getInvitationLink: (key: string) => asKey(key, 'users/invite/1'),
  getPortalUsersCount: (key: string) => asKey(key, 'userscount'),
  getUserById: (key: string) => asKey(key, `users/${people.admin}`),
  markGiftMessageAsRead: (key: string) => asKey(key, 'present/mark', 'POST'),
  sendCongratulations: (key: string) => asKey(key, `sendcongratulations?Userid=${people.owner}&Key=none`, 'POST'),
}
const guarded = Object.entries(operations).filter(([name]) => name !== 'sendCongratulations')

/** The document that the app serves, ready to be held against its answers. */
async function describer(t: Test) {
  const { app } = await testServer(t)
  const document: OpenAPIV3.Document = (await app.inject('/openapi/asc.web.api/2.0.json')).json()
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/)
  ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/)
  ajv.addFormat('int32', { type: 'number', validate: (value) => value === (value | 0) })
  ajv.addFormat('int64', { type: 'number', validate: (value) => Number.isSafeInteger(value) })
  ajv.addSchema({ $id: 'document', ...(closed(document) as OpenAPIV3.Document) })

  return {
    document,
    /** Why a value isn't what the schema at this place of the document says; `null`: it is. */
    mistakes(pointer: string, value: unknown): string | null {
      const validate = ajv.getSchema(`document#${pointer}`)
      if (validate === undefined) return `nothing is at ${pointer}`
      return validate(value) ? null : ajv.errorsText(validate.errors)
    },
  }
}

/** The document with every object closed: a member that it doesn't name is then a mistake. */
function closed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(closed)
  const copy: AnySchemaObject = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, closed(member)]),
  )
  const isObject = copy.type === 'object' && copy.properties !== undefined
  return isObject ? { additionalProperties: false, ...copy } : copy
}

/** Puts the requests to a server, and holds each answer against the document. */
async function expectDescribed(t: Test, rows: Row[], options: Parameters<typeof testServer>[1] = {}): Promise<void> {
  const { document, mistakes } = await describer(t)
  const { app } = await testServer(t, options)
  for (const { name, request, status, type } of rows) {
    const answer = await app.inject(request)
    t.equal(answer.statusCode, status, `${name}: status`)
    const path = pathOf(document, String(request.url))
    const method = (request.method ?? 'GET').toLowerCase()
    const pointer = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}`
    const response = document.paths[path]?.[method as 'get' | 'post']?.responses[status] as OpenAPIV3.ResponseObject
    t.ok(response, `${name}: the status is described`)
    const limits = Object.keys(answer.headers).filter((header) => /^(x-ratelimit-|retry-after)/.test(header))
    const described = Object.keys(response.headers ?? {}).map((header) => header.toLowerCase())
    t.strictSame(
      limits.filter((header) => !described.includes(header)),
      [],
      `${name}: its limits are described`,
    )
    const contentType = answer.headers['content-type']?.toString()
    t.equal(contentType, type && `${type}; charset=utf-8`, `${name}: content type`)
    if (type === undefined) {
      t.equal(answer.body, '', `${name}: no body`)
      continue
    }
    t.ok(response.content?.[type], `${name}: the media type is described`)
    const body = type === 'text/plain' ? answer.body : answer.json()
    const schema = `${pointer}/content/${type.replace('/', '~1')}/schema`
    t.equal(mistakes(encodeURI(schema).replaceAll('+', '%2B'), body), null, `${name}: body`)
  }
}

/** The path of the document that a URL belongs to. */
function pathOf({ paths }: OpenAPIV3.Document, url: string): string {
  const { pathname } = new URL(url, 'http://localhost')
  const isLiteral = pathname in paths
  const found = isLiteral
    ? pathname
    : Object.keys(paths).find((path) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname))
  t.ok(found, `${pathname} is described`)
  return found ?? ''
}

function withSettings(t: Test, settings: Fixture['settings'] & object) {
  return { portal: testPortal(t, { fixture: { ...defaultFixture, settings } }) }
}

/** A call of `users/invitationlink` by somebody with an API key. */
function linkCall(digit: string, method: 'POST' | 'PUT' | 'DELETE', payload: object): InjectOptions {
  return { ...asKey(digit, 'users/invitationlink'), method, payload }
}

const terminated = { userName: 'terminated@example.com', password: 'terminated-password' }

const add: InjectOptions = {
  method: 'POST',
  url: '/api/2.0/people',
  payload: { email: 'mike@example.com', firstName: 'Mike', type: 4 },
}

t.test('signing in, settings, capabilities', async (t) => {
  const post = (path: string, payload: object): InjectOptions => {
    return { method: 'POST', url: `/api/2.0/authentication${path}`, payload }
  }
  const success = { status: 200, type: JSON_TYPE } as const
  const owner = { userName: 'owner@example.com', password: 'owner-password' }
  const known = { authorization: `Bearer ${apiKey('1')}` }
  await expectDescribed(t, [
    { name: 'sign in', request: post('', owner), ...success },
    { name: 'for a session', request: post('', { ...owner, session: true }), ...success },
    { name: 'a wrong password', request: post('', { ...owner, password: 'wrong' }), status: 401, type: JSON_TYPE },
    { name: 'no code', request: post('/1', owner), status: 401, type: JSON_TYPE },
    { name: 'no text', request: post('', { userName: 1 }), status: 400, type: PROBLEM },
    { name: 'no JSON', request: { ...post('', {}), payload: 'a=b' }, status: 415, type: PROBLEM },
    { name: 'a terminated user', request: post('', terminated), status: 403, type: JSON_TYPE },
    { name: 'sign out', request: post('/logout', {}), ...success },
    { name: 'signed in?', request: { url: '/api/2.0/authentication' }, ...success },
    { name: 'settings for everybody', request: { url: '/api/2.0/settings' }, ...success },
    { name: 'settings', request: { url: '/api/2.0/settings?withpassword=true', headers: known }, ...success },
    { name: 'my profile', request: { url: '/api/2.0/people/@self', headers: known }, ...success },
    { name: 'join', request: { ...add, headers: known }, ...success },
    { name: 'join again', request: { ...add, headers: known }, status: 400, type: JSON_TYPE },
    { name: 'nobody joins', request: add, status: 401 },
    { name: 'capabilities', request: { url: '/api/2.0/capabilities' }, ...success },
    { name: 'signature', request: { url: '/api/2.0/security/oauth2/token', headers: known }, ...success },
    { name: 'no signature', request: { url: '/api/2.0/security/oauth2/token' }, status: 401 },
  ])
})

t.test('invitation links', async (t) => {
  const portal = testPortal(t)
  const bounds = { expiresAt: Date.UTC(2027, 0, 1), maxUseCount: 3, currentUseCount: 0 }
  portal.store.invitationLinks.insert({ id: people.owner, employeeType: 1, ...bounds })
  const success = { status: 200, type: JSON_TYPE } as const
  const [id, nobody] = [people.owner, NOBODY]
  await expectDescribed(
    t,
    [
      { name: 'create', request: linkCall('1', 'POST', { employeeType: 'User' }), ...success },
      { name: 'get', request: asKey('1', 'users/invitationlink/1'), ...success },
      { name: 'get none', request: asKey('1', 'users/invitationlink/3'), ...success },
      { name: 'update', request: linkCall('1', 'PUT', { id, maxUseCount: 5 }), ...success },
      { name: 'one too many', request: linkCall('1', 'POST', { employeeType: 1 }), status: 400, type: JSON_TYPE },
      { name: 'no type', request: linkCall('1', 'POST', {}), status: 400, type: PROBLEM },
      { name: 'no body', request: { ...linkCall('1', 'PUT', {}), payload: '' }, status: 415, type: PROBLEM },
      { name: 'read only', request: linkCall('a', 'DELETE', { id }), status: 403 },
      { name: 'a guest', request: asKey('5', 'users/invitationlink/1'), status: 403, type: JSON_TYPE },
      { name: 'nobody', request: linkCall('7', 'DELETE', { id }), status: 401 },
      { name: 'unknown', request: linkCall('1', 'DELETE', { id: nobody }), status: 404, type: JSON_TYPE },
      { name: 'delete', request: linkCall('1', 'DELETE', { id }), ...success },
    ],
    { portal },
  )
})

t.test('API keys', async (t) => {
  const portal = testPortal(t)
  const idOf = (digit: string) => portal.store.apiKeys.find(apiKeyHash(apiKey(digit)))?.id ?? ''
  const success = { status: 200, type: JSON_TYPE } as const
  const [user, guest] = [`/${idOf('4')}`, `/${idOf('5')}`]
  const made = { name: 'x', permissions: ['*:read'], expiresInDays: 3 }
  const bare = { ...call('1', 'POST'), payload: '{}' }
  await expectDescribed(
    t,
    [
      { name: 'create', request: call('1', 'POST', '', made), ...success },
      { name: 'list', request: call('1', 'GET'), ...success },
      { name: 'self', request: call('1', 'GET', '/@self'), ...success },
      { name: 'permissions', request: call('1', 'GET', '/permissions'), ...success },
      { name: 'no name', request: call('1', 'POST', '', {}), status: 400, type: PROBLEM },
      {
        name: 'no permission',
        request: call('1', 'POST', '', { ...made, permissions: ['x'] }),
        status: 400,
        type: JSON_TYPE,
      },
      { name: 'no type', request: bare, status: 415, type: PROBLEM },
      { name: 'a guest', request: call('5', 'POST', '', made), status: 403, type: JSON_TYPE },
      { name: 'read only', request: call('a', 'POST', '', made), status: 403 },
      { name: 'other scope', request: call('b', 'GET', '/@self'), status: 403 },
      { name: 'by nobody', request: call('7', 'GET'), status: 401 },
      { name: 'permissions, nobody', request: call('7', 'GET', '/permissions'), status: 401 },
      { name: 'self, no key', request: withBasic(call('1', 'GET', '/@self')), status: 404, type: JSON_TYPE },
      { name: 'update', request: call('4', 'PUT', user, { isActive: true }), ...success },
      { name: 'update badly', request: call('4', 'PUT', user, { name: '' }), status: 400, type: PROBLEM },
      { name: 'not theirs', request: call('4', 'PUT', guest, {}), status: 403, type: JSON_TYPE },
      { name: 'unknown', request: call('4', 'PUT', `/${NOBODY}`, {}), status: 404, type: JSON_TYPE },
      { name: 'no id', request: call('4', 'DELETE', '/x'), status: 404 },
      { name: 'not theirs either', request: call('4', 'DELETE', guest), status: 403, type: JSON_TYPE },
      { name: 'delete', request: call('1', 'DELETE', guest), ...success },
      { name: 'twice', request: call('1', 'DELETE', guest), status: 404, type: JSON_TYPE },
      { name: 'deleted', request: call('5', 'DELETE', guest), status: 401 },
    ],
    { portal },
  )
})

t.test('OAuth2 clients', async (t) => {
  const portal = testPortal(t)
  const path = `/clients/${oauth2Clients.confidential.clientId}`
  const unknown = `/clients/${NOBODY}`
  const success = { status: 200, type: JSON_TYPE } as const
  const done = { status: 200 } as const
  const problem = (status: number) => ({ status, type: PROBLEM }) as const
  const ask = (
    person: 'owner' | 'winfield' | 'guest',
    ...rest: [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, payload?: unknown]
  ) => identityCall(portal, person, ...rest)
  const untyped = { ...ask('owner', 'POST', '/clients'), payload: '{}' }
  await expectDescribed(
    t,
    [
      { name: 'create', request: ask('winfield', 'POST', '/clients', client), status: 201, type: JSON_TYPE },
      { name: 'create badly', request: ask('winfield', 'POST', '/clients', {}), ...problem(400) },
      { name: 'no JSON', request: ask('winfield', 'POST', '/clients', '{'), ...problem(400) },
      { name: 'no type', request: untyped, ...problem(415) },
      { name: 'by a guest', request: ask('guest', 'POST', '/clients', client), ...problem(403) },
      { name: 'by nobody', request: { method: 'POST', url: '/api/2.0/clients' }, status: 403 },
      { name: 'list', request: ask('owner', 'GET', '/clients'), ...success },
      { name: 'a page', request: ask('owner', 'GET', '/clients?limit=1'), ...success },
      { name: 'no page', request: ask('owner', 'GET', '/clients?limit=0'), ...problem(400) },
      { name: 'list for a guest', request: ask('guest', 'GET', '/clients'), ...problem(403) },
      { name: 'get', request: ask('owner', 'GET', path), ...success },
      { name: 'get another’s', request: ask('winfield', 'GET', path), ...problem(404) },
      { name: 'update', request: ask('owner', 'PUT', path, client), ...done },
      { name: 'update badly', request: ask('owner', 'PUT', path, {}), ...problem(400) },
      { name: 'update none', request: ask('owner', 'PUT', unknown, client), ...problem(404) },
      { name: 'put to sleep', request: ask('owner', 'PATCH', `${path}/activation`, { status: false }), ...done },
      { name: 'to neither', request: ask('owner', 'PATCH', `${path}/activation`, { status: 1 }), ...problem(400) },
      { name: 'none', request: ask('owner', 'PATCH', `${unknown}/activation`, { status: true }), ...problem(404) },
      { name: 'a new secret', request: ask('owner', 'PATCH', `${path}/regenerate`), ...success },
      { name: 'not theirs', request: ask('winfield', 'PATCH', `${path}/regenerate`), ...problem(404) },
      { name: 'delete', request: ask('owner', 'DELETE', path), ...done },
      { name: 'twice', request: ask('owner', 'DELETE', path), ...problem(404) },
      { name: 'scopes', request: ask('guest', 'GET', '/scopes'), ...success },
      { name: 'scopes for nobody', request: { url: '/api/2.0/scopes' }, status: 403 },
    ],
    { portal },
  )
})

function withBasic(request: InjectOptions): InjectOptions {
  return { ...request, headers: { authorization: `Basic ${btoa('owner@example.com:owner-password')}` } }
}

t.test('successes', async (t) => {
  const portal = testPortal(t)
  const success = { status: 200, type: JSON_TYPE } as const
  const congratulations = `sendcongratulations?Userid=${people.owner}&Key=${mintConfirmationKey(portal, people.owner)}`
  const everybody = Object.entries(people).map(([name, id]) => ({
    name,
    request: asKey('1', `users/${id}`),
    ...success,
  }))
  const numbers = ['0', '1', '2', '3', '4', 'All', 'roomadmin'].map((type) => {
    return { name: `invite ${type}`, request: asKey('1', `users/invite/${type}`), ...success }
  })
  await expectDescribed(
    t,
    [
      ...everybody,
      ...numbers,
      { name: 'a link that is refused', request: asKey('4', 'users/invite/1'), ...success },
      { name: 'count', request: asKey('1', 'userscount'), ...success },
      { name: 'some members', request: asKey('1', `users/${people.winfield}?fields=id,status`), ...success },
      { name: 'mark', request: asKey('5', 'present/mark', 'POST'), ...success },
      { name: 'congratulate', request: asKey('1', congratulations, 'POST'), ...success },
    ],
    { portal },
  )
})

t.test('every form of credential', async (t) => {
  const portal = testPortal(t)
  const url = '/api/2.0/portal/userscount'
  const session = mintSessionToken(portal, people.owner)
  const jwt = await mintAccessToken(portal, { userId: people.owner, scopes: ['read'], root: 'http://localhost' })
  const forms: Record<string, Record<string, string>> = {
    asc_auth_key: { cookie: `asc_auth_key=${session}` },
    Bearer: { authorization: `Bearer ${jwt}` },
    ApiKeyBearer: { apikeybearer: apiKey('1') },
    Basic: { authorization: `Basic ${btoa('owner@example.com:owner-password')}` },
  }
  const rows = Object.entries(forms).map(([name, headers]) => {
    return { name, request: { url, headers: { host: 'localhost', ...headers } }, status: 200, type: JSON_TYPE } as const
  })
  await expectDescribed(t, rows, { portal })
})

t.test('nobody, and somebody who may not', async (t) => {
  const basic = { authorization: `Basic ${btoa('owner@example.com:wrong')}` }
  await expectDescribed(t, [
    ...guarded.flatMap(([name, request]): Row[] => [
      { name: `${name} by nobody`, request: { ...request('1'), headers: {} }, status: 401 },
      { name: `${name}, wrong password`, request: { ...request('1'), headers: basic }, status: 401 },
      { name: `${name}, revoked key`, request: request('d'), status: 401 },
      { name: `${name}, other scope`, request: request('b'), status: 403 },
    ]),
    { name: 'count for a user', request: asKey('4', 'userscount'), status: 403, type: JSON_TYPE },
    { name: 'somebody else', request: asKey('4', `users/${people.admin}`), status: 403, type: JSON_TYPE },
    { name: 'a wrong key', request: operations.sendCongratulations('1'), status: 403, type: JSON_TYPE },
    { name: 'no key', request: asKey('1', 'sendcongratulations', 'POST'), status: 403, type: JSON_TYPE },
  ])
})

t.test('parameters that are no good', async (t) => {
  await expectDescribed(t, [
    { name: 'no role', request: asKey('1', 'users/invite/abc'), status: 400, type: PROBLEM },
    { name: 'a role that is none', request: asKey('1', 'users/invite/8'), status: 400, type: PROBLEM },
    { name: 'some members', request: asKey('1', 'users/invite/8?fields=title'), status: 400, type: PROBLEM },
    { name: 'no id', request: asKey('1', 'sendcongratulations?Userid=abc', 'POST'), status: 400, type: PROBLEM },
    { name: 'nobody', request: asKey('1', `users/${NOBODY}`), status: 404, type: JSON_TYPE },
    { name: 'no user id', request: asKey('1', 'users/abc'), status: 404 },
  ])
})

t.test('what the operator has set', async (t) => {
  const all = Object.entries(operations)
  const settings: [string, Fixture['settings'] & object, Omit<Row, 'name' | 'request'>][] = [
    ['unpaid', { paid: false }, { status: 402, type: PROBLEM }],
    ['restoring', { tenantStatus: 'restoring' }, { status: 403, type: PROBLEM }],
    ['suspended', { tenantStatus: 'suspended' }, { status: 404, type: PROBLEM }],
  ]
  for (const [name, setting, answer] of settings) {
    const rows = all.map(([operation, request]) => ({
      name: `${operation}, ${name}`,
      request: request('1'),
      ...answer,
    }))
    await expectDescribed(t, rows, withSettings(t, setting))
  }
  const elsewhere = guarded.map(([operation, request]): Row => {
    const from = { ...request('2'), remoteAddress: '198.51.100.9' }
    return { name: `${operation} from elsewhere`, request: from, status: 403, type: 'text/plain' }
  })
  await expectDescribed(
    t,
    elsewhere,
    withSettings(t, { ipRestrictions: { enabled: true, addresses: ['203.0.113.7'] } }),
  )
  await expectDescribed(
    t,
    [{ name: 'no invitations', request: operations.getInvitationLink('1'), status: 403, type: JSON_TYPE }],
    withSettings(t, { allowInvitingMembers: false }),
  )
})

t.test('one text has no place in the document: a client has a type for errors, and it is none', async (t) => {
  const { app } = await testServer(
    t,
    withSettings(t, { ipRestrictions: { enabled: true, addresses: ['203.0.113.7'] } }),
  )
  const request = asKey('2', 'userscount')
  const headers = { ...request.headers, accept: 'application/json' }
  const answer = await app.inject({ ...request, headers, remoteAddress: '198.51.100.9' })
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.type(answer.json(), 'string')
})

t.test('too many requests', async (t) => {
  for (const [operation, request] of Object.entries(operations)) {
    const { method = 'GET' } = request('1')
    const limits = method === 'GET' ? { perMinute: 1 } : { writesPerDay: 1 }
    const rows = [200, 429].map((status): Row => {
      const first = status === 200 && operation === 'sendCongratulations' ? 403 : status
      const type = first === 429 ? {} : { type: JSON_TYPE as typeof JSON_TYPE }
      return { name: `${operation}, ${first}`, request: request('1'), status: first, ...type }
    })
    await expectDescribed(t, rows, { rateLimits: { ...defaultRateLimits, ...limits } } as Partial<ServerOptions>)
  }
})

t.test('errors that only the real server makes', async (t) => {
  const malformed = { jwt: 'Bearer aaa.bbb.ccc', basic: 'Basic %' }
  const rows = Object.entries(operations).flatMap(([operation, request]): Row[] => [
    {
      name: `${operation}, malformed token`,
      request: { ...request('1'), headers: { authorization: malformed.jwt } },
      status: 400,
      type: JSON_TYPE,
    },
    {
      name: `${operation}, malformed password`,
      request: { ...request('1'), headers: { authorization: malformed.basic } },
      status: 500,
      type: JSON_TYPE,
    },
  ])
  const noKey = { url: '/api/2.0/portal/sendcongratulations', method: 'POST' } as const
  await expectDescribed(t, [...rows, { name: 'no key', request: noKey, status: 400, type: JSON_TYPE }], {
    profile: 'server',
  })
})

t.test('the examples are what the schemas say', async (t) => {
  const { document, mistakes } = await describer(t)
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if ('$ref' in schema) continue
    for (const [member, type] of Object.entries(schema.properties ?? {})) {
      if ('$ref' in type || type.example === undefined) continue
      const pointer = `/components/schemas/${name}/properties/${member}`
      t.equal(mistakes(pointer, type.example), null, `${name}.${member}`)
    }
  }
})

t.test('the check would notice', async (t) => {
  const { mistakes } = await describer(t)
  const wrapper = '/components/schemas/UserInfoWrapper'
  const id = people.owner
  t.equal(mistakes(wrapper, { response: { id, status: 1, sid: null }, count: 1 }), null)
  for (const response of [
    { id, status: '1' },
    { id, status: 3 },
    { id: 'x' },
    { id, extra: 1 },
    { id, removed: null },
  ]) {
    t.type(mistakes(wrapper, { response }), 'string', JSON.stringify(response))
  }
  t.type(mistakes(wrapper, { total: 1 }), 'string')
})
