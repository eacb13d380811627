import { join } from 'node:path'
import t from 'tap'
import { defaultFixture } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { call, made } from '../api/clients/call.ts'
import { runCommand, startCommand } from '../command.ts'
import { apiKey, asKey, people, testPortal } from '../helper.ts'
import { controlled, refuses } from './call.ts'

const [owner] = defaultFixture.users as [Fixture['users'][number]]
const small: Fixture = { alias: 'acme', tenantId: 7, owner: people.owner, users: [owner] }

t.test('what is exported is loaded, and exported the same', async (t) => {
  const { app, control } = await controlled(t)
  await control('PATCH', '/users/guest', { title: 'Guest', invitedBy: null, createdBy: null, password: 'another' })
  await control('PATCH', '/users/pending@example.com', { status: 'active' })
  await control('POST', '/users', { email: 'ada@example.com', tfa: { type: 'app' }, invitedBy: people.admin })
  await control('POST', '/users/generate', { count: 20 })
  await control('PATCH', '/settings', { culture: 'de', rateLimits: { perMinute: 100 } })
  await control('POST', '/credentials/api-key', { user: 'guest', key: apiKey('f'), expiresIn: 3600 })
  await control('DELETE', `/users/${people.nameless}`)
  const exported = (await control('GET', '/fixture')).body
  t.equal(exported.generatedUsers, 20)
  t.equal(exported.users.length, 9)

  t.strictSame(await control('PUT', '/fixture', exported), { status: 204, body: null })
  t.same((await control('GET', '/fixture')).body, exported)
  t.equal((await app.inject(asKey('f', `users/${people.guest}`))).json().response.title, 'Guest')
  const { email, culture } = { email: 'guest@example.com:another', culture: exported.settings.culture }
  t.equal(culture, 'de')
  const authorization = `Basic ${Buffer.from(email).toString('base64')}`
  t.equal((await app.inject({ url: '/api/2.0/people/@self', headers: { authorization } })).statusCode, 200)

  const elsewhere = testPortal(t, { fixture: exported })
  t.equal(elsewhere.store.users.count(), 6 + 1 + 1 + 20 - 0)
})

t.test('the shipped fixture is exported as what it says, and what it leaves out', async (t) => {
  const { control } = await controlled(t)
  const { body } = await control('GET', '/fixture')
  t.match(body, { ...defaultFixture, $schema: undefined })
  t.match(body.users[8], { userName: '', createDate: '2026-01-15T09:00:00Z', createdBy: people.owner })
})

t.test('OAuth2 clients that were made through the API are exported with their secrets, and loaded', async (t) => {
  const { app, portal, control } = await controlled(t)
  const urls = ['http://localhost:3000/', 'HTTPS://example.com/a?b=c#d']
  const wanted = { ...made, website_url: 'Example.com:8080/x', redirect_uris: urls, allowed_origins: urls }
  const client = (await app.inject(call(portal, 'winfield', 'POST', '/clients', wanted))).json()
  const exported: Fixture = (await control('GET', '/fixture')).body
  t.match(
    exported.oauth2Clients?.find(({ clientId }) => clientId === client.client_id),
    { clientSecret: client.client_secret, websiteUrl: 'Example.com:8080/x', createdBy: people.winfield },
  )
  t.equal((await control('PUT', '/fixture', exported)).status, 204)
  t.same((await control('GET', '/fixture')).body, exported)
  const loaded = (await app.inject(call(portal, 'winfield', 'GET', `/clients/${client.client_id}`))).json()
  const { created_on: _, modified_on: __, ...said } = client
  t.match(loaded, said)
})

t.test('what clients have chosen is left out', async (t) => {
  const { app, control } = await controlled(t)
  const before = (await control('GET', '/fixture')).body
  const headers = { authorization: `Bearer ${apiKey('1')}` }
  const made = await app.inject({ method: 'POST', url: '/api/2.0/keys', headers, payload: { name: 'mine' } })
  t.equal(made.statusCode, 200)
  const member = { email: 'new@example.com', firstName: 'New', password: 'a-password', type: 4 }
  const added = await app.inject({ method: 'POST', url: '/api/2.0/people', headers, payload: member })
  t.equal(added.statusCode, 200, added.body)
  const after = (await control('GET', '/fixture')).body
  t.same(after.users.slice(0, 9), before.users)
  t.match(after.users[9], { email: 'new@example.com', firstName: 'New' })
  t.notOk('password' in after.users[9])
})

t.test('a loaded fixture is what a reset leads to, and the portal stays the portal', async (t) => {
  const { app, portal, control } = await controlled(t)
  await control('PATCH', '/clock', { move: 60 })
  await control('PUT', '/snapshots/before')
  await control('PUT', '/fixture', small)
  t.strictSame([portal.alias, portal.tenantId, portal.store.users.count()], ['localhost', 1, 1])
  t.equal((await control('GET', '/clock')).body.isChanged, false, 'it is new')
  await control('POST', '/users', {})
  await control('POST', '/reset')
  t.equal((await app.inject(asKey('1', 'userscount'))).json().response, 1)
  t.equal((await control('GET', '/@w1/users')).body.total, 9, 'others are made as ever')
  t.equal((await control('POST', '/snapshots/before/restore')).status, 204, 'snapshots stay')
  t.equal(portal.store.users.count(), 6)
})

t.test('an exported fixture is a file that the command takes', async (t) => {
  const { url } = await startCommand(t)
  await fetch(`${url}/__mock/users`, { method: 'POST', body: '{"email":"ada@example.com"}' })
  const text = await (await fetch(`${url}/__mock/fixture`)).text()
  const directory = t.testdir({ 'portal.json': text })
  const { printed } = await startCommand(t, ['--fixture', 'portal.json'], { cwd: directory })
  t.match(printed.stdout, 'Portal localhost, tenant 1, 7 active users')
  t.equal(text, `${JSON.stringify(JSON.parse(text), null, 2)}\n`, 'which people can read')
  const { code } = await runCommand(['--fixture', join(directory, 'none.json')])
  t.equal(code, 1)
})

t.test('refused', async (t) => {
  const server = await controlled(t)
  await refuses(t, server, [
    ['PUT', '/fixture', undefined, /^the body is missing: send JSON$/],
    ['PUT', '/fixture', [], /^\/ must be object/],
    ['PUT', '/fixture', {}, /^the fixture: \/ must have required property/],
    ['PUT', '/fixture', { ...small, usres: [] }, /^the fixture: .*additional properties: usres/],
    ['PUT', '/fixture', { ...small, owner: people.admin }, /^the fixture: \/owner names nobody in \/users/],
    ['PUT', '/fixture', { ...small, users: [owner, owner] }, /^the fixture: \/users\/1\/id repeats/],
    ['PUT', '/fixture', { ...small, users: [{ ...owner, type: 'Pope' }] }, /^the fixture: \/users\/0\/type must be/],
    ['PUT', '/fixture', { ...small, generatedUsers: 100_001 }, /\/generatedUsers must be <= 100000 here/],
    [
      'PUT',
      '/fixture',
      { ...small, users: [{ ...owner, email: 'user1@example.com' }], generatedUsers: 1 },
      /\/users has an e-mail or id that --users makes up/,
    ],
  ])
  await server.control('POST', '/reset')
  t.equal(server.portal.store.users.count(), 6, 'nor what a reset leads to')
})
