import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t from 'tap'
import { defaultSettings } from '../../src/domain/settings.ts'
import { defaultFixture } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { DEFAULT_MACHINE_KEY } from '../../src/store/portal.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { NOW, people, testPortal } from '../helper.ts'

const OWNER = '66FAA6E4-F133-11EA-B126-00FFEEC8B4EF'

/** A fixture that says no more than it must. */
const smallest: Fixture = {
  alias: 'small',
  owner: OWNER,
  users: [{ id: OWNER, email: 'owner@example.com', type: 'DocSpaceAdmin' }],
}

t.test('opens the shipped portal', async (t) => {
  const portal = testPortal(t)

  t.equal(portal.alias, 'localhost')
  t.equal(portal.tenantId, 1)
  t.equal(portal.machineKey, '1123askdasjklasbnd')
  t.equal(portal.ownerId, people.owner)
  t.equal(portal.tokenIndex, 0)
  t.strictSame(portal.settings, defaultSettings)
  t.equal(portal.fixture, defaultFixture)
  t.equal(portal.clock.now(), NOW)
})

t.test('what a fixture leaves out has a default', async (t) => {
  const portal = openPortal({ fixture: smallest })
  t.teardown(() => portal.close())

  t.equal(portal.tenantId, 1)
  t.equal(portal.machineKey, DEFAULT_MACHINE_KEY)
  t.equal(DEFAULT_MACHINE_KEY, '1123askdasjklasbnd')
  t.equal(portal.ownerId, people.owner, 'ids are in lower case')
  t.equal(portal.store.users.count(), 1)
  t.notOk(portal.clock.isChanged)
  t.equal(portal.randomBytes(15).length, 15)
  t.notSame(portal.randomBytes(15), portal.randomBytes(15))
})

t.test('takes what the fixture and the options say', async (t) => {
  const fixture: Fixture = {
    ...smallest,
    tenantId: 7,
    machineKey: 'of the fixture',
    settings: { culture: 'fr', paid: false },
    generatedUsers: 3,
  }
  const portal = testPortal(t, { fixture })
  t.equal(portal.tenantId, 7)
  t.equal(portal.machineKey, 'of the fixture')
  t.strictSame(portal.settings, { ...defaultSettings, culture: 'fr', paid: false })
  t.equal(portal.store.users.count(), 4)
  t.match(JSON.parse(portal.store.users.find(people.owner)?.info ?? ''), { tenantId: 7 })

  const told: number[] = []
  const other = testPortal(t, {
    fixture,
    machineKey: 'of the option',
    generatedUsers: 5,
    onProgress: (n) => told.push(n),
    randomBytes: (count) => new Uint8Array(count),
  })
  t.equal(other.machineKey, 'of the option')
  t.equal(other.store.users.count(), 6)
  t.strictSame(told, [5])
  t.strictSame(other.randomBytes(2), new Uint8Array(2))
  t.equal(testPortal(t, { fixture, generatedUsers: 0 }).store.users.count(), 1)
})

t.test('two portals share nothing', async (t) => {
  const [first, second] = [testPortal(t), testPortal(t)]
  first.changeSettings({ paid: false, ipRestrictions: { enabled: true, addresses: ['203.0.113.7'] } })
  first.store.users.remove(people.winfield)

  t.strictSame(second.settings, defaultSettings)
  t.equal(second.store.users.count(), 6)
  t.ok(second.store.users.find(people.winfield))
})

t.test('settings change at once, each by itself', async (t) => {
  const portal = testPortal(t)
  portal.changeSettings({ tenantStatus: 'restoring' })
  portal.changeSettings({ culture: 'de' })

  t.strictSame(portal.settings, { ...defaultSettings, tenantStatus: 'restoring', culture: 'de' })
})

t.test('a portal that has a file goes on where it was', async (t) => {
  const dataDirectory = join(t.testdir(), 'data')
  const first = openPortal({ fixture: defaultFixture, dataDirectory, machineKey: 'mine', generatedUsers: 2 })
  first.changeSettings({ allowInvitingMembers: false })
  first.store.users.remove(people.winfield)
  const key = first.store.shortLinks.shorten('http://localhost/long', () => 'short')
  first.store.webstudioSettings.markGiftMessageAsRead(people.guest)
  first.close()
  t.strictSame(readdirSync(dataDirectory), ['localhost.sqlite'])

  const again = openPortal({ fixture: { ...defaultFixture, machineKey: 'changed', tenantId: 9 }, dataDirectory })
  t.teardown(() => again.close())
  t.equal(again.machineKey, 'mine')
  t.equal(again.tenantId, 1)
  t.equal(again.tokenIndex, 0)
  t.equal(again.settings.allowInvitingMembers, false)
  t.equal(again.store.users.count(), 6 - 1 + 2, 'nobody was seeded again')
  t.equal(again.store.users.find(people.winfield), undefined)
  t.equal(again.store.shortLinks.find(key), 'http://localhost/long')
  t.equal(again.store.webstudioSettings.isGiftMessageRead(people.guest), true)
})

t.test('each alias has a file of its own', async (t) => {
  const dataDirectory = t.testdir()
  for (const alias of ['one', 'two']) openPortal({ fixture: { ...smallest, alias }, dataDirectory }).close()

  t.strictSame(readdirSync(dataDirectory), ['one.sqlite', 'two.sqlite'])
})

t.test('a setting that an older file doesn’t know has its default', async (t) => {
  const dataDirectory = t.testdir()
  openPortal({ fixture: smallest, dataDirectory }).close()
  const connection = new BetterSqlite(join(dataDirectory, 'small.sqlite'))
  connection.exec(`UPDATE portal SET settings = '{"paid":false}'`)
  connection.close()
  const portal = openPortal({ fixture: smallest, dataDirectory })
  t.teardown(() => portal.close())

  t.strictSame(portal.settings, { ...defaultSettings, paid: false })
})

t.test('another machine key is refused, and the file stays as it was', async (t) => {
  const dataDirectory = t.testdir()
  const file = join(dataDirectory, 'small.sqlite')
  openPortal({ fixture: smallest, dataDirectory, machineKey: 'first' }).close()
  const before = readFileSync(file)

  t.throws(() => openPortal({ fixture: smallest, dataDirectory, machineKey: 'second' }), {
    name: 'DataFileError',
    message: `${file}: made with another machine key. Leave --machine-key out, or use another --data.`,
  })
  t.strictSame(readFileSync(file), before)
  const again = openPortal({ fixture: smallest, dataDirectory, machineKey: 'first' })
  t.equal(again.machineKey, 'first', 'the right one is fine, and the file was let go')
  again.close()
})

t.test('the file of a portal that is open is refused', async (t) => {
  const dataDirectory = t.testdir()
  const portal = openPortal({ fixture: smallest, dataDirectory })

  t.throws(() => openPortal({ fixture: smallest, dataDirectory }), {
    name: 'DataFileError',
    message: `${join(dataDirectory, 'small.sqlite')}: open in another process. Stop that one, or choose another --data directory.`,
  })
  portal.close()
  openPortal({ fixture: smallest, dataDirectory }).close()
})

t.test('a fixture that breaks half-way leaves no half portal', async (t) => {
  const dataDirectory = t.testdir()
  const owner = smallest.users[0]
  const twice: Fixture = { ...smallest, users: [...smallest.users, ...smallest.users] }
  t.throws(() => openPortal({ fixture: twice, dataDirectory }), { code: /^SQLITE_CONSTRAINT/ })

  const portal = openPortal({ fixture: smallest, dataDirectory })
  t.teardown(() => portal.close())
  t.equal(portal.store.users.count(), 1)
  t.equal(portal.store.users.findPassword('owner@example.com')?.id, owner?.id.toLowerCase())
})

t.test('a closed portal is closed', async (t) => {
  const portal = openPortal({ fixture: smallest })
  portal.close()

  t.throws(() => portal.store.users.count(), { message: /not open/ })
})
