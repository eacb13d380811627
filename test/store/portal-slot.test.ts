import { join } from 'node:path'
import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { signingKeys } from '../../src/oauth2/signing-keys.ts'
import { defaultFixture } from '../../src/start.ts'
import { Database } from '../../src/store/database.ts'
import { openCopy, openPortal, type PortalSlot } from '../../src/store/portal-slot.ts'
import { Users } from '../../src/store/users.ts'
import { NOW, people, testPortal } from '../helper.ts'

const kinds: Record<string, (directory: string) => object> = {
  'in memory': () => ({}),
  'in a file': (directory) => ({ dataDirectory: join(directory, 'data') }),
}

for (const [kind, options] of Object.entries(kinds)) {
  t.test(`a portal ${kind} that is reset is new`, async (t) => {
    const portal = testPortal(t, options(t.testdir()))
    portal.store.users.remove(people.guest)
    portal.changeSettings({ culture: 'de' })
    portal.clock.move(1000)
    portal.reset()
    t.equal(portal.store.users.count(), 6)
    t.equal(portal.settings.culture, 'en-US')
    t.equal(portal.clock.now(), NOW)
    portal.store.users.remove(people.winfield)
    portal.reset()
    t.equal(portal.store.users.count(), 6, 'a second time')
  })

  t.test(`who is in a portal ${kind} while it is reset sees it as it was`, async (t) => {
    const portal = testPortal(t, options(t.testdir()))
    portal.store.users.remove(people.guest)
    const before = portal.state
    before.enter()
    portal.reset()
    t.equal(before.store.users.count(), 5)
    before.store.users.remove(people.winfield)
    t.equal(portal.store.users.count(), 6, 'and changes nothing')
    before.leave()
    t.throws(() => before.store.users.count(), /not open/)
  })

  t.test(`a portal ${kind} can be put back to what it was, again and again`, async (t) => {
    const portal = testPortal(t, options(t.testdir()))
    portal.changeSettings({ culture: 'de' })
    portal.clock.move(1000)
    const image = portal.image()
    for (const user of [people.guest, people.winfield]) {
      portal.store.users.remove(user)
      portal.changeSettings({ culture: 'fr' })
      portal.restore(image)
      t.equal(portal.store.users.count(), 6)
      t.equal(portal.settings.culture, 'de')
      t.equal(portal.clock.now(), NOW + 1000, 'the time goes on')
    }
  })
}

t.test('a request that has entered an earlier state goes on where the portal is closed', (t) => {
  for (const end of ['leave', 'abandon'] as const) {
    for (const options of Object.values(kinds)) {
      const portal = testPortal(t, options(t.testdir()))
      const visit = portal.enter()
      portal.reset()
      t.ok(portal.isInUse)
      if (end === 'abandon') visit.abandon()
      portal.drop()
      t.equal(portal.isInUse, end === 'leave')
      t.equal(portal.store.users.count(), 6)
      portal.load(defaultFixture)
      t.equal(portal.store.users.count(), 6)
      if (end === 'leave') visit.leave()
      t.notOk(portal.isInUse)
    }
  }
  t.end()
})

t.test('what a hung-up client has left behind takes little once the portal is reset', (t) => {
  for (const options of Object.values(kinds)) {
    const portal = testPortal(t, options(t.testdir()))
    const before = portal.state
    portal.enter().abandon()
    const visit = portal.enter()
    portal.reset()
    t.notOk(before.isAsleep)
    visit.leave()
    t.ok(before.isAsleep)
    before.store.users.remove(people.guest)
    t.equal(before.store.users.count(), 5, 'it can still be used')
    t.equal(portal.store.users.count(), 6)
  }
  t.end()
})

t.test('a portal in a file that was reset is new for the next process too', async (t) => {
  const dataDirectory = join(t.testdir(), 'data')
  const portal = openPortal({ fixture: defaultFixture, dataDirectory })
  portal.store.users.remove(people.guest)
  portal.reset()
  portal.store.users.remove(people.winfield)
  portal.store.users.remove(people.roomAdmin)
  portal.close()
  const again = testPortal(t, { dataDirectory })
  t.equal(again.store.users.count(), 4)
})

t.test('a portal keeps its keys, and what they have signed, when it is reset', async (t) => {
  const portal = testPortal(t)
  const [key] = await signingKeys(portal)
  const token = mintSessionToken(portal, people.owner)
  portal.reset()
  const [same] = await signingKeys(portal)
  t.equal(same?.kid, key?.kid)
  t.equal(mintSessionToken(portal, people.owner), token)
})

t.test('another fixture takes the place of the first, but for alias and tenant id', async (t) => {
  const portal = testPortal(t, { generatedUsers: 3 })
  const owner = defaultFixture.users[0]
  portal.load({ ...defaultFixture, alias: 'acme', tenantId: 7, users: owner ? [owner] : [] })
  t.strictSame([portal.alias, portal.tenantId, portal.store.users.count()], ['localhost', 1, 1])
  portal.store.users.remove(people.owner)
  portal.reset()
  t.equal(portal.store.users.count(), 1, 'it is what a reset leads to')
})

t.test('a fixture that can’t be used changes nothing', async (t) => {
  const portal = testPortal(t)
  const [owner] = defaultFixture.users
  const twice = { ...defaultFixture, users: owner ? [owner, owner] : [] }
  t.throws(() => portal.load(twice))
  t.equal(portal.store.users.count(), 6)
  portal.reset()
  t.equal(portal.store.users.count(), 6)
})

const message = { subject: 's', paragraphs: [], button: null, portalUrl: '' }
const mail = { at: NOW, action: 'a', userId: people.owner, from: 'a@example.com', email: 'b@example.com', message }

/** Adds a row to each table whose ids are visible to clients. Returns the ids. */
function addRows(portal: PortalSlot): Record<string, number> {
  const { loginEvents, outbox, auditEvents } = portal.store
  const ids = { login_events: loginEvents.insert(people.owner, NOW), outbox: outbox.add(mail) }
  auditEvents.insert('UserSentPasswordChangeInstructions', people.owner, NOW)
  const database = new Database(portal.image())
  const audited = database.get<{ id: number }>('SELECT max(id) AS id FROM audit_events')?.id ?? 0
  database.close()
  return { ...ids, audit_events: audited }
}

/** Events that end a life of a portal, or delete rows. */
const lives: Record<string, (portal: PortalSlot, image: Buffer) => void> = {
  'it is reset': (portal) => portal.reset(),
  'it is put back to what it was before': (portal, image) => portal.restore(image),
  'it is put back to what it is': (portal) => portal.restore(portal.image()),
  'another fixture is loaded': (portal) => portal.load(defaultFixture),
  'its outbox is emptied': (portal) => portal.store.outbox.clear(),
}

for (const [kind, options] of Object.entries(kinds)) {
  for (const [what, end] of Object.entries(lives)) {
    t.test(`no id is reused in a portal ${kind} although ${what}`, async (t) => {
      const portal = testPortal(t, options(t.testdir()))
      const image = portal.image()
      const given = [addRows(portal), addRows(portal)]
      t.strictSame(given[0], { login_events: 1, outbox: 1, audit_events: 1 }, 'those of a new portal begin with 1')
      for (let life = 0; life < 3; life++) {
        end(portal, image)
        given.push(addRows(portal))
      }
      for (const table of Object.keys(given[0] ?? {})) {
        t.strictSame(
          given.map((ids) => ids[table]),
          [1, 2, 3, 4, 5],
          table,
        )
      }
    })
  }
}

t.test('no id is reused in later lives of a file', async (t) => {
  const dataDirectory = t.testdir()
  for (let life = 1; life <= 3; life++) {
    const portal = openPortal({ fixture: defaultFixture, dataDirectory })
    t.strictSame(addRows(portal), { login_events: life, outbox: life, audit_events: life })
    portal.reset()
    portal.close()
  }
})

t.test('a copy with another tenant id doesn’t write to users', (t) => {
  const { template } = testPortal(t, { generatedUsers: 500 })
  const copy = openCopy(template, 'w1', 77)
  t.teardown(() => copy.close())
  t.match(copy.store.users.find(people.owner)?.info, '"tenantId":77,')
  const [before, after] = [template.image, copy.image()]
  t.equal(after.length, before.length)
  const size = before.readUInt16BE(16)
  let changed = 0
  for (let at = 0; at < before.length; at += size) {
    if (before.compare(after, at, at + size, at, at + size) !== 0) changed += 1
  }
  t.ok(changed <= 2, `${changed} pages of ${before.length / size} are others: the head's and the portal's own`)
  t.end()
})

t.test('resetting a portal in memory creates no users again', (t) => {
  const portal = testPortal(t, { generatedUsers: 500 })
  const { insert } = Users.prototype
  t.teardown(() => Object.assign(Users.prototype, { insert }))
  Users.prototype.insert = () => t.fail('a user is made anew')
  portal.reset()
  t.equal(portal.store.users.count(), 506)
  t.end()
})
