import t from 'tap'
import { type BannerOptions, banner as bannerOf } from '../src/banner.ts'
import { defaultFixture, type StartOptions, start } from '../src/start.ts'
import type { Fixture } from '../src/store/fixture.ts'
import type { PortalSlot } from '../src/store/portal-slot.ts'
import { Portals } from '../src/store/portals.ts'
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
  return { fixture: { alias: 'small', tenantId: 2, owner: people.owner, users } }
}

function banner(portals: readonly [PortalSlot, ...PortalSlot[]], given: BannerOptions): string {
  return bannerOf(new Portals({ portals, onDemand: true, limit: 1 }), given)
}

t.test('says what listens where, and every portal', async (t) => {
  const text = banner([testPortal(t), testPortal(t, withOwner({ password: 'pw' }))], {
    ...options,
    profile: 'server',
    dataDirectory: 'data',
  })
  t.match(text, 'docspace-mock 1.2.3, profile server, data in data\nListening on http://localhost:8092\n')
  t.match(text, 'Portal localhost, tenant 1, 6 active users, at http://localhost:8092\n  owner ')
  const small = 'Portal small, tenant 2, 1 active users, at http://localhost:8092/@small'
  t.match(text, `${small}\n  owner              owner@example.com              -u '`)
  t.match(text, '\nTry   curl http://localhost:8092/api/2.0/portal/userscount -H ')
  t.match(text, '\n      curl http://localhost:8092/@small/api/2.0/portal/userscount -u ')
  t.match(text, '\nOpen  http://localhost:8092/ or http://localhost:8092/@small/ for these people ')
  t.match(text, ' http://localhost:8092/docs to try ')
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

const shipped = defaultFixture

/** A fixture with another API key and another number of users. */
const acme: Fixture = {
  alias: 'acme',
  tenantId: 2,
  owner: people.admin,
  users: [{ id: people.admin, email: 'acme@example.com', type: 'DocSpaceAdmin', apiKeys: [{ key: apiKey('e') }] }],
}

/** Servers, and the user counts that the curl lines of their banner answer. */
const servers: [what: string, options: StartOptions, counts: number[]][] = [
  ['one fixture', {}, [6]],
  ['one whose alias is not localhost', { fixtures: [acme] }, [1]],
  ['two', { fixtures: [shipped, acme] }, [6, 1]],
  ['two in the other order', { fixtures: [acme, shipped] }, [1, 6]],
  ['the same in the profile server', { fixtures: [acme, shipped], profile: 'server' }, [1, 6]],
  ['the same at an address', { fixtures: [acme, shipped], host: '127.0.0.1' }, [1, 6]],
  ['the same at every address', { fixtures: [acme, shipped], host: '0.0.0.0' }, [1, 6]],
  ['the same over TLS', { fixtures: [acme, shipped], tls: true }, [1, 6]],
  ['the same with a public URL', { fixtures: [acme, shipped], publicUrl: 'https://mock.example.com' }, [1, 6]],
  ['the same, and no others', { fixtures: [acme, shipped], onDemand: false }, [1, 6]],
]

t.test('the lines that are printed can be pasted, and reach each portal', async (t) => {
  for (const [what, serverOptions, counts] of servers) {
    const server = await start({ ...serverOptions, port: 0 })
    t.teardown(() => server.close())
    const text = bannerOf(server.app.portals, { ...options, url: server.url })
    const commands = [...text.matchAll(/^(?:Try| {3}) {3}(curl .*)$/gm)].map(([, command]) => command)
    const answers: number[] = []
    for (const command of commands) {
      const { stdout } = await run('sh', ['-c', `${command} --silent --max-time 10`])
      answers.push(JSON.parse(stdout).response)
    }
    t.same(answers, counts, what)
    const pages = /^Open {2}(.*) for these people/m.exec(text)?.[1]?.split(' or ') ?? []
    t.equal(pages.length, counts.length)
    for (const [i, page] of pages.entries()) {
      const { stdout } = await run('curl', ['-k', '--silent', '--max-time', '10', page])
      t.match(stdout, `portal «${server.portals[i]?.alias}»`, page)
      if (serverOptions.publicUrl !== undefined) continue
      const [command = ''] = /curl [^<]*userscount[^<]*/.exec(stdout) ?? []
      const counted = await run('sh', ['-c', `${command.replaceAll('&#39;', "'")} --silent --max-time 10`])
      t.equal(JSON.parse(counted.stdout).response, counts[i], command)
    }
  }
})

t.test('an address that would reach another portal is not the one printed', async (t) => {
  const [first, second] = [testPortal(t), testPortal(t, { fixture: acme })]
  const addresses = (url: string, onDemand = true) => {
    const text = bannerOf(new Portals({ portals: [first, second], onDemand, limit: 1 }), { ...options, url })
    return [...text.matchAll(/, at (.*)$/gm)].map(([, address]) => address?.slice(url.length))
  }
  second.changeSettings({ mappedDomain: 'docs.example.com' })
  t.same(addresses('http://localhost:8092'), ['', '/@acme'])
  t.same(addresses('http://[::1]:8092'), ['', '/@acme'])
  t.same(addresses('http://mock:8092'), ['', '/@acme'])
  t.same(addresses('http://acme:8092'), ['/@localhost', ''])
  t.same(addresses('http://acme.localhost:8092'), ['/@localhost', ''])
  t.same(addresses('http://docs.example.com'), ['/@localhost', ''])
  t.same(addresses('http://w1.localhost:8092'), ['/@localhost', '/@acme'])
  t.same(addresses('http://w1.localhost:8092', false), ['', '/@acme'])
})

/** The last column of the people. */
function credentials(text: string): string[] {
  return [...text.matchAll(/^ {2}.+? {2,}\S+@\S+ +(.*)$/gm)].map(([, credential = '']) => credential)
}
