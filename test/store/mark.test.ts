import BetterSqlite from 'better-sqlite3'
import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { EmployeeStatus, type User } from '../../src/domain/user.ts'
import { signingKeys } from '../../src/oauth2/signing-keys.ts'
import { Database } from '../../src/store/database.ts'
import { generatedUser } from '../../src/store/generate-users.ts'
import { Mark } from '../../src/store/mark.ts'
import type { Portal } from '../../src/store/portal.ts'
import { people, testPortal, testServer } from '../helper.ts'

for (const place of ['memory', 'file'] as const) {
  t.test(`in a ${place}: everything is put back`, async (t) => {
    const portal = testPortal(t, place === 'file' ? { dataDirectory: t.testdir() } : {})
    const { app } = await testServer(t, { portal })
    const before = stateOf(portal)
    const rewind = portal.mark()
    await changeEverything(portal)
    t.notSame(stateOf(portal), before)
    const { revision } = portal.store
    rewind()
    t.same(stateOf(portal), before)
    t.ok(portal.store.revision > revision, 'what was remembered of the store is forgotten')
    const authorization = mintSessionToken(portal, people.owner)
    const count = await app.inject({ url: '/api/2.0/portal/userscount', headers: { authorization } })
    t.equal(count.json().response, 6)
    portal.store.users.insert(generatedUser(1, people.owner))
    t.equal(portal.store.users.count(), 7, 'the triggers go on counting')
  })
}

t.test('two marks: each comes back to its own moment', async (t) => {
  const portal = testPortal(t)
  const first = portal.mark()
  portal.changeSettings({ paid: false })
  const second = portal.mark()
  portal.changeSettings({ culture: 'de' })
  second()
  t.match(portal.settings, { paid: false, culture: 'en-US' })
  first()
  t.match(portal.settings, { paid: true, culture: 'en-US' })
})

t.test('keys that tokens were signed with meanwhile stay', async (t) => {
  const portal = testPortal(t)
  const rewind = portal.mark()
  const keys = await signingKeys(portal)
  rewind()
  t.same(
    portal.store.signingKeys.list().map(({ kid }) => kid),
    keys.map(({ kid }) => kid),
  )
})

t.test('every table is marked, and nothing is left of a mark that was used', async (t) => {
  const directory = t.testdir()
  const portal = testPortal(t, { dataDirectory: directory })
  portal.mark()()
  portal.close()
  const file = new BetterSqlite(`${directory}/localhost.sqlite`, { readonly: true })
  t.teardown(() => file.close())
  t.same(file.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'mark%'").all(), [])
  t.same(file.pragma('foreign_key_check'), [])
})

t.test('a database that fails while rows are put back is as it was', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  database.run("INSERT INTO short_links VALUES ('a', 'b')")
  const mark = new Mark(database)
  database.run("UPDATE short_links SET link = 'c'")
  database.exec("CREATE TRIGGER broken BEFORE INSERT ON short_links BEGIN SELECT RAISE(ABORT, 'broken'); END")
  t.throws(() => mark.rewind(), /broken/)
  t.same(database.all('SELECT * FROM short_links'), [{ key: 'a', link: 'c' }])
})

async function changeEverything(portal: Portal): Promise<void> {
  const { users, apiKeys, loginEvents, shortLinks, webstudioSettings, outbox } = portal.store
  users.insert(generatedUser(1, people.owner))
  const winfield = users.find(people.winfield)
  const user: User = { ...JSON.parse(winfield?.info ?? ''), type: 1, status: EmployeeStatus.Terminated }
  users.update(user)
  users.remove(people.guest)
  users.endSessions(people.owner)
  users.addInvitedGuest(people.admin, people.otherGuest)
  apiKeys.touch('0'.repeat(64), 5)
  loginEvents.insert(people.owner, portal.clock.now())
  shortLinks.shorten('link', () => 'key')
  webstudioSettings.markGiftMessageAsRead(people.admin)
  outbox.add({ at: 1, action: 'a', userId: people.owner, email: 'a@example.com', subject: 'b' })
  portal.changeSettings({ paid: false, culture: 'de' })
}

function stateOf({ store, settings }: Portal): unknown {
  return {
    settings,
    count: store.users.count(),
    people: Object.values(people).map((id) => store.users.find(id)),
    madeUp: store.users.latest(100).map(({ id }) => id),
    invited: store.users.hasInvited(people.admin, people.otherGuest),
    gift: store.webstudioSettings.isGiftMessageRead(people.admin),
    mails: store.outbox.list(),
    link: store.shortLinks.find('key'),
  }
}
