import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { DataFileError } from '../../src/store/data-file-error.ts'
import { writeFile } from '../../src/store/data-files.ts'
import { Database } from '../../src/store/database.ts'
import { migrations } from '../../src/store/migrations.ts'

const APPLICATION_ID = 0x44534d4b

/** The content of the data file and of what stands beside it, but for SQLite's scratch index. */
function bytes(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => !name.endsWith('-shm'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name)).toString('base64')]))
}

function messageOf(work: () => unknown): string {
  try {
    work()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

/** Opens a file that can't be used, and checks that it says so and stays as it was. */
function refuses(t: Test, file: string, reason: RegExp): void {
  const before = bytes(join(file, '..'))
  t.throws(() => new Database(file), DataFileError)
  t.throws(() => new Database(file), { name: 'DataFileError', message: reason })
  const message = messageOf(() => new Database(file))
  t.equal(message.slice(0, file.length + 2), `${file}: `, 'the file is named')
  t.match(message, /--data directory\.$/)
  t.strictSame(bytes(join(file, '..')), before, 'the file is as it was')
}

t.test('makes a new file, with its directories', async (t) => {
  const file = join(t.testdir(), 'a', 'b', 'portal.sqlite')
  new Database(file).close()
  const connection = new BetterSqlite(file, { readonly: true })
  t.teardown(() => connection.close())

  t.equal(connection.pragma('user_version', { simple: true }), migrations.length)
  t.equal(connection.pragma('application_id', { simple: true }), APPLICATION_ID)
  t.equal(connection.pragma('journal_mode', { simple: true }), 'wal')
})

t.test('an empty file counts as a new one', async (t) => {
  const file = join(t.testdir({ 'portal.sqlite': '' }), 'portal.sqlite')
  const database = new Database(file)
  t.teardown(() => database.close())

  t.strictSame(database.get('SELECT value FROM counters'), { value: 0 })
})

t.test('a file that was there goes on', async (t) => {
  const file = join(t.testdir(), 'portal.sqlite')
  const first = new Database(file)
  first.run("INSERT INTO short_links (key, link) VALUES ('key', 'link')")
  first.close()
  const again = new Database(file)

  t.strictSame(again.all('SELECT key, link FROM short_links'), [{ key: 'key', link: 'link' }])
  again.close()
})

t.test('a write is in the file before the process ends', async (t) => {
  const directory = t.testdir({ alive: {}, killed: {} })
  const database = new Database(join(directory, 'alive', 'portal.sqlite'))
  t.teardown(() => database.close())
  database.run("INSERT INTO short_links (key, link) VALUES ('key', 'link')")
  // what a process that is killed now leaves behind
  cpSync(join(directory, 'alive'), join(directory, 'killed'), { recursive: true })
  const left = new Database(join(directory, 'killed', 'portal.sqlite'))
  t.teardown(() => left.close())

  t.strictSame(left.all('SELECT key, link FROM short_links'), [{ key: 'key', link: 'link' }])
})

t.test('a commit is synchronous enough to outlive the process', async (t) => {
  const database = new Database(join(t.testdir(), 'portal.sqlite'))
  t.teardown(() => database.close())

  t.strictSame(database.get('PRAGMA synchronous'), { synchronous: 1 })
  t.strictSame(database.get('PRAGMA journal_mode'), { journal_mode: 'wal' })
  t.strictSame(database.get('PRAGMA foreign_keys'), { foreign_keys: 1 })
})

t.test('refuses a file that is no database', async (t) => {
  const header = `SQLite format 3\0${'\xff'.repeat(5000)}`
  const cases: Record<string, [content: string, reason: RegExp]> = {
    'a text': ['{ "alias": "localhost" }\n', /not a SQLite database/],
    'a short text': ['x', /not a SQLite database/],
    'almost a database': ['SQLite format 2\0', /not a SQLite database/],
    'a head without a body': [header, /can't be used as a database/],
  }
  for (const [name, [content, reason]] of Object.entries(cases)) {
    t.test(name, async (t) => {
      const file = join(t.testdir(), 'portal.sqlite')
      writeFileSync(file, content, 'latin1')
      refuses(t, file, reason)
    })
  }
})

t.test('refuses what can’t be a file', async (t) => {
  const directory = t.testdir({ 'portal.sqlite': {}, file: 'x' })

  t.throws(() => new Database(join(directory, 'portal.sqlite')), {
    name: 'DataFileError',
    message: /: a directory instead of a data file/,
  })
  t.throws(() => new Database(join(directory, 'file', 'portal.sqlite')), {
    name: 'DataFileError',
    message: /its directory can't be made \((EEXIST|ENOTDIR)/,
  })
  t.strictSame(readdirSync(directory), ['file', 'portal.sqlite'])
})

t.test('refuses another program’s database', async (t) => {
  const file = join(t.testdir(), 'portal.sqlite')
  const theirs = new BetterSqlite(file)
  theirs.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
  theirs.close()

  refuses(t, file, /a database of another program/)
})

t.test('refuses another program’s database with what a killed process left beside it', async (t) => {
  const directory = t.testdir({ alive: {}, killed: {} })
  const theirs = new BetterSqlite(join(directory, 'alive', 'portal.sqlite'))
  t.teardown(() => theirs.close())
  theirs.pragma('journal_mode = WAL')
  theirs.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
  cpSync(join(directory, 'alive'), join(directory, 'killed'), { recursive: true })

  t.ok(existsSync(join(directory, 'killed', 'portal.sqlite-wal')))
  refuses(t, join(directory, 'killed', 'portal.sqlite'), /a database of another program/)
})

t.test('refuses the file of a newer version', async (t) => {
  const file = join(t.testdir(), 'portal.sqlite')
  new Database(file).close()
  const connection = new BetterSqlite(file)
  connection.pragma(`user_version = ${migrations.length + 1}`)
  connection.close()

  refuses(t, file, new RegExp(`schema ${migrations.length + 1}, this one knows ${migrations.length}\\). Update`))
})

t.test('refuses a file that is open, idle or not, until it is closed', async (t) => {
  const file = join(t.testdir(), 'portal.sqlite')
  const fresh = new Database(file)
  refuses(t, file, /open in another process/)
  fresh.run("INSERT INTO short_links (key, link) VALUES ('key', 'link')")
  refuses(t, file, /open in another process/)
  fresh.close()

  const reopened = new Database(file)
  refuses(t, file, /open in another process/)
  t.strictSame(reopened.all('SELECT key FROM short_links'), [{ key: 'key' }], 'the other goes on')
  reopened.close()

  new Database(file).close()
})

t.test('once a refused file has been moved away, the next start makes a new one', async (t) => {
  const directory = t.testdir({ 'portal.sqlite': 'x' })
  const file = join(directory, 'portal.sqlite')
  t.throws(() => new Database(file), DataFileError)
  renameSync(file, join(directory, 'moved'))
  new Database(file).close()

  t.equal(readFileSync(file, 'latin1').slice(0, 15), 'SQLite format 3')
  t.equal(readFileSync(join(directory, 'moved'), 'latin1'), 'x')
})

t.test('a changing statement tells what it changed', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  const add = "INSERT INTO outbox (at, action, user_id, email, subject) VALUES (?, 'a', 'u', 'e', 's')"

  t.strictSame(database.run(add, 1), { changes: 1, id: 1 })
  t.strictSame(database.run(add, 2), { changes: 1, id: 2 })
  t.equal(database.run('UPDATE outbox SET at = at + ?', 10).changes, 2)
  t.strictSame(database.all('SELECT at FROM outbox ORDER BY id'), [{ at: 11 }, { at: 12 }])
  t.strictSame(database.get('SELECT at FROM outbox WHERE id = ?', 2), { at: 12 })
  t.equal(database.get('SELECT at FROM outbox WHERE id = ?', 3), undefined)
  t.strictSame(database.all('SELECT at FROM outbox WHERE id = ?', 3), [])
})

t.test('a whole number is bound as an INTEGER, also where no column makes one of it', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  const cases: [value: number, type: string, json: string][] = [
    [0, 'integer', '{"n":0}'],
    [-1, 'integer', '{"n":-1}'],
    [1_042_540_566, 'integer', '{"n":1042540566}'],
    [Number.MAX_SAFE_INTEGER, 'integer', '{"n":9007199254740991}'],
    [1.5, 'real', '{"n":1.5}'],
    [2 ** 60, 'real', '{"n":1.152921504606847e+18}'],
  ]
  for (const [value, type, json] of cases) {
    t.strictSame(database.get("SELECT typeof(?) AS type, json_set('{}', '$.n', ?) AS json", value, value), {
      type,
      json,
    })
  }
  t.strictSame(database.get('SELECT ? AS value', 42), { value: 42 }, 'and is read as a number')
})

t.test('a transaction does all or nothing', async (t) => {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  const count = () => database.get<{ n: number }>('SELECT count(*) AS n FROM short_links')?.n

  t.equal(
    database.transaction(() => {
      database.run("INSERT INTO short_links (key, link) VALUES ('a', '1')")
      return 'result'
    }),
    'result',
  )
  t.throws(
    () =>
      database.transaction(() => {
        database.run("INSERT INTO short_links (key, link) VALUES ('b', '2')")
        database.run("INSERT INTO short_links (key, link) VALUES ('b', '3')")
      }),
    { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' },
  )
  t.equal(count(), 1)

  database.transaction(() => {
    database.run("INSERT INTO short_links (key, link) VALUES ('c', '4')")
    t.throws(() =>
      database.transaction(() => {
        database.run("INSERT INTO short_links (key, link) VALUES ('d', '5')")
        throw new Error('inner')
      }),
    )
  })
  t.strictSame(database.all('SELECT key FROM short_links ORDER BY key'), [{ key: 'a' }, { key: 'c' }])
})

t.test('a statement is prepared once, when it is first used', async (t) => {
  const prepared: string[] = []
  const { prepare } = BetterSqlite.prototype
  BetterSqlite.prototype.prepare = function (this: BetterSqlite.Database, sql: string) {
    prepared.push(sql)
    return prepare.call(this, sql)
  } as typeof prepare
  t.teardown(() => {
    BetterSqlite.prototype.prepare = prepare
  })
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  t.strictSame(prepared, [], 'none at the start')
  const sql = 'SELECT value FROM counters WHERE name = ?'
  for (let i = 0; i < 3; i++) {
    database.get(sql, 'users')
    database.all(sql, 'users')
  }

  t.strictSame(prepared, [sql])
})

t.test('nothing can be asked of a closed one', async (t) => {
  const database = new Database(':memory:')
  database.close()

  t.throws(() => database.get('SELECT 1'), { message: /not open/ })
})

/** The permissions of the files of a directory, by name. */
function modesOf(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, modeOf(join(directory, name))]))
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

t.test('only the owner may read data files, whatever the umask', { skip: process.platform === 'win32' }, async (t) => {
  const umask = process.umask(0)
  t.teardown(() => process.umask(umask))

  t.test('new ones, and the directories made for them', async (t) => {
    const outer = t.testdir()
    chmodSync(outer, 0o755)
    const directory = join(outer, 'a', 'b')
    const database = new Database(join(directory, 'portal.sqlite'))
    t.teardown(() => database.close())
    database.run("INSERT INTO short_links (key, link) VALUES ('key', 'link')")
    t.strictSame(modesOf(directory), { 'portal.sqlite': '600', 'portal.sqlite-wal': '600' })
    t.strictSame([outer, join(outer, 'a'), directory].map(modeOf), ['755', '700', '700'])
  })

  t.test('those that an earlier version or a killed process has left', async (t) => {
    const outer = t.testdir({ alive: {}, killed: {} })
    const first = new Database(join(outer, 'alive', 'portal.sqlite'))
    t.teardown(() => first.close())
    first.run("INSERT INTO short_links (key, link) VALUES ('key', 'link')")
    const directory = join(outer, 'killed')
    cpSync(join(outer, 'alive'), directory, { recursive: true })
    chmodSync(directory, 0o755)
    for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o664)
    const database = new Database(join(directory, 'portal.sqlite'))
    t.teardown(() => database.close())
    t.match(modesOf(directory), { 'portal.sqlite': '600', 'portal.sqlite-wal': '600' })
    t.ok(Object.values(modesOf(directory)).every((mode) => mode === '600'))
    t.equal(modeOf(directory), '755', 'a directory that was there stays as it is')
    t.strictSame(database.all('SELECT key FROM short_links'), [{ key: 'key' }])
  })

  t.test('those that replace another', async (t) => {
    const directory = t.testdir()
    const file = join(directory, 'portal.sqlite')
    const image = new Database(':memory:').serialize()
    for (const name of ['portal.sqlite', 'portal.sqlite-new']) {
      writeFileSync(join(directory, name), 'left', { mode: 0o666 })
    }
    writeFile(file, image)
    t.strictSame(modesOf(directory), { 'portal.sqlite': '600' })
  })

  t.test('but not refused files, nor anything but files', async (t) => {
    const directory = t.testdir()
    const file = join(directory, 'portal.sqlite')
    const theirs = new BetterSqlite(file)
    theirs.exec('CREATE TABLE theirs (x)')
    theirs.close()
    chmodSync(file, 0o644)
    t.throws(() => new Database(file), { message: /another program/ })
    mkdirSync(join(directory, 'other.sqlite-shm'), 0o755)
    t.throws(() => new Database(join(directory, 'other.sqlite')), { message: /a directory/ })
    t.strictSame(modesOf(directory), { 'portal.sqlite': '644', 'other.sqlite-shm': '755' })
  })
})
