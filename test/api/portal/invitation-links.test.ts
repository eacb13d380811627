import type { InjectOptions } from 'fastify'
import t from 'tap'
import type { EmployeeTypeName } from '../../../src/domain/employee-type.ts'
import { asKey, NOW, people, testPortal, testServer } from '../../helper.ts'

const PATH = 'users/invitationlink'
const HOUR = 60 * 60 * 1000
const LATER = '2026-07-07T12:00:00.0000000Z'

type Method = 'POST' | 'PUT' | 'DELETE'

function call(digit: string, method: Method, payload: unknown): InjectOptions {
  const { url, headers } = asKey(digit, PATH)
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return { method, url: url as string, headers: { ...headers, 'content-type': 'application/json' }, payload: body }
}

t.test('a link is made, found, changed and taken away', async (t) => {
  const { app, portal } = await testServer(t)
  const none = await app.inject(asKey('1', `${PATH}/User`))
  t.match(none.json(), { count: 0, statusCode: 200 })
  t.notOk('response' in none.json())

  const body = { employeeType: 'user', expiration: '2026-07-07T14:00:00+02:00', maxUseCount: 10 }
  const made = (await app.inject(call('1', 'POST', body))).json().response
  t.strictSame(Object.keys(made), [
    'id',
    'employeeType',
    'expiration',
    'isExpired',
    'maxUseCount',
    'currentUseCount',
    'url',
  ])
  t.match(made, { employeeType: 'User', expiration: LATER, isExpired: false, maxUseCount: 10, currentUseCount: 0 })
  t.match(made.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

  t.strictSame((await app.inject(asKey('1', `${PATH}/4`))).json().response, made, 'the same link, the same address')
  const others = (await app.inject(asKey('2', `${PATH}/User`))).json().response
  t.strictSame({ ...others, url: made.url }, made)
  t.not(others.url, made.url, 'each inviter has an address of their own')

  portal.store.invitationLinks.use(made.id)
  const changed = (await app.inject(call('1', 'PUT', { id: made.id.toUpperCase(), maxUseCount: 1 }))).json().response
  t.match(changed, { id: made.id, maxUseCount: 1, currentUseCount: 1, isExpired: false })
  t.notOk('expiration' in changed, 'what is left out is cleared')
  const unbound = (await app.inject(call('1', 'PUT', { id: made.id }))).json().response
  t.notOk('maxUseCount' in unbound)

  const gone = await app.inject(call('1', 'DELETE', { id: made.id }))
  t.match(gone.json(), { count: 0, statusCode: 200 })
  t.notOk('response' in (await app.inject(asKey('1', `${PATH}/User`))).json())
  t.equal((await app.inject(call('1', 'DELETE', { id: made.id }))).statusCode, 404)
})

t.test('the address leads to the page for joining', async (t) => {
  const { app, portal } = await testServer(t)
  const { url, id } = (await app.inject(call('1', 'POST', { employeeType: 1 }))).json().response
  const { pathname } = new URL(url)
  const long = new URL((await app.inject(pathname)).headers.location as string)
  t.equal(long.pathname, '/confirm/LinkInvite')
  t.match(Object.fromEntries(long.searchParams), { type: 'LinkInvite', uid: portal.ownerId, emplType: '1' })
  const signed = Buffer.from(long.searchParams.get('key') ?? '', 'base64url').toString()
  t.equal(signed.slice(signed.indexOf('?') + 1), `"1.${id}.${portal.ownerId}.localhost"`)
  const page = (path: string) => app.inject(path).then(({ body }) => body)
  t.match(await page(long.pathname + long.search), /The key holds/)
  portal.store.invitationLinks.update({ id, expiresAt: NOW - HOUR, maxUseCount: null })
  t.match(await page(long.pathname + long.search), /has expired/)
  portal.store.invitationLinks.update({ id, expiresAt: null, maxUseCount: 1 })
  portal.store.invitationLinks.use(id)
  t.match(await page(long.pathname + long.search), /as many have joined/)
  portal.store.invitationLinks.remove(id)
  t.match(await page(long.pathname + long.search), /does not hold/)
})

t.test('an expired link says so', async (t) => {
  const portal = testPortal(t)
  const { app } = await testServer(t, { portal })
  const { id } = (await app.inject(call('1', 'POST', { employeeType: 4 }))).json().response
  portal.store.invitationLinks.update({ id, expiresAt: NOW - 1, maxUseCount: null })
  t.match((await app.inject(asKey('1', `${PATH}/4`))).json().response, { isExpired: true })
})

const ARGUMENT = 'System.ArgumentException'
const SECURITY = 'System.Security.SecurityException'

/** Calls that are refused, by whom (facts §8): the rules in their order. */
const refused: [what: string, request: InjectOptions, status: number, message: string, type: string][] = [
  ['a link for guests', call('1', 'POST', { employeeType: 2 }), 400, 'EmployeeType', ARGUMENT],
  ['a link for everybody', call('1', 'POST', { employeeType: 'All' }), 400, 'EmployeeType', ARGUMENT],
  ['two roles at once', call('1', 'POST', { employeeType: 'RoomAdmin, User' }), 400, 'EmployeeType', ARGUMENT],
  ['a number that is no role', call('1', 'POST', { employeeType: 99 }), 400, 'EmployeeType', ARGUMENT],
  ['the same in a text', call('1', 'POST', { employeeType: '99' }), 400, 'EmployeeType', ARGUMENT],
  ['one that has ended', call('1', 'POST', { employeeType: 4, expiration: '2026-06-30' }), 400, 'Expiration', ARGUMENT],
  [
    'the type comes first',
    call('5', 'POST', { employeeType: 2, expiration: '2020-01-01' }),
    400,
    'EmployeeType',
    ARGUMENT,
  ],
  ['room admins: to room admins', call('3', 'POST', { employeeType: 1 }), 403, 'Access denied', SECURITY],
  ['users: to nobody', call('4', 'POST', { employeeType: 4 }), 403, 'Access denied', SECURITY],
  ['admins: to admins', call('2', 'POST', { employeeType: 3 }), 403, 'Access denied', SECURITY],
  ['a link for guests is asked for', asKey('1', `${PATH}/Guest`), 400, 'EmployeeType', ARGUMENT],
  ['a guest asks', asKey('5', `${PATH}/User`), 403, 'Access denied', SECURITY],
  [
    'a change of none',
    call('1', 'PUT', { id: people.owner }),
    404,
    'The record could not be found',
    'ASC.Common.Web.ItemNotFoundException',
  ],
]

t.test('what is refused', async (t) => {
  const { app } = await testServer(t)
  for (const [what, request, status, message, type] of refused) {
    const answer = await app.inject(request)
    t.equal(answer.statusCode, status, what)
    t.match(answer.json().error, { message, type }, what)
  }
})

t.test('a second link for a role, and fewer uses than there were', async (t) => {
  const { app, portal } = await testServer(t)
  const { id } = (await app.inject(call('1', 'POST', { employeeType: 4 }))).json().response
  const second = await app.inject(call('1', 'POST', { employeeType: 'User' }))
  t.match(second.json().error, { message: 'link with the same EmployeeType already exists', type: ARGUMENT })
  portal.store.invitationLinks.use(id)
  portal.store.invitationLinks.use(id)
  const fewer = await app.inject(call('1', 'PUT', { id, maxUseCount: 1 }))
  t.match(fewer.json().error, { message: 'MaxUseCount', type: ARGUMENT })
  const past = await app.inject(call('1', 'PUT', { id, expiration: '2026-01-01T00:00' }))
  t.match(past.json().error, { message: 'Expiration', type: ARGUMENT })
})

t.test('where invitations are turned off, all four are refused', async (t) => {
  const { app, portal } = await testServer(t)
  portal.changeSettings({ allowInvitingMembers: false })
  const id = people.owner
  const requests = [
    call('1', 'POST', { employeeType: 4 }),
    asKey('1', `${PATH}/4`),
    call('1', 'PUT', { id }),
    call('1', 'DELETE', { id }),
  ]
  for (const request of requests) t.equal((await app.inject(request)).statusCode, 403, String(request.method))
})

/** Bodies that don't fit, with the key and the message of what is wrong (facts §8). */
const CREATE = 'ASC.Web.Api.ApiModels.RequestsDto.InvitationLinkCreateRequestDto'
const bodies: [body: string, key: string, message: string][] = [
  ['', '', 'A non-empty request body is required.'],
  ['null', '', 'A non-empty request body is required.'],
  ['[]', '$', `The JSON value could not be converted to ${CREATE}. Path: $ | LineNumber: 0 | BytePositionInLine: 1.`],
  [
    '{"employeeType":1,}',
    '$',
    'The JSON object contains a trailing comma at the end which is not supported in this mode. Change the reader options. Path: $ | LineNumber: 0 | BytePositionInLine: 18.',
  ],
  [
    '{"employeeType":"Nope"}',
    '$.employeeType',
    'The JSON value could not be converted to ASC.Core.Users.EmployeeType. Path: $.employeeType | LineNumber: 0 | BytePositionInLine: 22.',
  ],
  ['{"employeeType":4,"maxUseCount":0}', 'MaxUseCount', 'The field MaxUseCount must be between 1 and 1000.'],
]

t.test('bodies that do not fit', async (t) => {
  const { app } = await testServer(t)
  for (const [body, key, message] of bodies) {
    const answer = await app.inject(call('1', 'POST', body))
    t.equal(answer.statusCode, 400, body)
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.equal(answer.headers['api-supported-versions'], undefined)
    t.strictSame(answer.json().response.errors, { [key]: [message] }, body)
  }
})

/** Bodies that are read more generously than they look. */
const taken: [body: string, employeeType: EmployeeTypeName][] = [
  ['{"EMPLOYEETYPE":"user"}', 'User'],
  ['{"employeeType":"4","unknown":[{"a":null}]}', 'User'],
  ['\ufeff{"employeeType":"roomADMIN"}', 'RoomAdmin'],
  ['{"employeeType":3,"employeeType":1}', 'RoomAdmin'],
  ['{"employeeType":"RoomAdmin, Guest"}', 'DocSpaceAdmin'],
  ['{"employeeType":4,"expiration":null,"maxUseCount":"7"}', 'User'],
]

t.test('bodies that are taken, and the types that say they are JSON', async (t) => {
  for (const [body, employeeType] of taken) {
    const { app } = await testServer(t)
    t.match((await app.inject(call('1', 'POST', body))).json().response, { employeeType }, body)
  }
  const { app } = await testServer(t)
  for (const [type, status] of [
    ['text/json', 400],
    ['application/vnd.api+json; charset=utf-8', 400],
    ['Application/JSON', 400],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['///', 415],
  ] as const) {
    const request = call('1', 'POST', '{}')
    const answer = await app.inject({ ...request, headers: { ...request.headers, 'content-type': type } })
    t.equal(answer.statusCode, status, type)
    if (status === 415) t.match(answer.json(), { response: { status: 415 }, status: 0, statusCode: 200 })
  }
  const bare = await app.inject({ ...asKey('1', PATH), method: 'DELETE' })
  t.equal(bare.statusCode, 415, 'DELETE without a body')
})
