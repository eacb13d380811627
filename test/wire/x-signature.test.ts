import t from 'tap'
import { createXSignature } from '../../src/domain/x-signature.ts'
import { defaultFixture } from '../../src/start.ts'
import { signatureOf } from '../api/clients/call.ts'
import { apiKey, NOW, people, testPortal, testServer } from '../helper.ts'

const url = '/api/2.0/scopes'
const explained = { 'x-docspace-mock-explain': '1' }

t.test('a cookie, else a header', async (t) => {
  const portal = testPortal(t)
  const { app } = await testServer(t, { portal })
  const good = signatureOf(portal, 'winfield')
  const cases: [name: string, headers: Record<string, string>, status: number][] = [
    ['nothing', {}, 403],
    ['a header', { 'x-signature': good }, 200],
    ['a cookie', { cookie: `a=b; x-signature=${good}` }, 200],
    ['a bad header', { 'x-signature': `${good}x` }, 403],
    ['a bad cookie', { cookie: `x-signature=${good}x` }, 403],
    ['a bad cookie beside a good header', { cookie: 'x-signature=x', 'x-signature': good }, 403],
    ['a good cookie beside a bad header', { cookie: `x-signature=${good}`, 'x-signature': 'x' }, 200],
    ['an empty cookie beside a good header', { cookie: 'x-signature=', 'x-signature': good }, 200],
    ['an empty header', { 'x-signature': '' }, 403],
    ['as Bearer', { authorization: `Bearer ${good}` }, 403],
    ['an API key', { authorization: `Bearer ${apiKey('1')}` }, 403],
    ['malformed Basic beside a good one', { authorization: 'Basic %', 'x-signature': good }, 200],
  ]
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { portal, profile })
    for (const [name, headers, status] of cases) {
      const answer = await app.inject({ url, headers })
      t.equal(answer.statusCode, status, `${profile}: ${name}`)
      if (status === 403) t.strictSame([answer.body, answer.headers['content-type']], ['', undefined], name)
    }
  }
  const why = async (headers: Record<string, string>) =>
    (await app.inject({ url, headers: { ...headers, ...explained } })).headers['x-docspace-mock-explain']
  t.match(await why({}), 'there is no x-signature: send what GET security/oauth2/token gives, as a cookie or a header')
  t.match(await why({ authorization: `Bearer ${apiKey('1')}` }), 'other credentials do not count here')
  t.match(await why({ 'x-signature': 'x' }), 'no token signed with HS256')
  const [header, payload] = good.split('.')
  t.match(await why({ 'x-signature': `${header}.${payload}.x` }), 'signed with another machine key')
})

t.test('holds for five minutes of the portal’s clock', async (t) => {
  let now = NOW
  const portal = testPortal(t, { clock: { now: () => now } })
  const { app } = await testServer(t, { portal })
  const headers = { 'x-signature': signatureOf(portal, 'owner'), ...explained }
  t.equal((await app.inject({ url, headers })).statusCode, 200)
  now += 299_999
  t.equal((await app.inject({ url, headers })).statusCode, 200)
  now += 1
  const late = await app.inject({ url, headers })
  t.equal(late.statusCode, 403)
  t.match(late.headers['x-docspace-mock-explain'], 'expired at 2026-06-30T10:05:00.000Z: ask for another one')
})

t.test('is good for one portal, and for somebody who is there', async (t) => {
  const portal = testPortal(t)
  const other = testPortal(t, { fixture: { ...defaultFixture, alias: 'other', tenantId: 2 } })
  const { app } = await testServer(t, { portal, portals: [portal, other] })
  const subject = {
    userId: '00000000-0000-4000-8000-000000000001',
    userName: 'x',
    email: 'x@example.com',
    tenantId: 1,
    root: 'http://localhost',
    isAdmin: true,
    isGuest: false,
    isPublic: true,
  }
  const cases: [name: string, signature: string, host: string, status: number][] = [
    ['its own portal', signatureOf(portal, 'owner'), 'localhost', 200],
    ['another portal', signatureOf(portal, 'owner'), 'other.localhost', 403],
    ['the other portal’s own', signatureOf(other, 'owner'), 'other.localhost', 200],
    ['nobody', createXSignature(subject, portal.machineKey, NOW), 'localhost', 403],
    ['somebody', createXSignature({ ...subject, userId: people.guest }, portal.machineKey, NOW), 'localhost', 200],
  ]
  for (const [name, signature, host, status] of cases) {
    const answer = await app.inject({ url, headers: { host, 'x-signature': signature, ...explained } })
    t.equal(answer.statusCode, status, name)
    if (name === 'another portal') {
      t.match(answer.headers['x-docspace-mock-explain'], 'is of another portal: its tenant is 1, this one is 2')
    }
  }
})
