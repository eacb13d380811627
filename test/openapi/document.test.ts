import type { OpenAPIV3 } from 'openapi-types'
import t, { type Test } from 'tap'
import { type AuthGuard, accept, type ServerOptions } from '../../src/index.ts'
import { apiKey, asKey, people, testServer } from '../helper.ts'

const URL = '/openapi/asc.web.api/2.0.json'

async function servedDocument(t: Test, options: Partial<ServerOptions> = {}): Promise<OpenAPIV3.Document> {
  const { app } = await testServer(t, options)
  return (await app.inject(URL)).json()
}

t.test('a role in an answer is a name, and in the profile server the number that is sent there', async (t) => {
  const roleIn = (document: OpenAPIV3.Document) => {
    const schema = document.components?.schemas?.InvitationLinkDto as OpenAPIV3.SchemaObject | undefined
    return schema?.properties?.employeeType
  }
  t.strictSame(roleIn(await servedDocument(t)), { $ref: '#/components/schemas/EmployeeType' })
  t.match(roleIn(await servedDocument(t, { profile: 'server' })), { type: 'integer', format: 'int32' })
})

/** What section by section DocSpace's own document says of the operations. */
const published = {
  'get /api/2.0/portal/users/invite/{employeeType}': {
    operationId: 'getInvitationLink',
    summary: 'Get an invitation link',
    description: 'Returns an invitation link for joining the portal.',
    responses: { 200: 'Invitation link', 401: 'Unauthorized', 429: 'Too Many Requests.' },
    wrapper: 'StringWrapper',
    deprecated: true,
  },
  'get /api/2.0/portal/userscount': {
    operationId: 'getPortalUsersCount',
    summary: 'Get a number of portal users',
    description: 'Returns a number of portal users.',
    responses: { 200: 'Number of portal users', 401: 'Unauthorized', 429: 'Too Many Requests.' },
    wrapper: 'Int64Wrapper',
    deprecated: undefined,
  },
  'get /api/2.0/portal/users/{userID}': {
    operationId: 'getUserById',
    summary: 'Get a user by ID',
    description: 'Returns a user with the ID specified in the request from the current portal.',
    responses: {
      200: 'User information',
      401: 'Unauthorized',
      404: 'The user could not be found',
      429: 'Too Many Requests.',
    },
    wrapper: 'UserInfoWrapper',
    deprecated: undefined,
  },
  'post /api/2.0/portal/present/mark': {
    operationId: 'markGiftMessageAsRead',
    summary: 'Mark a gift message as read',
    description: 'Marks a gift message as read.',
    responses: { 200: 'OK', 401: 'Unauthorized', 429: 'Too Many Requests.' },
    wrapper: 'EmptyWrapper',
    deprecated: undefined,
  },
  'post /api/2.0/portal/sendcongratulations': {
    operationId: 'sendCongratulations',
    summary: 'Send congratulations',
    description: 'Sends congratulations to the user after registering a portal.',
    responses: { 200: 'Ok', 403: 'No permissions to perform this action', 429: 'Too Many Requests.' },
    wrapper: 'EmptyWrapper',
    deprecated: undefined,
  },
} as const

function operationsOf({ paths }: OpenAPIV3.Document): [string, OpenAPIV3.OperationObject][] {
  return Object.entries(paths).flatMap(([path, item]) => {
    return Object.entries(item ?? {}).map(([method, operation]): [string, OpenAPIV3.OperationObject] => {
      return [`${method} ${path}`, operation as OpenAPIV3.OperationObject]
    })
  })
}

/** The operations beside the five. */
const others = [
  'post /api/2.0/portal/users/invitationlink',
  'put /api/2.0/portal/users/invitationlink',
  'delete /api/2.0/portal/users/invitationlink',
  'get /api/2.0/portal/users/invitationlink/{employeeType}',
  'get /api/2.0/authentication',
  'post /api/2.0/authentication/logout',
  'post /api/2.0/authentication',
  'post /api/2.0/authentication/{code}',
  'get /api/2.0/people/@self',
  'post /api/2.0/people',
  'get /api/2.0/settings',
  'get /api/2.0/capabilities',
  'get /api/2.0/keys',
  'post /api/2.0/keys',
  'get /api/2.0/keys/@self',
  'get /api/2.0/keys/permissions',
  'delete /api/2.0/keys/{keyId}',
  'put /api/2.0/keys/{keyId}',
  'get /api/2.0/security/oauth2/token',
  'get /api/2.0/clients',
  'post /api/2.0/clients',
  'get /api/2.0/clients/{clientId}',
  'put /api/2.0/clients/{clientId}',
  'delete /api/2.0/clients/{clientId}',
  'patch /api/2.0/clients/{clientId}/activation',
  'patch /api/2.0/clients/{clientId}/regenerate',
  'get /api/2.0/scopes',
]

t.test('the five operations are described as DocSpace describes them, and the others are there', async (t) => {
  const document = await servedDocument(t)
  t.equal(document.openapi, '3.0.4')
  t.match(document.info, { title: 'Api', version: '3.7.0', contact: { email: 'support@onlyoffice.com' } })
  const operations = operationsOf(document)
  t.strictSame(operations.map(([name]) => name).sort(), [...Object.keys(published), ...others].sort())
  const five = operations.filter(([name]) => name in published)
  for (const [name, operation] of five) {
    const { responses, wrapper, ...expected } = published[name as keyof typeof published]
    const { operationId, summary, description, deprecated } = operation
    t.strictSame({ operationId, summary, description, deprecated }, expected, name)
    t.strictSame(operation.tags, ['Portal / Users'])
    for (const [status, text] of Object.entries(responses)) {
      t.match(operation.responses[status], { description: text }, `${name} ${status}`)
    }
    for (const status of ['502', '503']) t.match(operation.responses[status], { description: /reverse proxy/ })
    t.match(operation.responses[429], { headers: { 'Retry-After': {} } })
    t.match(operation.responses[200], {
      headers: { 'X-RateLimit-Limit': {}, 'X-RateLimit-Remaining': {}, 'X-RateLimit-Reset': {} },
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${wrapper}` } } },
    })
  }
  t.notOk(five.at(-1)?.[1].responses[401], 'the anonymous operation has no 401')
})

t.test('every operation belongs to one section, which the document describes', async (t) => {
  const document = await servedDocument(t)
  const described = document.tags?.map(({ name, description }) => description && name)
  t.strictSame(described, [
    'Portal / Users',
    'Api keys',
    'Authentication',
    'People / Profiles',
    'Settings / Common settings',
    'Capabilities',
    'Security / OAuth2',
    'OAuth 2.0 / Client management',
    'OAuth 2.0 / Client querying',
    'OAuth 2.0 / Scope management',
  ])
  for (const [name, { tags, operationId, summary, description }] of operationsOf(document)) {
    t.equal(tags?.length, 1, name)
    t.ok(described?.includes(tags?.[0]), name)
    for (const text of [operationId, summary, description]) t.ok(text, name)
  }
})

t.test('parameters', async (t) => {
  const { paths, components } = await servedDocument(t)
  t.match(paths['/api/2.0/portal/users/invite/{employeeType}']?.get?.parameters, [
    { in: 'path', name: 'employeeType', required: true, schema: { $ref: '#/components/schemas/EmployeeType' } },
  ])
  t.match(components?.schemas?.EmployeeType, { enum: ['All', 'RoomAdmin', 'Guest', 'DocSpaceAdmin', 'User'] })
  t.match(paths['/api/2.0/portal/users/{userID}']?.get?.parameters, [
    { in: 'path', name: 'userID', required: true, schema: { type: 'string', format: 'uuid' } },
  ])
  t.match(paths['/api/2.0/portal/sendcongratulations']?.post?.parameters, [
    { in: 'query', name: 'Userid', required: true, schema: { type: 'string', format: 'uuid' } },
    { in: 'query', name: 'Key', required: true, schema: { type: 'string', example: 'birthday' } },
  ])
})

t.test(
  'six alternatives prove the caller, the anonymous operation needs none, and the identity service has its own',
  async (t) => {
    const document = await servedDocument(t)
    const scopes = ['read', 'write']
    for (const [name, { security }] of operationsOf(document)) {
      const anonymous = /sendcongratulations|authentication|settings|capabilities/.test(name)
      const all = [
        { asc_auth_key: scopes },
        { Bearer: [] },
        { ApiKeyBearer: scopes },
        { Basic: [] },
        { OAuth2: scopes },
        { OpenId: [] },
      ]
      const identity = /\/(clients|scopes)/.test(name)
      t.strictSame(security, identity ? [{ 'x-signature': [] }] : anonymous ? [] : all, name)
    }
    t.match(document.components?.securitySchemes, {
      asc_auth_key: { type: 'apiKey', in: 'cookie', name: 'asc_auth_key', description: 'Use Cookie authentication' },
      Basic: { type: 'http', scheme: 'basic', description: 'Enter your username and password' },
      Bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "Enter 'Bearer {JWT Token}'" },
      ApiKeyBearer: { type: 'apiKey', in: 'header', name: 'ApiKeyBearer' },
      OAuth2: { type: 'oauth2', flows: { authorizationCode: { scopes: { read: /Read/, write: /Write/ } } } },
      OpenId: { type: 'openIdConnect' },
      'x-signature': { type: 'apiKey', in: 'cookie', name: 'x-signature' },
    })
  },
)

t.test('the guards that were chosen are those that are described', async (t) => {
  const passphrase: AuthGuard = {
    name: 'Passphrase',
    securityScheme: { type: 'apiKey', in: 'header', name: 'X-Passphrase' },
    documentedScopes: ['read'],
    authenticate({ headers, portal }) {
      const owner = portal.store.users.find(people.owner)
      return owner && headers['x-passphrase'] === 'open sesame' ? accept(owner) : null
    },
  }
  const document = await servedDocument(t, { guards: [passphrase, 'Basic', 'asc_auth_key'] })
  const schemes = ['asc_auth_key', 'Basic', 'Passphrase']
  t.strictSame(Object.keys(document.components?.securitySchemes ?? {}), [...schemes, 'x-signature'])
  t.match(document.components?.securitySchemes?.Passphrase, passphrase.securityScheme)
  const { security } = document.paths['/api/2.0/portal/userscount']?.get ?? {}
  t.strictSame(security, [{ asc_auth_key: ['read', 'write'] }, { Basic: [] }, { Passphrase: ['read'] }])
})

t.test('UserInfo has the members of an answer, in their order', async (t) => {
  const { app } = await testServer(t)
  const document: OpenAPIV3.Document = (await app.inject(URL)).json()
  const schema = document.components?.schemas?.UserInfo as OpenAPIV3.NonArraySchemaObject
  const { response } = (await app.inject(asKey('1', `users/${people.winfield}`))).json()
  t.equal(Object.keys(response).length, 31)
  t.strictSame(Object.keys(schema.properties ?? {}), Object.keys(response))
})

t.test('clients generated from it hold', async (t) => {
  const { components, servers } = await servedDocument(t)
  t.strictSame(servers, [{ url: '/' }], 'the host that it came from')
  for (const [name, schema] of Object.entries(components?.schemas ?? {})) {
    if ('$ref' in schema) continue
    t.equal(schema.title, name, `${name} is called so`)
    // clients fail where a required member is missing: none is, but for what is sent, and what is always there
    const required = { EmployeeDto: ['avatar'], EmployeeFullDto: ['avatar'] }[name]
    if (!/Request(Dto)?$/.test(name)) t.same(schema.required, required, `${name} requires as little as can be`)
    t.notOk(schema.oneOf ?? schema.anyOf ?? schema.allOf, `${name} is one type`)
    for (const [member, type] of Object.entries(schema.properties ?? {})) {
      if ('$ref' in type) continue
      const inline = type.properties ?? (type.type === 'array' && 'properties' in type.items)
      t.notOk(inline, `${name}.${member} has no type without a name`)
      if (type.enum !== undefined) t.equal(type.type, 'integer', `${name}.${member} is a number`)
    }
  }
  for (const name of ['EmployeeStatus', 'EmployeeActivationStatus']) {
    t.match(components?.schemas?.[name], { type: 'integer' })
  }
  t.notOk(JSON.stringify(components).includes(apiKey('1')), 'and no credential is in it')
})
