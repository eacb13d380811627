import type { InjectOptions } from 'fastify'
import t from 'tap'
import { apiKeyHash } from '../../../src/domain/api-key.ts'
import { PERMISSIONS } from '../../../src/domain/scopes.ts'
import { mintConfirmationKey } from '../../../src/index.ts'
import { apiKeyId, NOW, people, testPortal, testServer } from '../../helper.ts'
import { call } from './call.ts'

const PROBLEM = 'application/problem+json; charset=utf-8'

t.test('a key is handed out once, and what is kept of it is its hash', async (t) => {
  const { app, portal } = await testServer(t)
  const body = { name: 'Backup', permissions: ['*:read', 'files:write'], expiresInDays: 30 }
  const answer = await app.inject(call('4', 'POST', '', body))
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { count: 1, status: 0, statusCode: 200, links: [{ action: 'POST' }] })
  const { response } = answer.json()
  t.strictSame(Object.keys(response), [
    'id',
    'name',
    'key',
    'keyPostfix',
    'permissions',
    'createOn',
    'createBy',
    'expiresAt',
    'isActive',
  ])
  t.match(response.key, /^sk-[0-9a-f]{64}$/)
  const hash = apiKeyHash(response.key)
  t.strictSame(response, {
    id: apiKeyId(hash),
    name: 'Backup',
    key: response.key,
    keyPostfix: response.key.slice(-4),
    permissions: ['*:read', 'files:write'],
    createOn: '2026-06-30T10:00:00.0000000Z',
    createBy: response.createBy,
    expiresAt: '2026-07-30T10:00:00.0000000Z',
    isActive: true,
  })
  t.match(response.createBy, { id: people.winfield, displayName: 'Winfield Wyman', isAnonim: false })
  t.match(portal.store.apiKeys.find(hash), {
    id: response.id,
    userId: people.winfield,
    expiresAt: NOW + 30 * 86_400_000,
  })
})

t.test('the key is made of the portal’s random bytes', async (t) => {
  const portal = testPortal(t, { randomBytes: (count) => new Uint8Array(count).fill(0xab) })
  const { app } = await testServer(t, { portal })
  const { key, permissions, ...rest } = (await app.inject(call('1', 'POST', '', { name: 'x' }))).json().response
  t.equal(key, `sk-${'ab'.repeat(32)}`)
  t.strictSame(permissions, [])
  t.notOk('expiresAt' in rest, 'what isn’t there is left out')
  t.notOk('lastUsed' in rest)
})

/** Who may make keys. */
const makers: [who: string, digit: string, status: number][] = [
  ['the owner', '1', 200],
  ['an admin', '2', 200],
  ['a room admin', '3', 200],
  ['a user', '4', 200],
  ['a guest', '5', 403],
  ['a key that may only read', 'a', 403],
  ['a key for something else', 'b', 403],
  ['an expired key', 'c', 401],
  ['a revoked key', 'd', 401],
  ['somebody terminated', '9', 401],
  ['nobody', '7', 401],
]

t.test('who may make keys, in both profiles', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    for (const [who, digit, status] of makers) {
      const before = portal.store.apiKeys.list(null).length
      const answer = await app.inject(call(digit, 'POST', '', { name: 'x' }))
      t.equal(answer.statusCode, status, `${profile}: ${who}`)
      t.equal(portal.store.apiKeys.list(null).length - before, status === 200 ? 1 : 0, 'a refusal makes none')
    }
    const guest = await app.inject(call('5', 'POST', '', { name: 'x' }))
    t.match(guest.json().error, {
      message: 'Access denied',
      type: 'System.Security.SecurityException',
      stack: '   at ASC.People.Api.ApiKeysController.CreateApiKey(...)',
    })
  }
})

t.test('every permission may be given, and no other', async (t) => {
  const { app } = await testServer(t)
  for (const permissions of [...PERMISSIONS.map((one) => [one]), [...PERMISSIONS], [], null]) {
    const answer = await app.inject(call('1', 'POST', '', { name: 'x', permissions }))
    t.strictSame(answer.json().response.permissions, permissions ?? [], JSON.stringify(permissions))
  }
  for (const permissions of [['read'], ['*:READ'], ['*:read', ''], ['*:read', null], [' *'], ['rooms:delete']]) {
    const answer = await app.inject(call('1', 'POST', '', { name: 'x', permissions }))
    t.equal(answer.statusCode, 400, JSON.stringify(permissions))
    t.match(answer.json().error, { message: 'Permissions are not valid.', type: 'System.ArgumentException' })
  }
  const guest = await app.inject(call('5', 'POST', '', { name: 'x', permissions: ['no'] }))
  t.equal(guest.statusCode, 403, 'who asks comes first')
})

const REQUIRED = { Name: ['The Name field is required.'] }
const TOO_LONG = { Name: ['The field Name must be a string with a maximum length of 30.'] }
const DAYS = { ExpiresInDays: ['The field ExpiresInDays must be between 1 and 365.'] }
const converted = (type: string, member: string, end: number) => ({
  [`$.${member}`]: [
    `The JSON value could not be converted to ${type}. Path: $.${member} | LineNumber: 0 | BytePositionInLine: ${end}.`,
  ],
})

/** Bodies that don't fit. */
const bad: [body: string, errors: Record<string, string[]>][] = [
  ['', { '': ['A non-empty request body is required.'] }],
  ['{}', REQUIRED],
  ['{"name":null}', REQUIRED],
  ['{"name":""}', REQUIRED],
  ['{"name":" \\t"}', REQUIRED],
  [`{"name":"${'x'.repeat(31)}"}`, TOO_LONG],
  [`{"name":"${' '.repeat(31)}"}`, { Name: [...REQUIRED.Name, ...TOO_LONG.Name] }],
  ['{"name":"x","expiresInDays":0}', DAYS],
  ['{"name":"x","expiresInDays":-1}', DAYS],
  ['{"name":"x","expiresInDays":366}', DAYS],
  ['{"expiresInDays":366}', { ...REQUIRED, ...DAYS }],
  ['{"name":1}', converted('System.String', 'name', 9)],
  ['{"name":"x","expiresInDays":1.5}', converted('System.Nullable`1[System.Int32]', 'expiresInDays', 31)],
  ['{"permissions":"*"}', converted('System.Collections.Generic.List`1[System.String]', 'permissions', 18)],
  [
    '[]',
    {
      $: [
        'The JSON value could not be converted to ASC.People.ApiModels.RequestDto.CreateApiKeyRequestDto. Path: $ | LineNumber: 0 | BytePositionInLine: 1.',
      ],
    },
  ],
]

t.test('bodies that don’t fit, and some that just do', async (t) => {
  const { app, portal } = await testServer(t)
  const before = portal.store.apiKeys.list(null).length
  for (const [body, errors] of bad) {
    const answer = await app.inject(call('5', 'POST', '', body))
    t.equal(answer.statusCode, 400, body)
    t.equal(answer.headers['content-type'], PROBLEM)
    t.strictSame(answer.json().response.errors, errors, `${body}: whoever asks`)
  }
  t.equal(portal.store.apiKeys.list(null).length, before, 'none of them makes a key')
  const bare: InjectOptions = { ...call('1', 'POST'), payload: '{"name":"x"}' }
  t.equal((await app.inject(bare)).statusCode, 415, 'no type')
  for (const body of [
    { name: 'x'.repeat(30), expiresInDays: 1 },
    { NAME: 'é', expiresInDays: 365 },
    { name: 'x', expiresInDays: '30', permissions: null, other: 1 },
    { name: 'x', expiresInDays: null },
  ]) {
    t.equal((await app.inject(call('1', 'POST', '', body))).statusCode, 200, JSON.stringify(body))
  }
})

/** What keys with these permissions get from the five operations of the portal. */
const scoped: [permissions: string[], reads: number, writes: number][] = [
  [[], 200, 200],
  [['*'], 200, 200],
  [['*:write'], 200, 200],
  [['*:read'], 200, 403],
  [['*:read', 'rooms:write'], 200, 403],
  [['accounts:read', 'accounts:write'], 403, 403],
  [['files:write', 'rooms:write', 'accounts.self:write'], 403, 403],
]

t.test('a new key works at once, for what it is permitted', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    const congratulations = `sendcongratulations?Userid=${people.owner}&Key=${mintConfirmationKey(portal, people.owner)}`
    for (const [permissions, reads, writes] of scoped) {
      const { key } = (await app.inject(call('1', 'POST', '', { name: 'x', permissions }))).json().response
      // it is open to everybody, where the server doesn't hold the key to its scopes
      const anonymous = profile === 'server' ? writes : 200
      const expected: [method: 'GET' | 'POST', path: string, status: number][] = [
        ['GET', 'users/invite/User', reads],
        ['GET', 'userscount', reads],
        ['GET', `users/${people.admin}`, reads],
        ['POST', 'present/mark', writes],
        ['POST', congratulations, anonymous],
      ]
      for (const [method, path, status] of expected) {
        const request = { method, url: `/api/2.0/portal/${path}`, headers: { authorization: `Bearer ${key}` } }
        t.equal((await app.inject(request)).statusCode, status, `${profile}: ${permissions} ${path}`)
      }
    }
  }
})

t.test('a key ends when its days are over', async (t) => {
  let now = NOW
  const { app } = await testServer(t, { portal: testPortal(t, { clock: { now: () => now } }) })
  const { key } = (await app.inject(call('1', 'POST', '', { name: 'x', expiresInDays: 1 }))).json().response
  now += 86_400_000 - 1
  t.equal((await app.inject(call(key, 'GET'))).statusCode, 200)
  now += 1
  t.equal((await app.inject(call(key, 'GET'))).statusCode, 401)
})
