import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { apiKeyHash } from '../../../src/domain/api-key.ts'
import type { Portal } from '../../../src/store/portal.ts'
import { apiKey, testServer } from '../../helper.ts'
import { call, NO_KEY } from './call.ts'

/** The id of one of the shipped keys. */
function idOf({ store }: Portal, digit: string): string {
  return store.apiKeys.find(apiKeyHash(apiKey(digit)))?.id ?? ''
}

const countStatus = async (app: FastifyInstance, key: string) =>
  (await app.inject({ url: '/api/2.0/portal/userscount', headers: { authorization: `Bearer ${key}` } })).statusCode

t.test('what is left out stays', async (t) => {
  const { app, portal } = await testServer(t)
  const start = { name: 'Backup', permissions: ['*:read'], expiresInDays: 3 }
  const { id, key } = (await app.inject(call('1', 'POST', '', start))).json().response
  const steps: [body: object, name: string, permissions: string[], active: boolean][] = [
    [{}, 'Backup', ['*:read'], true],
    [{ name: 'Other' }, 'Other', ['*:read'], true],
    [{ permissions: ['*:write', 'files:read'] }, 'Other', ['*:write', 'files:read'], true],
    [{ isActive: false }, 'Other', ['*:write', 'files:read'], false],
    [{ name: null, permissions: null, isActive: null }, 'Other', ['*:write', 'files:read'], false],
    [{ name: 'Third', permissions: [], isActive: true }, 'Third', [], true],
  ]
  const { createdAt, expiresAt } = portal.store.apiKeys.find(apiKeyHash(key)) ?? {}
  for (const [body, name, permissions, active] of steps) {
    const answer = await app.inject(call('1', 'PUT', `/${id}`, body))
    t.match(answer.json(), { response: true, count: 1, statusCode: 200 }, JSON.stringify(body))
    t.match(portal.store.apiKeys.findById(id), { name, permissions, active, createdAt, expiresAt })
  }
})

t.test('a change counts at once, and so do revoking and deleting', async (t) => {
  const { app } = await testServer(t)
  const { id, key } = (await app.inject(call('1', 'POST', '', { name: 'x' }))).json().response
  const steps: [what: string, request: Parameters<typeof call>, status: number][] = [
    ['as it was made', ['1', 'GET'], 200],
    ['permitted less', ['1', 'PUT', `/${id}`, { permissions: ['files:read'] }], 403],
    ['permitted again', ['1', 'PUT', `/${id}`, { permissions: ['*:read'] }], 200],
    ['revoked', ['1', 'PUT', `/${id}`, { isActive: false }], 401],
    ['let hold again', ['1', 'PUT', `/${id}`, { isActive: true, permissions: [] }], 200],
    ['revoked by itself', [key, 'PUT', `/${id}`, { isActive: false }], 401],
    ['deleted', ['1', 'DELETE', `/${id}`], 401],
  ]
  for (const [what, request, status] of steps) {
    t.equal((await app.inject(call(...request))).statusCode, 200, what)
    t.equal(await countStatus(app, key), status, what)
  }
  t.equal((await app.inject(call('1', 'DELETE', `/${id}`))).statusCode, 404, 'once')
  t.equal((await app.inject(call('1', 'PUT', `/${id}`, {}))).statusCode, 404)
})

/** Who may change and delete whose keys. */
const rights: [who: string, digit: string, whose: string, status: number][] = [
  ['the owner an admin’s', '1', '2', 200],
  ['the owner a guest’s', '1', '5', 200],
  ['an admin the owner’s', '2', 'b', 200],
  ['an admin their own', '2', '2', 200],
  ['a room admin their own', '3', '3', 200],
  ['a room admin a user’s', '3', '4', 403],
  ['a room admin the owner’s', '3', '1', 403],
  ['a user their own', '4', '4', 200],
  ['a user a guest’s', '4', '5', 403],
  ['a guest their own', '5', '5', 200],
  ['a guest a room admin’s', '5', '3', 403],
  ['the owner, who may only read', 'a', 'a', 403],
  ['a key for something else', 'b', 'b', 403],
  ['a revoked key itself', 'd', 'd', 401],
  ['somebody terminated', '9', '9', 401],
  ['nobody', '7', '1', 401],
]

t.test('who may change and delete whose', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    for (const method of ['PUT', 'DELETE'] as const) {
      for (const [who, digit, whose, status] of rights) {
        const { app, portal } = await testServer(t, { profile })
        const id = idOf(portal, whose)
        const before = portal.store.apiKeys.findById(id)
        const answer = await app.inject(call(digit, method, `/${id}`, method === 'PUT' ? { name: 'new' } : undefined))
        t.equal(answer.statusCode, status, `${profile} ${method}: ${who}`)
        const after = portal.store.apiKeys.findById(id)
        if (status === 200) t.equal(after?.name, method === 'PUT' ? 'new' : undefined)
        else t.match(after, { name: before?.name, active: before?.active }, 'a refusal changes nothing')
        if (status === 403 && answer.body !== '') {
          const operation = method === 'PUT' ? 'UpdateApiKey' : 'DeleteApiKey'
          t.match(answer.json().error, {
            message: 'Access denied',
            stack: `   at ASC.People.Api.ApiKeysController.${operation}(...)`,
          })
        }
      }
    }
  }
})

t.test('ids that no key has, and what is no id', async (t) => {
  const { app, portal } = await testServer(t)
  const id = idOf(portal, '4')
  for (const method of ['PUT', 'DELETE'] as const) {
    const payload = method === 'PUT' ? {} : undefined
    const unknown = await app.inject(call('4', method, `/${NO_KEY}`, payload))
    t.equal(unknown.statusCode, 404)
    t.match(unknown.json().error, {
      message: 'The record could not be found',
      type: 'ASC.Common.Web.ItemNotFoundException',
    })
    for (const path of ['/abc', `/${id}x`, `/${id.slice(1)}`, '/sk-1', '/%40', `/${id}/x`]) {
      for (const digit of ['1', '7']) {
        const answer = await app.inject(call(digit, method, path, payload))
        t.strictSame([answer.statusCode, answer.body], [404, ''], `${method} ${path}`)
      }
    }
    for (const path of ['/@self', '/permissions', '']) {
      const answer = await app.inject(call('1', method, path, payload))
      t.strictSame([answer.statusCode, answer.body], [405, ''], `${method} ${path}`)
    }
  }
  const get = await app.inject(call('1', 'GET', `/${id}`))
  t.strictSame([get.statusCode, get.headers.allow], [405, 'DELETE, PUT'])
  for (const spelling of [id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`]) {
    const answer = await app.inject(
      call('4', 'PUT', `/${encodeURIComponent(spelling)}`, { name: spelling.slice(0, 9) }),
    )
    t.equal(answer.statusCode, 200, spelling)
    t.equal(portal.store.apiKeys.findById(id)?.name, spelling.slice(0, 9))
  }
})

const TYPE = 'ASC.People.ApiModels.RequestDto.UpdateApiKeyRequest'
const place = (path: string, end: number) => ` Path: ${path} | LineNumber: 0 | BytePositionInLine: ${end}.`

/** Bodies that don't fit. */
const bad: [body: string, key: string, message: string][] = [
  ['', '', 'A non-empty request body is required.'],
  ['null', '', 'A non-empty request body is required.'],
  ['[]', '$', `The JSON value could not be converted to ${TYPE}.${place('$', 1)}`],
  ['{"name":""}', 'Name', 'The Name field is required.'],
  ['{"name":"  "}', 'Name', 'The Name field is required.'],
  [`{"name":"${'x'.repeat(31)}"}`, 'Name', 'The field Name must be a string with a maximum length of 30.'],
  [
    '{"isActive":"false"}',
    '$.isActive',
    `The JSON value could not be converted to System.Nullable\`1[System.Boolean].${place('$.isActive', 19)}`,
  ],
]

t.test('changes that don’t fit change nothing', async (t) => {
  const { app, portal } = await testServer(t)
  const id = idOf(portal, '4')
  const before = portal.store.apiKeys.findById(id)
  for (const [body, key, message] of bad) {
    const answer = await app.inject(call('4', 'PUT', `/${id}`, body))
    t.equal(answer.statusCode, 400, body)
    t.strictSame(answer.json().response.errors, { [key]: [message] }, body)
  }
  for (const permissions of [['read'], ['*:read', null]]) {
    const answer = await app.inject(call('4', 'PUT', `/${id}`, { name: 'new', isActive: false, permissions }))
    t.equal(answer.statusCode, 400)
    t.match(answer.json().error, { message: 'Permissions are not valid.', type: 'System.ArgumentException' })
  }
  t.equal((await app.inject({ ...call('4', 'PUT', `/${id}`), payload: '{}' })).statusCode, 415)
  t.strictSame({ ...portal.store.apiKeys.findById(id), lastUsed: null }, before)
})
