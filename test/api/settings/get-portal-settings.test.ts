import t from 'tap'
import { apiKey, people, testServer } from '../../helper.ts'

const SETTINGS = '/api/2.0/settings'

/** Published by the real server for the same machine key (facts §6.1). */
const PASSWORD_HASH = {
  size: 256,
  iterations: 100_000,
  salt: '0a783fef249b0cfa2b1ddc3825bf9a5c9c869bf65a4a45cbd5a0c93b16b5a47e',
}

const known = { authorization: `Bearer ${apiKey('4')}` }

t.test('what everybody is shown', async (t) => {
  const { app } = await testServer(t)
  const { response } = (await app.inject(SETTINGS)).json()
  t.strictSame(response.passwordHash, PASSWORD_HASH)
  t.match(response, {
    culture: 'en-US',
    ownerId: '00000000-0000-0000-0000-000000000000',
    enabledJoin: false,
    standalone: true,
    tenantStatus: 0,
    tenantAlias: 'localhost',
    maxImageUploadSize: 0,
    debugInfo: false,
  })
  for (const member of ['timezone', 'trustedDomains', 'firebase', 'plugins']) t.notOk(member in response, member)
})

t.test('what those who are signed in are shown', async (t) => {
  const { app, portal } = await testServer(t)
  portal.changeSettings({ culture: 'de' })
  const { response } = (await app.inject({ url: SETTINGS, headers: known })).json()
  t.match(response, { timezone: 'UTC', culture: 'de', ownerId: people.owner, plugins: { enabled: true } })
  for (const member of ['passwordHash', 'enabledJoin', 'thirdpartyEnable']) t.notOk(member in response, member)
  for (const [query, shown] of [
    ['withpassword=true', true],
    ['withPassword=True', true],
    ['withpassword=false', false],
  ] as const) {
    const { response } = (await app.inject({ url: `${SETTINGS}?${query}`, headers: known })).json()
    t.strictSame(response.passwordHash, shown ? PASSWORD_HASH : undefined, query)
  }
})

t.test('a portal that is being moved still shows them, one that is suspended does not (facts §1.2)', async (t) => {
  const { app, portal } = await testServer(t)
  for (const [tenantStatus, status, number] of [
    ['transfering', 200, 3],
    ['restoring', 200, 4],
    ['encryption', 200, 6],
    ['suspended', 404, undefined],
    ['removePending', 404, undefined],
  ] as const) {
    portal.changeSettings({ tenantStatus })
    const answer = await app.inject(SETTINGS)
    t.equal(answer.statusCode, status, tenantStatus)
    t.equal(answer.json().response?.tenantStatus, number)
  }
})
