import { join } from 'node:path'
import t from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { checkFixture, FixtureError, readFixture } from '../../src/store/fixture.ts'

const OWNER = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'
const OTHER = '75a5f745-f697-4418-b38d-0fe0d277e258'
const KEY = `sk-${'1'.repeat(64)}`
const OTHER_KEY = `sk-${'2'.repeat(64)}`

const owner = { id: OWNER, email: 'owner@example.com', type: 'DocSpaceAdmin' }
const other = { id: OTHER, email: 'other@example.com', type: 'Guest' }
const CLIENT = '1c9c5b1e-7f0a-4a3d-9b52-6d1f0e8a2c31'
const client = {
  clientId: CLIENT,
  clientSecret: 's',
  name: 'n',
  redirectUris: ['http://localhost'],
  scopes: ['openid'],
}
const withClients = (...oauth2Clients: object[]) => ({ ...portal(owner), oauth2Clients })
const portal = (...users: object[]) => ({ alias: 'localhost', owner: OWNER, users })

t.test('reads a file', async (t) => {
  const directory = t.testdir({ 'portal.json': JSON.stringify(portal(owner, other)) })

  t.strictSame(await readFixture(join(directory, 'portal.json')), portal(owner, other))
  t.strictSame(await readFixture(new URL('../../fixtures/localhost.json', import.meta.url).pathname), defaultFixture)
})

t.test('names the file that can’t be read', async (t) => {
  const directory = t.testdir({
    'text.json': 'alias: localhost',
    'cut.json': '{"alias": "localhost"',
    'empty.json': '',
    'other.json': '{"alias": 1}',
    directory: {},
  })
  const cases: [name: string, message: RegExp][] = [
    ['missing.json', /: can't be read \(ENOENT\)\. Check --fixture\.$/],
    ['directory', /: can't be read \(EISDIR\)\. Check --fixture\.$/],
    ['text.json', /: not JSON: /],
    ['cut.json', /: not JSON: /],
    ['empty.json', /: not JSON: /],
    ['other.json', /: \/ must have required property 'owner'$/],
  ]
  for (const [name, message] of cases) {
    const file = join(directory, name)
    const error = await readFixture(file).then(
      () => new Error('nothing was refused'),
      (error: Error) => error,
    )
    t.ok(error instanceof FixtureError, name)
    t.equal(error.message.slice(0, file.length), file, 'the file is named')
    t.match(error.message, message)
    t.notMatch(error.message, /\n/, 'in one line')
  }
})

t.test('refuses references to nobody', async (t) => {
  const cases: [fixture: object, message: string][] = [
    [portal(other), '/owner names nobody in /users'],
    [portal(owner, { ...other, invitedBy: OTHER.replace('7', '8') }), '/users/1/invitedBy names nobody in /users'],
    [withClients({ ...client, createdBy: OTHER }), '/oauth2Clients/0/createdBy names nobody in /users'],
  ]
  for (const [fixture, message] of cases) {
    await t.rejects(checkFixture(fixture, 'portal.json'), { name: 'FixtureError', message: `portal.json: ${message}` })
  }
})

t.test('takes references in any letter case, and to people further down', async (t) => {
  const fixtures = [
    { ...portal(owner), owner: OWNER.toUpperCase() },
    portal({ ...other, invitedBy: OWNER.toUpperCase() }, owner),
    portal({ ...owner, createdBy: OTHER.replace('7', '8') }),
    withClients({ ...client, createdBy: OWNER.toUpperCase() }),
  ]
  for (const fixture of fixtures) t.equal(await checkFixture(fixture, 'portal.json'), fixture)
})

t.test('refuses what stands there twice', async (t) => {
  const cases: [fixture: object, message: string][] = [
    [portal(owner, { ...other, id: OWNER }), '/users/1/id repeats the id of another'],
    [portal(owner, { ...other, id: OWNER.toUpperCase() }), '/users/1/id repeats the id of another'],
    [portal({ ...owner, id: OWNER.toUpperCase() }, { ...other, id: OWNER }), '/users/1/id repeats the id of another'],
    [portal(owner, { ...other, email: owner.email }), '/users/1/email repeats the email of another'],
    [portal(owner, { ...other, email: 'Owner@EXAMPLE.com' }), '/users/1/email repeats the email of another'],
    [portal({ ...owner, apiKeys: [{ key: KEY }, { key: KEY }] }), '/users/0/apiKeys/1/key repeats the key of another'],
    [
      portal({ ...owner, apiKeys: [{ key: KEY }] }, { ...other, apiKeys: [{ key: OTHER_KEY }, { key: KEY }] }),
      '/users/1/apiKeys/1/key repeats the key of another',
    ],
    [
      withClients(client, { ...client, clientId: CLIENT.toUpperCase() }),
      '/oauth2Clients/1/clientId repeats the clientId of another',
    ],
  ]
  for (const [fixture, message] of cases) {
    await t.rejects(
      checkFixture(fixture, 'portal.json'),
      { name: 'FixtureError', message: `portal.json: ${message}` },
      message,
    )
  }
  const fixture = portal({ ...owner, apiKeys: [{ key: KEY }] }, { ...other, apiKeys: [{ key: OTHER_KEY }] })
  t.equal(await checkFixture(fixture, 'portal.json'), fixture, 'two keys are two keys')
})

t.test('a byte order mark in front of a fixture does no harm', async (t) => {
  const file = `${t.testdir({ 'portal.json': `\ufeff${JSON.stringify(defaultFixture)}` })}/portal.json`
  t.same(await readFixture(file), defaultFixture)
})
