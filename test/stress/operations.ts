import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { OpenAPIV3 } from 'openapi-types'
import { defaultFixture } from '../../src/start.ts'
import { valuesOf } from './schema-values.ts'

/** A well-formed request, before mutation. */
export interface WellFormed {
  method: string
  /** Includes the query, but not the name of a portal. */
  target: string
  headers: [name: string, value: string][]
  body: { type: string; text: string } | null
  /** Whether it requires a credential or the control token. */
  guard: 'credential' | 'control' | null
  /** Whether the response continues until the client disconnects. */
  isEndless: boolean
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** Operations that are expensive by design, and are sent less often. */
const RARE = new Set(['getCredentials', 'generateUsers', 'loadFixture', 'exportFixture'])

/** Requests to all routes of the server. */
export function wellFormedRequests(): fc.Arbitrary<WellFormed> {
  return fc.oneof(
    { weight: 10, arbitrary: fc.oneof(...describedBy('openapi', 'credential')) },
    { weight: 8, arbitrary: fc.oneof(...describedBy('control', 'control')) },
    { weight: 5, arbitrary: fc.oneof(...oauth2Requests()) },
    { weight: 2, arbitrary: pages },
    { weight: 1, arbitrary: preflights },
  )
}

function describedBy(name: 'openapi' | 'control', guard: WellFormed['guard']) {
  const file = new URL(`../../openapi/${name}.json`, import.meta.url)
  const document: OpenAPIV3.Document = JSON.parse(readFileSync(file, 'utf8'))
  return Object.entries(document.paths).flatMap(([path, item = {}]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      if (operation === undefined) return []
      const isOpen = guard === 'credential' && operation.security?.length === 0
      const arbitrary = requestsTo(method, path, operation, document, isOpen ? null : guard)
      return [{ weight: RARE.has(operation.operationId ?? '') ? 1 : 8, arbitrary }]
    }),
  )
}

function requestsTo(
  method: string,
  path: string,
  operation: OpenAPIV3.OperationObject,
  document: OpenAPIV3.Document,
  guard: WellFormed['guard'],
): fc.Arbitrary<WellFormed> {
  const parameters = (operation.parameters ?? []) as OpenAPIV3.ParameterObject[]
  const valuesIn = (place: string) => {
    const members = parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, schema = {} }) => [name, valuesOf(schema, document).map(String)] as const)
    const requiredKeys = place === 'path' ? members.map(([name]) => name) : []
    const some = fc.record<Record<string, string>>(Object.fromEntries(members), { requiredKeys })
    return place === 'path' ? some : fc.oneof(some, fc.constant<Record<string, string>>({}))
  }
  return fc
    .record({
      path: valuesIn('path'),
      query: valuesIn('query'),
      header: valuesIn('header'),
      body: bodiesOf(operation, document),
    })
    .map(({ path: segments, query, header, body }) => ({
      method: method.toUpperCase(),
      target: path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(segments[name] ?? '')) + queryText(query),
      headers: Object.entries(header),
      body,
      guard,
      isEndless: operation.operationId === 'followJournal',
    }))
}

function bodiesOf({ operationId, requestBody }: OpenAPIV3.OperationObject, document: OpenAPIV3.Document) {
  const { content } = (requestBody ?? {}) as OpenAPIV3.RequestBodyObject
  const schema = content?.['application/json']?.schema
  if (schema === undefined) return fc.constant(null)
  const values = operationId === 'loadFixture' ? fc.constant(defaultFixture) : valuesOf(schema, document)
  return values.map((value) => ({ type: 'application/json', text: JSON.stringify(value) }))
}

const CLIENT = { client_id: '1c9c5b1e-7f0a-4a3d-9b52-6d1f0e8a2c31', client_secret: '1'.repeat(36) }
const CALLBACK = 'http://localhost:3000/callback'
const WRONG = { client_id: CLIENT.client_id, client_secret: '0'.repeat(36) }

function oauth2Requests(): fc.Arbitrary<WellFormed>[] {
  const authorize = { ...CLIENT, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid read' }
  const atOnce = { ...authorize, prompt: 'none', login_hint: 'owner@example.com' }
  const code = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code: 'nonsense' }
  return [
    get(`/oauth2/authorize${queryText(authorize)}`),
    get(`/oauth2/authorize${queryText(atOnce)}`),
    get(`/oauth2/authorize${queryText({ ...authorize, redirect_uri: 'http://evil.example/callback' })}`),
    form('/oauth2/authorize', atOnce),
    form('/oauth2/token', { ...code, ...CLIENT }),
    form('/oauth2/token', { ...code, ...WRONG }),
    form('/oauth2/token', { grant_type: 'refresh_token', refresh_token: 'nonsense', ...CLIENT }),
    form('/oauth2/token', { grant_type: 'personal_access_token', scope: 'accounts:read', ...CLIENT }),
    form('/oauth2/introspect', { token: 'e30.e30.e30' }),
    form('/oauth2/revoke', { token: 'nonsense', ...CLIENT }),
    form('/oauth2/login/nonsense', { person: 'owner@example.com' }),
    form('/oauth2/consent/nonsense', { consent: 'allow' }),
    get('/oauth2/login/nonsense'),
    get('/oauth2/authorize/nonsense'),
    get('/oauth2/jwks'),
    get('/oauth2/.well-known/openid-configuration'),
    get('/.well-known/oauth-authorization-server'),
    get('/oauth2/userinfo', 'credential'),
  ]
}

const pages = fc
  .constantFrom(
    ...['/', '/docs', '/docs/', '/docs/json', '/docs/static/swagger-ui.css', '/openapi/asc.web.api/2.0.json'],
    ...['/s/abcdefghijklmno', '/confirm/LinkInvite?type=LinkInvite&key=1.A&emplType=4', '/confirm/EmailActivation'],
    ...['/health', '/ready', '/liveness', '/__mock/openapi.json', '/favicon.ico', '/robots.txt', '/nope'],
    '/docs/static/oauth2-redirect.html?code=a&state=b',
  )
  .map((target) => wellFormed('GET', target))

const preflights = fc
  .constantFrom('/api/2.0/portal/userscount', '/api/2.0/keys', '/oauth2/token', '/')
  .map((target) => {
    const headers: WellFormed['headers'] = [
      ['Origin', 'http://localhost:3000'],
      ['Access-Control-Request-Method', 'POST'],
    ]
    return { ...wellFormed('OPTIONS', target), headers }
  })

function get(target: string, guard: WellFormed['guard'] = null) {
  return fc.constant({ ...wellFormed('GET', target), guard })
}

function form(target: string, fields: Record<string, string>): fc.Arbitrary<WellFormed> {
  const body = { type: 'application/x-www-form-urlencoded', text: String(new URLSearchParams(fields)) }
  return fc.constant({ ...wellFormed('POST', target), body })
}

function wellFormed(method: string, target: string): WellFormed {
  return { method, target, headers: [], body: null, guard: null, isEndless: false }
}

function queryText(query: Record<string, string>): string {
  const text = String(new URLSearchParams(query))
  return text === '' ? '' : `?${text}`
}
