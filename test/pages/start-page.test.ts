import t from 'tap'
import { defaultFixture } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { apiKey, asKey, people, testPortal, testServer } from '../helper.ts'

const NASTY = `"><script>alert('&')</script>`

t.test('nothing that a fixture says becomes HTML', async (t) => {
  const nasty = { email: '<script>alert(1)</script>@example.com', password: NASTY, firstName: NASTY, title: NASTY }
  const fixture: Fixture = {
    alias: 'nasty',
    machineKey: NASTY,
    owner: people.owner,
    users: [
      { id: people.owner, type: 'DocSpaceAdmin', ...nasty, apiKeys: [{ key: apiKey('1'), name: NASTY.slice(0, 30) }] },
      { id: people.admin, type: 'DocSpaceAdmin', email: `o'"hara@example.com`, userName: NASTY },
    ],
  }
  const { app } = await testServer(t, { portal: testPortal(t, { fixture }) })
  const { statusCode, body } = await app.inject({ url: '/', headers: { accept: 'text/html' } })
  t.equal(statusCode, 200)
  t.notMatch(body, /<script>alert/)
  t.match(body, '&lt;script&gt;alert(1)&lt;/script&gt;@example.com')
  t.match(body, '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;')
  t.match(body, 'o&#39;&quot;hara@example.com')
})

t.test('nor anything that a request says', async (t) => {
  const { app } = await testServer(t)
  const urls = [`/?origin=http://a"><script>alert(1)</script>`, '/?<script>alert(1)</script>=1']
  for (const url of urls) {
    for (const headers of [{}, { 'x-forwarded-host': 'a"><script>alert(1)</script>' }, { host: 'a' }]) {
      const { statusCode, body } = await app.inject({
        url: encodeURI(url),
        headers: { ...headers, accept: 'text/html' },
      })
      t.equal(statusCode, 'host' in headers ? 403 : 200)
      t.notMatch(body, /<script>alert/)
    }
  }
})

t.test('it asks for no credentials', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    portal.changeSettings({ tenantStatus: 'suspended' })
    for (const accept of ['text/html', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8']) {
      for (const headers of [{}, { cookie: 'asc_auth_key=x' }, { authorization: `Bearer ${apiKey('4')}` }]) {
        t.equal((await app.inject({ url: '/', headers: { ...headers, accept } })).statusCode, 200)
      }
    }
    t.equal((await app.inject({ method: 'POST', url: '/', headers: { accept: 'text/html' } })).statusCode, 405)
  }
})

t.test('tokens on it are good, for those who can sign in', async (t) => {
  const { app } = await testServer(t)
  const { body } = await app.inject({ url: '/', headers: { accept: 'text/html' } })
  const cards = body.split('<section').slice(1)
  t.equal(cards.length, defaultFixture.users.length)
  for (const [i, card] of cards.entries()) {
    const { id, status = 'active' } = defaultFixture.users[i] ?? {}
    const [, authorization] = /Session token<dd><code[^>]*>([^<]+)</.exec(card) ?? []
    t.equal(authorization !== undefined, status === 'active')
    if (authorization !== undefined) {
      const answer = await app.inject({ url: `/api/2.0/portal/users/${id}`, headers: { authorization } })
      t.equal(answer.statusCode, 200)
    }
    const [, key = ''] = /Congratulations key<dd><code[^>]*>([^<]+)</.exec(card) ?? []
    t.equal((await app.inject(asKey('1', `sendcongratulations?userid=${id}&key=${key}`, 'POST'))).statusCode, 200)
  }
})

t.test('somebody who was removed is not on it', async (t) => {
  const { app, portal } = await testServer(t)
  portal.store.users.remove(people.winfield)
  const { body } = await app.inject({ url: '/', headers: { accept: 'text/html' } })
  t.notMatch(body, people.winfield)
  t.match(body, people.guest)
})
