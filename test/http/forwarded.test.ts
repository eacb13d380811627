import t, { type Test } from 'tap'
import { apiKey, asKey, testServer } from '../helper.ts'

const forwarded = {
  host: 'inside:8092',
  'x-forwarded-host': 'docs.example.com:8443',
  'x-forwarded-proto': 'https',
  'x-forwarded-for': '203.0.113.7',
}
const invite = asKey('1', 'users/invite/4')

/** The addresses that an answer shows, and the portal's own. */
async function addresses(t: Test, options: Parameters<typeof testServer>[1], remoteAddress: string, headers = {}) {
  const { app } = await testServer(t, options)
  const all = { ...invite.headers, ...forwarded, ...headers }
  const { response, links } = (await app.inject({ ...invite, remoteAddress, headers: all })).json()
  return [new URL(links[0].href).origin, new URL(response).origin]
}

const inside = ['http://inside:8092', 'http://inside:8092']
const outside = ['https://docs.example.com:8443', 'https://docs.example.com:8443']

t.test('what a proxy on this machine says is believed (facts §1.1)', async (t) => {
  t.same(await addresses(t, {}, '127.0.0.1'), outside)
  t.same(await addresses(t, {}, '::1'), outside)
})

t.test('what anybody else says is not', async (t) => {
  t.same(await addresses(t, {}, '203.0.113.9'), inside)
})

t.test('proxies can be named', async (t) => {
  const options = { trustedProxies: ['10.0.0.0/8'] }
  t.same(await addresses(t, options, '10.1.2.3'), outside)
  t.same(await addresses(t, options, '11.1.2.3'), inside)
  t.same(await addresses(t, options, '127.0.0.1'), inside)
  t.same(await addresses(t, { trustedProxies: [] }, '127.0.0.1'), inside)
  for (const proxy of ['localhost', 'loopback', '0.0.0.0/0', '10.0.0.0/255.0.0.0', '']) {
    await t.rejects(
      addresses(t, { trustedProxies: ['::1', proxy] }, '::1'),
      /trustedProxies takes addresses and networks such as/,
      proxy,
    )
  }
})

t.test('the public URL is the root of links whatever is forwarded, but the answer shows what was asked', async (t) => {
  const options = { publicUrl: 'https://public.example.com' }
  t.same(await addresses(t, options, '127.0.0.1'), [outside[0], 'https://public.example.com'])
  t.same(await addresses(t, options, '203.0.113.9'), [inside[0], 'https://public.example.com'])
})

t.test('the host alone, or the scheme alone', async (t) => {
  t.same(await addresses(t, {}, '127.0.0.1', { 'x-forwarded-proto': '' }), [
    'http://docs.example.com:8443',
    'http://docs.example.com:8443',
  ])
  t.same(await addresses(t, {}, '127.0.0.1', { 'x-forwarded-host': '' }), [
    'https://inside:8092',
    'https://inside:8092',
  ])
})

t.test('the client’s address is the one behind the proxies', async (t) => {
  const { app, portal } = await testServer(t)
  portal.changeSettings({ ipRestrictions: { enabled: true, addresses: ['203.0.113.0/24'] } })
  const from = async (remoteAddress: string, client?: string) => {
    const headers = { authorization: `Bearer ${apiKey('2')}`, ...(client && { 'x-forwarded-for': client }) }
    return (await app.inject({ url: '/api/2.0/portal/userscount', remoteAddress, headers })).statusCode
  }
  t.equal(await from('127.0.0.1'), 200, 'the machine itself')
  t.equal(await from('203.0.113.7'), 200)
  t.equal(await from('198.51.100.1'), 403)
  t.equal(await from('127.0.0.1', '203.0.113.7'), 200)
  t.equal(await from('127.0.0.1', '198.51.100.1'), 403)
  t.equal(await from('198.51.100.1', '203.0.113.7'), 403, 'who is no proxy cannot say so')
  t.equal(await from('127.0.0.1', '203.0.113.7, 198.51.100.1'), 403, 'nor can who stands behind one')
  t.equal(await from('127.0.0.1', '198.51.100.1, 203.0.113.7, ::1'), 200)
  t.equal(await from('127.0.0.1', 'nonsense'), 403)
  t.equal(await from('::ffff:203.0.113.7'), 200)
})

t.test('a restriction that is no address lets nobody in', async (t) => {
  const { app, portal } = await testServer(t)
  for (const entry of ['nonsense', '203.0.113.7/', '203.0.113.7/33', '203.0.113.7/x', '::1/129', '']) {
    portal.changeSettings({ ipRestrictions: { enabled: true, addresses: [entry] } })
    const answer = await app.inject({ ...asKey('2', 'userscount'), remoteAddress: '203.0.113.7' })
    t.equal(answer.statusCode, 403, entry)
    t.equal(answer.body, 'The access to the portal is restricted')
  }
})
