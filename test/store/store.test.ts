import t from 'tap'
import { defaultSettings } from '../../src/domain/settings.ts'
import { Database, type SqlValue } from '../../src/store/database.ts'
import { Store } from '../../src/store/store.ts'
import { people, testPortal } from '../helper.ts'

t.test('a transaction over several tables does all or nothing', async (t) => {
  const { store } = testPortal(t)

  t.throws(
    () =>
      store.transaction(() => {
        store.users.remove(people.winfield)
        store.webstudioSettings.markFirstEmailConfirm()
        store.shortLinks.shorten('http://localhost/', () => 'key')
        throw new Error('undone')
      }),
    { message: 'undone' },
  )
  t.ok(store.users.find(people.winfield))
  t.equal(store.users.count(), 6)
  t.equal(store.webstudioSettings.isFirstEmailConfirm(), false)
  t.equal(store.shortLinks.find('key'), undefined)
  t.equal(
    store.transaction(() => store.users.count()),
    6,
  )
})

t.test('settings are kept as they are given', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  database.run("INSERT INTO portal VALUES (1, 'a', 'k', 'o', 0, '{}')")
  new Store(database, 1).saveSettings({ ...defaultSettings, culture: 'de' })

  const row = database.get<{ settings: string }>('SELECT settings FROM portal')
  t.strictSame(JSON.parse(row?.settings ?? ''), { ...defaultSettings, culture: 'de' })
})

t.test('nothing that a request looks up takes longer in a greater portal', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  const asked: string[] = []
  const { get } = database
  database.get = <Row>(sql: string, ...values: SqlValue[]) => {
    asked.push(sql)
    return get.call(database, sql, ...values) as Row | undefined
  }
  const store = new Store(database, 1)
  store.users.count()
  store.users.find(people.owner)
  store.users.findPassword('owner@example.com')
  store.users.hasInvited(people.owner, people.guest)
  store.apiKeys.find('hash')
  store.loginEvents.find(1)
  store.shortLinks.find('key')
  store.shortLinks.shorten('http://localhost/', () => 'key')
  store.webstudioSettings.isGiftMessageRead(people.owner)
  store.webstudioSettings.isFirstEmailConfirm()

  // how many short links there are, which is asked for once in many
  const counts = asked.filter((sql) => sql.includes('count(*)'))
  t.equal(counts.length, 1)
  t.equal(asked.length, 11)
  for (const sql of asked.filter((sql) => !counts.includes(sql))) {
    const values = Array(sql.split('?').length - 1).fill(null)
    const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
    t.strictSame(
      plan.filter(({ detail }) => !/^SEARCH \w+ USING .*(INDEX|PRIMARY KEY)/.test(detail)),
      [],
      sql,
    )
  }
})
