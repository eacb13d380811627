import t from 'tap'
import { type BannerOptions, banner } from '../src/banner.ts'
import type { Fixture } from '../src/store/fixture.ts'
import { run } from './command.ts'
import { apiKey, people, testPortal } from './helper.ts'

const options: BannerOptions = {
  version: '1.2.3',
  url: 'http://localhost:8092',
  profile: 'documented',
  guards: ['asc_auth_key', 'Basic', 'Bearer', 'ApiKeyBearer', 'OAuth2', 'OpenId'],
  dataDirectory: undefined,
}

/** A fixture whose owner has these API keys, and no other credential unless given. */
function withOwner(owner: Partial<Fixture['users'][number]>): { fixture: Fixture } {
  const users = [{ id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin' as const, ...owner }]
  return { fixture: { alias: 'small', owner: people.owner, users } }
}

t.test('says what listens where, and every portal', async (t) => {
  const portals = [testPortal(t), testPortal(t, withOwner({ password: 'pw' }))]
  const text = banner(portals, { ...options, profile: 'server', dataDirectory: 'data' })
  t.match(text, 'docspace-mock 1.2.3, profile server, data in data\nListening on http://localhost:8092\n')
  t.match(text, 'Portal localhost, tenant 1, 6 active users\n  owner ')
  t.match(text, "Portal small, tenant 1, 1 active users\n  owner              owner@example.com              -u '")
  t.match(text, 'Open  http://localhost:8092/ ')
  t.match(text, 'http://localhost:8092/docs')
})

t.test('shows the credential that a guard would look at', async (t) => {
  const portal = testPortal(t)
  const owner = (guards: BannerOptions['guards']) => credentials(banner([portal], { ...options, guards }))[0]
  t.equal(owner(['Basic', 'ApiKeyBearer']), `-H 'Authorization: Bearer ${apiKey('1')}'`)
  t.equal(owner(['Basic', 'asc_auth_key']), "-u 'owner@example.com:owner-password'")
  t.match(owner(['asc_auth_key']), /^-H 'Authorization: [\w+/]+=*'$/)
  t.equal(owner(['Bearer']), 'cannot sign in')
})

t.test('there is no line to try where the owner cannot sign in', async (t) => {
  const portal = testPortal(t)
  t.match(banner([portal], options), '\nTry   curl http://localhost:8092/api/2.0/portal/userscount -H ')
  t.notMatch(banner([portal], { ...options, guards: [] }), /^Try/m)
})

t.test('an API key that does not hold, or not for everything, is not shown', async (t) => {
  const shown = (...apiKeys: NonNullable<Fixture['users'][number]['apiKeys']>) =>
    credentials(banner([testPortal(t, withOwner({ password: 'pw', apiKeys }))], options))[0]
  const password = "-u 'owner@example.com:pw'"
  t.equal(shown({ key: apiKey('1'), active: false }), password, 'revoked')
  t.equal(shown({ key: apiKey('1'), expiresAt: '2026-01-01T00:00:00Z' }), password, 'expired')
  t.equal(shown({ key: apiKey('1'), permissions: ['accounts:read'] }), password, 'for accounts only')
  const good = { key: apiKey('2'), permissions: ['*'], expiresAt: '2030-01-01T00:00:00Z' }
  t.equal(shown({ key: apiKey('1'), active: false }, good), `-H 'Authorization: Bearer ${apiKey('2')}'`, 'the next')
})

t.test('a shell takes what is printed for the words that are meant', async (t) => {
  const email = "o'hara@example.com"
  const password = `it's "$HOME" \\ \`id\` ; #!`
  const text = banner([testPortal(t, withOwner({ email, password }))], options)
  const { stdout } = await run('sh', ['-c', `printf '%s\\n' ${credentials(text)[0]}`])
  t.equal(stdout, `-u\n${email}:${password}\n`)
})

/** The last column of the people. */
function credentials(text: string): string[] {
  return [...text.matchAll(/^ {2}.+? {2,}\S+@\S+ +(.*)$/gm)].map(([, credential = '']) => credential)
}
