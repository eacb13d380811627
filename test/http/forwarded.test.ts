import type { InjectOptions } from 'fastify'
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

/** Line breaks and attributes, in the spellings that requests can bring them in. */
const INJECTIONS = [
  '%0d%0aInjected:%201',
  '%250d%250aInjected:%201',
  '%E5%98%8D%E5%98%8AInjected:%201',
  ';%20Domain=evil.example',
]

t.test('no value of a request becomes a header, or part of a cookie, of its response', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app } = await testServer(t, { profile, explain: true })
    for (const injection of INJECTIONS) {
      const text = decodeURIComponent(injection)
      // Node refuses line breaks in headers on both sides
      const inHeader = text.replace(/[\r\n\u0100-\uffff]/g, '')
      const credentials = { userName: 'owner@example.com', password: 'owner-password' }
      const requests: InjectOptions[] = [
        { url: `/s/x${injection}` },
        { url: `/s/x?origin=http://a.example${injection}` },
        { url: `/@w1${injection}/s/x` },
        { url: `/@w1${injection}/` },
        { url: `/confirm/${injection}?key=${injection}&email=${injection}` },
        { url: `/oauth2/authorize?state=${injection}&client_id=${injection}&redirect_uri=${injection}` },
        { url: `/oauth2/login/${injection}` },
        { url: `/docs${injection}` },
        { url: `/__mock/${injection}` },
        { url: '/', headers: { 'x-docspace-mock-portal': inHeader } },
        { url: '/s/x', headers: { 'x-forwarded-host': `a.example${inHeader}`, 'x-forwarded-proto': inHeader } },
        { url: '/s/x', headers: { 'x-forwarded-host': 'a.example', 'x-forwarded-proto': `http${inHeader}` } },
        { url: '/api/2.0/portal/userscount', headers: { authorization: `Bearer ${inHeader}`, origin: inHeader } },
        {
          method: 'OPTIONS',
          url: '/api/2.0/portal/userscount',
          headers: {
            origin: 'http://a.example',
            'access-control-request-method': inHeader,
            'access-control-request-headers': inHeader,
          },
        },
        { method: 'POST', url: `/@w1${injection}/api/2.0/authentication`, payload: credentials },
        {
          method: 'POST',
          url: '/api/2.0/authentication',
          payload: credentials,
          headers: { origin: `http://a.localhost${inHeader}` },
        },
      ]
      for (const request of requests) {
        const { headers, cookies } = await app.inject(request)
        const name = `${profile} ${JSON.stringify(request)}`
        t.notOk('injected' in headers, name)
        for (const value of Object.values(headers).flat()) t.notMatch(String(value), /[\r\n]/, name)
        for (const { domain } of cookies) t.notMatch(domain ?? '', 'evil', name)
        const { location } = headers
        if (location !== undefined) t.doesNotThrow(() => new URL(String(location)), name)
      }
    }
  }
})
