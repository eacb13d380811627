import fc from 'fast-check'
import t, { type Test } from 'tap'
import { compareImages, MOST_ROWS } from '../../../src/control/effects/comparison.ts'
import { happened } from '../../../src/control/effects/happened.ts'
import { Database } from '../../../src/store/database.ts'
import { people, testPortal } from '../../helper.ts'

/** A database with a table of its own. */
function databaseWith(t: Test, sql: string): Database {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  database.exec(sql)
  return database
}

t.test('a table that is added later appears by itself, read by what it says of its columns', async (t) => {
  const database = databaseWith(
    t,
    `CREATE TABLE later (
       area          TEXT NOT NULL,
       number        INTEGER NOT NULL,
       is_open       INTEGER NOT NULL CHECK (is_open IN (0, 1)),
       payload       TEXT NOT NULL CHECK (json_valid(payload)),
       opened_at     INTEGER,
       client_secret TEXT,
       picture       BLOB,
       PRIMARY KEY (area, number)
     ) STRICT, WITHOUT ROWID`,
  )
  const payload = { kind: 'code', refresh_token: 'rt-1', inner: [{ password: 'p-1', note: null }] }
  const insert = 'INSERT INTO later VALUES (?, ?, 1, ?, 1782813600000, ?, unhex(?))'
  for (const number of [2, 10, 9]) database.run(insert, 'x', number, JSON.stringify(payload), 's-1', '0102')
  const before = database.serialize()
  database.run('DELETE FROM later WHERE number = 9')
  database.run(insert, 'ä', 1, JSON.stringify(payload), null, '')
  database.run("UPDATE later SET is_open = 0, client_secret = 's-2', picture = unhex('0103') WHERE number = 10")
  const changedPayload = { ...payload, kind: 'token', inner: [] }
  database.run('UPDATE later SET payload = ? WHERE number = 2', JSON.stringify(changedPayload))

  const changes = await compareImages(before, database.serialize())
  t.strictSame([...changes.keys()], ['later'])
  const masked = { kind: 'code', refresh_token: '…', inner: [{ password: '…', note: null }] }
  const row = { area: 'x', isOpen: true, payload: masked, openedAt: '2026-06-30T10:00:00.000Z', clientSecret: '…' }
  t.strictSame(changes.get('later'), {
    added: [{ ...row, area: 'ä', number: 1, clientSecret: null, picture: '' }],
    changed: [
      {
        before: { ...row, number: 2, picture: 'AQI=' },
        after: { ...row, number: 2, picture: 'AQI=', payload: { ...masked, kind: 'token', inner: [] } },
        members: ['payload.kind', 'payload.inner'],
      },
      {
        before: { ...row, number: 10, picture: 'AQI=' },
        after: { ...row, number: 10, picture: 'AQM=', isOpen: false },
        members: ['isOpen', 'clientSecret', 'picture'],
      },
    ],
    removed: [{ ...row, number: 9, picture: 'AQI=' }],
    total: { added: 1, changed: 2, removed: 1 },
  })
})

t.test('a table without a key is told apart by the order in which its rows came', async (t) => {
  const database = databaseWith(t, 'CREATE TABLE notes (text TEXT)')
  for (const text of ['a', 'b', 'c']) database.run('INSERT INTO notes VALUES (?)', text)
  const before = database.serialize()
  database.run("UPDATE notes SET text = 'B' WHERE text = 'b'")
  const changes = await compareImages(before, database.serialize())
  t.strictSame(changes.get('notes')?.changed, [{ before: { text: 'b' }, after: { text: 'B' }, members: ['text'] }])
})

/** What somebody may do to a table: put rows, take some away. */
const writes = fc.array(
  fc.record({ from: fc.integer({ min: 0, max: 4000 }), count: fc.integer({ min: 1, max: 1500 }), text: fc.string() }),
  { maxLength: 4 },
)

t.test('whatever is written, the rows that are others are found, and no more', async (t) => {
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT'
  const write = (database: Database, list: { from: number; count: number; text: string }[]) => {
    for (const { from, count, text } of list) {
      if (text === '') database.run('DELETE FROM things WHERE id BETWEEN ? AND ?', from, from + count)
      else database.run(`INSERT OR REPLACE INTO things ${numbers} i, ? FROM n`, from, from + count, text.repeat(40))
    }
  }
  const rowsOf = (database: Database) => {
    const rows = database.all<{ id: number; text: string }>('SELECT * FROM things')
    return new Map(rows.map(({ id, text }) => [id, text]))
  }
  await fc.assert(
    fc.asyncProperty(writes, writes, async (first, then) => {
      const database = databaseWith(t, 'CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT)')
      write(database, first)
      const [before, old] = [database.serialize(), rowsOf(database)]
      write(database, then)
      const now = rowsOf(database)
      const { total } = (await compareImages(before, database.serialize())).get('things') ?? {
        total: { added: 0, changed: 0, removed: 0 },
      }
      const kept = [...now.keys()].filter((id) => old.has(id))
      t.strictSame(total, {
        added: now.size - kept.length,
        changed: kept.filter((id) => old.get(id) !== now.get(id)).length,
        removed: old.size - kept.length,
      })
    }),
    { numRuns: 40 },
  )
})

t.test('of very many rows only some are listed, and all are counted', async (t) => {
  const portal = testPortal(t, { generatedUsers: 1500 })
  const few = testPortal(t)
  const changes = await compareImages(few.image(), portal.image())
  t.equal(changes.get('users')?.added.length, MOST_ROWS)
  t.strictSame(changes.get('users')?.total, { added: 1500, changed: 0, removed: 0 })
  const back = await compareImages(portal.image(), few.image())
  t.strictSame(back.get('users')?.total, { added: 0, changed: 0, removed: 1500 })
})

t.test('states of a portal in a file, before and after a reset, can be compared', async (t) => {
  const portal = testPortal(t, { dataDirectory: t.testdir() })
  portal.store.users.remove(people.guest)
  const before = portal.image()
  portal.reset()
  t.match(happened(await compareImages(before, portal.image())), { usersJoined: [{ id: people.guest }] })
  const middle = portal.image()
  portal.store.loginEvents.insert(people.owner, 0)
  t.match(happened(await compareImages(middle, portal.image())), { signIns: [{ userId: people.owner }] })
})

t.test('the portal goes on while its states are compared', async (t) => {
  const portal = testPortal(t, { generatedUsers: 5000 })
  const before = portal.image()
  portal.store.users.remove(people.guest)
  const comparing = compareImages(before, portal.image())
  portal.store.users.remove(people.winfield)
  let turns = 0
  const turn = () => {
    turns += 1
    pending = setImmediate(turn)
  }
  let pending = setImmediate(turn)
  const changes = await comparing
  clearImmediate(pending)
  t.ok(turns > 1, `${turns} other turns`)
  t.strictSame(changes.get('users')?.total.changed, 1, 'and what happens meanwhile is not in it')
})

t.test('a password that is hashed when first needed is the same, another one is not', async (t) => {
  const portal = testPortal(t)
  const before = portal.image()
  portal.store.users.setPasswordHash(people.owner, 'first')
  t.equal((await compareImages(before, portal.image())).size, 0)
  const between = portal.image()
  portal.store.users.setPasswordHash(people.owner, 'second')
  const changes = await compareImages(between, portal.image())
  t.match(changes.get('users')?.changed, [{ members: ['passwordHash'], after: { passwordHash: '…' } }])
})
