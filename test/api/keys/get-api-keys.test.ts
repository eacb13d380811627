import t from 'tap'
import { PERMISSIONS } from '../../../src/domain/scopes.ts'
import { mintSessionToken } from '../../../src/index.ts'
import { apiKey, people, testPortal, testServer } from '../../helper.ts'
import { call } from './call.ts'

const ALL = ['1', '2', '3', '4', '5', '9', 'a', 'b', 'c', 'd']

/** Whose keys somebody sees, by their digits. */
const seen: [who: string, digit: string, keys: string[]][] = [
  ['the owner', '1', ALL],
  ['the owner, who may only read', 'a', ALL],
  ['an admin', '2', ALL],
  ['a room admin', '3', ['3']],
  ['a user', '4', ['4']],
  ['a guest', '5', ['5']],
]

t.test('one’s own keys, and to admins everybody’s', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const [who, digit, keys] of seen) {
      const { response, count } = (await app.inject(call(digit, 'GET'))).json()
      const digits = response.map(({ keyPostfix }: { keyPostfix: string }) => keyPostfix[0])
      t.strictSame(digits.toSorted(), keys, `${profile}: ${who}`)
      t.equal(count, keys.length, 'the length of the list')
      t.notOk(JSON.stringify(response).includes(digit.repeat(5)), 'no key is in it')
    }
  }
})

t.test('a key in the list', async (t) => {
  const { app } = await testServer(t)
  const [only] = (await app.inject(call('4', 'GET'))).json().response
  t.strictSame(Object.entries(only), [
    ['id', only.id],
    ['name', 'full access'],
    ['key', 'sk-***4444'],
    ['keyPostfix', '4444'],
    ['permissions', []],
    ['lastUsed', '2026-06-30T10:00:00.0000000Z'],
    ['createOn', '2026-01-15T09:00:00.0000000Z'],
    ['createBy', only.createBy],
    ['isActive', true],
  ])
  t.match(only.createBy, { id: people.winfield, displayName: 'Winfield Wyman', hasAvatar: false })
  const all = (await app.inject(call('1', 'GET'))).json().response as { keyPostfix: string }[]
  const named = (digit: string) => all.find(({ keyPostfix }) => keyPostfix === digit.repeat(4))
  t.match(named('c'), { expiresAt: '2026-02-01T00:00:00.0000000Z', isActive: true }, 'an expired one is there')
  t.match(named('d'), { isActive: false }, 'a revoked one too')
  t.notOk('lastUsed' in (named('d') ?? {}), 'it was never used')
})

t.test('somebody who was removed is not shown, and somebody without keys has none', async (t) => {
  const { app, portal } = await testServer(t)
  portal.store.users.remove(people.guest)
  const all = (await app.inject(call('1', 'GET'))).json().response as { createBy?: object; name: string }[]
  t.equal(all.filter(({ createBy }) => createBy === undefined).length, 1)
  const cookie = `asc_auth_key=${mintSessionToken(portal, people.otherGuest)}`
  t.match((await app.inject({ url: '/api/2.0/keys', headers: { cookie } })).json(), { response: [], count: 0 })
})

t.test('the permissions', async (t) => {
  const { app } = await testServer(t)
  const { response, count } = (await app.inject(call('5', 'GET', '/permissions'))).json()
  t.strictSame(response, PERMISSIONS)
  t.strictSame([count, response[0], response.at(-1)], [11, '*', 'rooms:write'])
})

t.test('who may not look', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const [digit, status] of [
      ['b', 403],
      ['c', 401],
      ['d', 401],
      ['9', 401],
      ['7', 401],
    ] as const) {
      for (const path of ['', '/permissions']) {
        const answer = await app.inject(call(digit, 'GET', path))
        t.equal(answer.statusCode, status, `${profile}: ${digit} ${path}`)
        t.equal(answer.body, '')
      }
    }
  }
})

/** Which permissions suffice for asking what one's own key is. */
const selves: [permissions: string[], status: number][] = [
  [[], 200],
  [['*'], 200],
  [['*:read'], 200],
  [['*:write'], 200],
  [['accounts.self:read'], 200],
  [['accounts.self:write'], 200],
  [['files:read', 'accounts.self:read'], 200],
  [['accounts:read'], 403],
  [['accounts:write', 'files:write', 'rooms:write'], 403],
]

t.test('the key that was sent', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile })
    for (const [permissions, status] of selves) {
      const made = (await app.inject(call('4', 'POST', '', { name: 'x', permissions }))).json().response
      const answer = await app.inject(call(made.key, 'GET', '/@self'))
      t.equal(answer.statusCode, status, `${profile}: ${permissions}`)
      if (status !== 200) continue
      const { lastUsed, ...rest } = answer.json().response
      t.strictSame(rest, { ...made, key: `sk-***${made.keyPostfix}` })
      t.equal(lastUsed, '2026-06-30T10:00:00.0000000Z', 'it was used just now')
    }
  }
})

t.test('every spelling of its path finds it', async (t) => {
  const { app } = await testServer(t)
  for (const path of ['/%40self', '/@SELF', '/@self/', '/./@self']) {
    t.match((await app.inject(call('1', 'GET', path))).json().response, { keyPostfix: '1111' }, path)
  }
  t.equal((await app.inject(call('1', 'GET', '/%2540self'))).statusCode, 405)
})

t.test('without a key there is none', async (t) => {
  const url = '/api/2.0/keys/@self'
  const portal = testPortal(t)
  const session = mintSessionToken(portal, people.owner)
  const [cookie, basic] = [`asc_auth_key=${session}`, `Basic ${btoa('owner@example.com:owner-password')}`]
  /** Credentials and the status that each profile has for them. */
  const forms: [name: string, headers: Record<string, string>, documented: number, server: number][] = [
    ['a session', { cookie }, 404, 404],
    ['a password', { authorization: basic }, 404, 404],
    ['nothing', {}, 401, 401],
    ['a key in its documented header', { apikeybearer: apiKey('4') }, 200, 401],
    ['a session first, then a key', { cookie, authorization: `Bearer ${apiKey('4')}` }, 404, 200],
    ['a revoked key, then another', { authorization: `Bearer ${apiKey('d')}`, apikeybearer: apiKey('4') }, 200, 401],
  ]
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { portal, profile })
    for (const [name, headers, documented, server] of forms) {
      const answer = await app.inject({ url, headers })
      t.equal(answer.statusCode, profile === 'server' ? server : documented, `${profile}: ${name}`)
      if (answer.statusCode === 404) t.match(answer.json().error, { message: 'The record could not be found' })
      if (answer.statusCode === 200) t.match(answer.json().response, { keyPostfix: '4444' })
    }
  }
})
