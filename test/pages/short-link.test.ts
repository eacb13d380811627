import t from 'tap'
import { asKey, testServer } from '../helper.ts'

t.test('a short link leads to the long one, whoever follows it (facts §9, B24)', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const { app, portal } = await testServer(t, { profile })
    const invite = asKey('1', 'users/invite/4')
    const { response } = (
      await app.inject({ ...invite, headers: { ...invite.headers, host: 'docs.example.com' } })
    ).json()
    t.match(response, /^http:\/\/docs\.example\.com\/s\/[\w-]{15}$/)
    const { pathname } = new URL(response)
    portal.changeSettings({ tenantStatus: 'suspended', paid: false })
    for (const url of [pathname, `${pathname}/`, `/${pathname}`, `${pathname}?a=b`]) {
      for (const headers of [
        {},
        { host: 'other.example.com' },
        { cookie: 'asc_auth_key=x' },
        { accept: 'text/html' },
      ]) {
        const answer = await app.inject({ url, headers })
        t.equal(answer.statusCode, 302)
        t.equal(answer.body, '')
        t.match(
          answer.headers.location,
          /^http:\/\/docs\.example\.com\/confirm\/LinkInvite\?type=LinkInvite&key=\d+\.\w+&uid=/,
        )
      }
    }
  }
})

t.test('one that nobody made leads to the address that was asked (B25)', async (t) => {
  const { app } = await testServer(t)
  const host = 'docs.example.com:8443'
  const cases: Record<string, string> = {
    '/s/unknown': `http://${host}`,
    '/s/%zz': `http://${host}`,
    '/s/a%2Fb': `http://${host}`,
    '/S/unknown/': `http://${host}`,
    '/s/unknown?origin=https://a.example.com': 'https://a.example.com',
    '/s/unknown?origin=javascript:alert(1)': `http://${host}`,
  }
  for (const [url, location] of Object.entries(cases)) {
    const answer = await app.inject({ url, headers: { host } })
    t.equal(answer.statusCode, 302, url)
    t.equal(answer.headers.location, location)
    t.equal(answer.body, '')
  }
})

t.test('the letters of a key are as they are', async (t) => {
  const { app } = await testServer(t)
  const { pathname } = new URL((await app.inject(asKey('1', 'users/invite/4'))).json().response)
  const key = pathname.slice('/s/'.length)
  const other = key === key.toUpperCase() ? key.toLowerCase() : key.toUpperCase()
  t.match((await app.inject(`/s/${key}`)).headers.location, '/confirm/')
  t.notMatch((await app.inject(`/s/${other}`)).headers.location, '/confirm/')
})
