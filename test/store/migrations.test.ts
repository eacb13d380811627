import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { Database } from '../../src/store/database.ts'
import { migrations } from '../../src/store/migrations.ts'

const ID = '00000000-0000-4000-8000-000000000001'
const HASH = 'a'.repeat(64)

function open(t: Test): Database {
  const database = new Database(':memory:')
  t.teardown(() => database.close())
  return database
}

/** Adds a row, given as what differs from a good one. */
function insert(database: Database, table: string, row: Record<string, string | number | null>): void {
  const names = Object.keys(row)
  const places = names.map(() => '?').join(', ')
  database.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`, ...Object.values(row))
}

const good: Record<string, Record<string, string | number | null>> = {
  portal: { tenant_id: 1, alias: 'localhost', machine_key: 'key', owner_id: ID, settings: '{}' },
  users: { id: ID, email: 'a@example.com', user_name: 'a', type: 4, status: 1, info: '{}' },
  counters: { name: 'others', value: 0 },
  invited_guests: { inviter_id: ID, guest_id: ID },
  login_events: { user_id: ID, at: 0, expires_at: 0 },
  api_keys: { hash: HASH, postfix: 'aaaa', user_id: ID, name: 'a', permissions: '[]', created_at: 0 },
  second_factors: { user_id: ID, type: 'app', secret: 'a', activated: 1 },
  invitation_links: { id: ID, employee_type: 4 },
  short_links: { key: 'a', link: 'http://localhost/', expires_at: 0 },
  webstudio_settings: { id: ID, user_id: ID, data: '{}' },
  outbox: { at: 0, action: 'a', user_id: ID, email: 'a@example.com', subject: 's' },
  audit_events: { at: 0, action: 'a', user_id: ID },
  signing_keys: { kid: 'a', alg: 'ES256', jwk: '{}' },
  oauth2_clients: {
    client_id: ID,
    client_secret: 's',
    name: 'a',
    description: '',
    logo: '',
    website_url: '',
    terms_url: '',
    policy_url: '',
    redirect_uris: '[]',
    allowed_origins: '[]',
    logout_redirect_uris: '[]',
    scopes: '[]',
    allow_pkce: 0,
    is_public: 1,
    enabled: 1,
    created_by: ID,
    created_at: 0,
    modified_by: ID,
    modified_at: 0,
  },
  oauth2_artifacts: { model: 'Grant', id: 'a', payload: '{}', expires_at: 0 },
  oauth2_access_tokens: { jti: 'a', expires_at: 0 },
}

t.test('how many steps were applied stands in the database, which knows whose it is', async (t) => {
  const database = open(t)

  t.ok(migrations.length >= 1)
  t.strictSame(database.get('PRAGMA user_version'), { user_version: migrations.length })
  t.strictSame(database.get('PRAGMA application_id'), { application_id: 0x44534d4b })
})

t.test('the tenant id of users that a copied portal kept as a REAL becomes an integer', async (t) => {
  const file = join(t.testdir(), 'portal.sqlite')
  const before = new BetterSqlite(file)
  for (const step of migrations.slice(0, 7)) before.exec(step)
  before.pragma('application_id = 0x44534d4b')
  before.pragma('user_version = 7')
  before.exec(
    `INSERT INTO portal (tenant_id, alias, machine_key, owner_id, settings) VALUES (42, 'a', 'k', '${ID}', '{}')`,
  )
  const user = "INSERT INTO users (id, email, user_name, type, status, info) VALUES (?, ?, 'a', 4, 1, ?)"
  before.prepare(user).run(ID, 'a@example.com', '{"id":"a","tenantId":42.0,"isActive":true}')
  before.prepare(user).run(ID.replace('1', '2'), 'b@example.com', '{"tenantId":42}')
  before.close()

  const database = new Database(file)
  t.teardown(() => database.close())
  t.strictSame(
    database.all<{ info: string }>('SELECT info FROM users ORDER BY id').map(({ info }) => info),
    ['{"id":"a","tenantId":42,"isActive":true}', '{"tenantId":42}'],
  )
})

t.test('sign-ins, e-mails and links of an older file are kept, and later ids are new', async (t) => {
  const file = join(t.testdir(), 'portal.sqlite')
  const before = new BetterSqlite(file)
  for (const step of migrations.slice(0, 9)) before.exec(step)
  before.pragma('application_id = 0x44534d4b')
  before.pragma('user_version = 9')
  before.exec(`
    INSERT INTO users (id, email, user_name, type, status, info) VALUES ('${ID}', 'a@example.com', 'a', 4, 1, '{}');
    INSERT INTO login_events VALUES (7, '${ID}', 1000, 0);
    INSERT INTO outbox (id, at, action, user_id, email, subject, delivery) VALUES (8, 0, 'a', '${ID}', 'b', 's', 'pending');
    INSERT INTO audit_events VALUES (9, 0, 'a', '${ID}');
    INSERT INTO short_links VALUES ('key', 'link');
  `)
  before.close()

  const database = new Database(file)
  t.teardown(() => database.close())
  t.match(database.all('SELECT * FROM login_events'), [
    { id: 7, user_id: ID, at: 1000, expires_at: 1000 + 365 * 24 * 60 * 60 * 1000, active: 0 },
  ])
  t.match(database.all('SELECT * FROM outbox'), [{ id: 8, email: 'b', subject: 's', delivery: 'pending', sender: '' }])
  t.match(database.all('SELECT * FROM audit_events'), [{ id: 9, user_id: ID }])
  t.match(database.all('SELECT * FROM short_links'), [{ key: 'key', link: 'link' }])
  for (const [table, next] of [
    ['login_events', 8],
    ['outbox', 9],
    ['audit_events', 10],
  ] as const) {
    database.run(`DELETE FROM ${table}`)
    insert(database, table, good[table] ?? {})
    t.strictSame(database.all(`SELECT id FROM ${table}`), [{ id: next }], table)
  }
})

t.test('every table takes a good row, and is strict', async (t) => {
  const database = open(t)
  for (const table of ['users', ...Object.keys(good).filter((name) => name !== 'users')]) {
    insert(database, table, good[table] ?? {})
    t.equal(database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n, table === 'counters' ? 3 : 1, table)
  }
  const tables = database.all<{ name: string; strict: number }>(
    "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'",
  )
  t.strictSame(tables.map(({ name }) => name).toSorted(), Object.keys(good).toSorted())
  t.strictSame(
    tables.filter(({ strict }) => strict === 0),
    [],
  )
})

t.test('constraints refuse bad rows', async (t) => {
  const CHECK = 'SQLITE_CONSTRAINT_CHECK'
  const TYPE = 'SQLITE_CONSTRAINT_DATATYPE'
  const NOT_NULL = 'SQLITE_CONSTRAINT_NOTNULL'
  const FOREIGN = 'SQLITE_CONSTRAINT_FOREIGNKEY'
  const cases: [table: string, change: Record<string, string | number | null>, code: string][] = [
    ['oauth2_artifacts', { model: null }, NOT_NULL],
    ['oauth2_artifacts', { payload: 'x' }, CHECK],
    ['oauth2_artifacts', { expires_at: 'soon' }, TYPE],
    ['oauth2_access_tokens', { jti: null }, NOT_NULL],
    ['oauth2_access_tokens', { revoked: 2 }, CHECK],
    ['portal', { tenant_id: 0 }, CHECK],
    ['portal', { tenant_id: -1 }, CHECK],
    ['portal', { alias: '' }, CHECK],
    ['portal', { alias: null }, NOT_NULL],
    ['portal', { machine_key: null }, NOT_NULL],
    ['portal', { owner_id: null }, NOT_NULL],
    ['portal', { settings: '{' }, CHECK],
    ['portal', { settings: null }, NOT_NULL],
    ['users', { id: ID.slice(1) }, CHECK],
    ['users', { id: `${ID.slice(1)}A` }, CHECK],
    ['users', { id: null }, NOT_NULL],
    ['users', { email: null }, NOT_NULL],
    ['users', { user_name: null }, NOT_NULL],
    ['users', { type: 0 }, CHECK],
    ['users', { type: 5 }, CHECK],
    ['users', { type: 'User' }, TYPE],
    ['users', { status: 0 }, CHECK],
    ['users', { status: 3 }, CHECK],
    ['users', { status: 5 }, CHECK],
    ['users', { status: 7 }, CHECK],
    ['users', { removed: 2 }, CHECK],
    ['users', { info: 'x' }, CHECK],
    ['counters', { name: 'users' }, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['counters', { value: null }, NOT_NULL],
    ['counters', { value: 'many' }, TYPE],
    ['invited_guests', { inviter_id: 'nobody' }, FOREIGN],
    ['invited_guests', { guest_id: 'nobody' }, FOREIGN],
    ['login_events', { user_id: 'nobody' }, FOREIGN],
    ['login_events', { active: 2 }, CHECK],
    ['login_events', { at: 'now' }, TYPE],
    ['login_events', { expires_at: null }, NOT_NULL],
    ['short_links', { expires_at: null }, NOT_NULL],
    ['api_keys', { hash: 'a' }, CHECK],
    ['api_keys', { user_id: 'nobody' }, FOREIGN],
    ['api_keys', { permissions: '{}' }, CHECK],
    ['api_keys', { active: 2 }, CHECK],
    ['api_keys', { expires_at: 'soon' }, TYPE],
    ['short_links', { key: null }, NOT_NULL],
    ['short_links', { link: null }, NOT_NULL],
    ['webstudio_settings', { data: 'x' }, CHECK],
    ['outbox', { email: null }, NOT_NULL],
    ['outbox', { message: 'x' }, CHECK],
    ['outbox', { delivery: 'lost' }, CHECK],
    ['audit_events', { user_id: null }, NOT_NULL],
    ['signing_keys', { jwk: 'x' }, CHECK],
    ['oauth2_clients', { client_id: ID.slice(1) }, CHECK],
    ['oauth2_clients', { client_id: `${ID.slice(1)}A` }, CHECK],
    ['oauth2_clients', { client_secret: '' }, CHECK],
    ['oauth2_clients', { name: null }, NOT_NULL],
    ['oauth2_clients', { redirect_uris: '{}' }, CHECK],
    ['oauth2_clients', { allowed_origins: '1' }, CHECK],
    ['oauth2_clients', { logout_redirect_uris: '""' }, CHECK],
    ['oauth2_clients', { scopes: '{}' }, CHECK],
    ['oauth2_clients', { allow_pkce: 2 }, CHECK],
    ['oauth2_clients', { is_public: 2 }, CHECK],
    ['oauth2_clients', { enabled: 2 }, CHECK],
    ['oauth2_clients', { created_by: 'nobody' }, FOREIGN],
    ['oauth2_clients', { modified_by: 'nobody' }, FOREIGN],
    ['oauth2_clients', { created_at: 'now' }, TYPE],
  ]
  for (const [table, change, code] of cases) {
    t.test(`${table} ${JSON.stringify(change)}`, async (t) => {
      const database = open(t)
      if (table !== 'users') insert(database, 'users', good.users ?? {})
      t.throws(() => insert(database, table, { ...good[table], ...change }), { code })
    })
  }
})

t.test('what there may be once is refused the second time', async (t) => {
  const database = open(t)
  const user = good.users ?? {}
  const other = `${ID.slice(0, -1)}2`
  insert(database, 'users', user)
  const cases: [table: string, change: Record<string, string | number | null>, code: string][] = [
    ['portal', {}, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['users', { email: 'b@example.com' }, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['users', { id: other }, 'SQLITE_CONSTRAINT_UNIQUE'],
    ['users', { id: other, email: 'A@Example.COM' }, 'SQLITE_CONSTRAINT_UNIQUE'],
    ['invited_guests', {}, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    // its id is the same too, and is looked at first
    ['api_keys', {}, 'SQLITE_CONSTRAINT_UNIQUE'],
    ['api_keys', { hash: HASH.slice(0, 32).padEnd(64, 'b') }, 'SQLITE_CONSTRAINT_UNIQUE'],
    ['short_links', { link: 'http://other/' }, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['short_links', { key: 'b' }, 'SQLITE_CONSTRAINT_UNIQUE'],
    ['webstudio_settings', {}, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['signing_keys', { alg: 'RS256' }, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['signing_keys', { kid: 'b' }, 'SQLITE_CONSTRAINT_UNIQUE'],
    ['oauth2_clients', {}, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
  ]
  for (const table of new Set(cases.map(([name]) => name))) {
    if (table !== 'users') insert(database, table, good[table] ?? {})
  }
  for (const [table, change, code] of cases) {
    t.throws(
      () => insert(database, table, { ...good[table], ...change }),
      { code },
      `${table} ${JSON.stringify(change)}`,
    )
  }
})

t.test('API keys that were there before ids have one, and keep all else', async (t) => {
  const connection = new BetterSqlite(':memory:')
  t.teardown(() => connection.close())
  const step = migrations.findIndex((sql) => sql.includes('api_keys_by_id'))
  for (const sql of migrations.slice(0, step)) connection.exec(sql)
  const hash = '0123456789abcdef0011223344556677'.padEnd(64, '8')
  connection.pragma('foreign_keys = OFF')
  connection
    .prepare(
      "INSERT INTO api_keys (hash, postfix, user_id, name, permissions, created_at) VALUES (?, 'p', 'u', 'n', '[]', 7)",
    )
    .run(hash)
  const before = connection.prepare('SELECT * FROM api_keys').get() as object
  connection.exec(migrations[step] ?? '')

  const id = '01234567-89ab-cdef-0011-223344556677'
  t.strictSame(connection.prepare('SELECT * FROM api_keys WHERE id = ?').get(id), { ...before, id })
  t.match(
    connection.prepare('EXPLAIN QUERY PLAN SELECT 1 FROM api_keys WHERE id = ?').get(id),
    { detail: /api_keys_by_id/ },
    'it is found by an index',
  )
  t.throws(() => connection.prepare("UPDATE api_keys SET id = 'x'").run(), /generated column/)
})

t.test('e-mails that were there before they had text have none, and keep all else', async (t) => {
  const connection = new BetterSqlite(':memory:')
  t.teardown(() => connection.close())
  const step = migrations.findIndex((sql) => sql.includes('ALTER TABLE outbox'))
  for (const sql of migrations.slice(0, step)) connection.exec(sql)
  connection.exec("INSERT INTO outbox (at, action, user_id, email, subject) VALUES (7, 'a', 'u', 'e', 's')")
  const before = connection.prepare('SELECT * FROM outbox').get() as object
  connection.exec(migrations[step] ?? '')

  t.match(connection.prepare('SELECT * FROM outbox').get(), { ...before, sender: '', delivery: 'none' })
  const { message } = connection.prepare('SELECT message FROM outbox').get() as { message: string }
  t.strictSame(JSON.parse(message), { paragraphs: [], button: null, portalUrl: '' })
})

t.test('triggers keep the number of users, whatever is done to them', async (t) => {
  const database = open(t)
  const user = (n: number, change: Record<string, string | number> = {}) =>
    insert(database, 'users', { ...good.users, id: ID.slice(0, -1) + n, email: `${n}@example.com`, ...change })
  const kept = () => database.get<{ value: number }>("SELECT value FROM counters WHERE name = 'users'")?.value
  const counted = () =>
    database.get<{ n: number }>("SELECT count(*) AS n FROM users WHERE removed = 0 AND status = 1 AND user_name <> ''")
      ?.n
  const steps: [name: string, expected: number, step: () => unknown][] = [
    ['an active one', 1, () => user(1)],
    ['another', 2, () => user(2)],
    ['a pending one', 2, () => user(3, { status: 4 })],
    ['a terminated one', 2, () => user(4, { status: 2 })],
    ['one without a name', 2, () => user(5, { user_name: '' })],
    ['a removed one', 2, () => user(6, { removed: 1 })],
    ['a guest', 3, () => user(7, { type: 2 })],
    ['terminating', 2, () => database.run("UPDATE users SET status = 2 WHERE email = '1@example.com'")],
    ['terminating again', 2, () => database.run("UPDATE users SET status = 2 WHERE email = '1@example.com'")],
    ['activating', 3, () => database.run("UPDATE users SET status = 1 WHERE email = '3@example.com'")],
    ['naming', 4, () => database.run("UPDATE users SET user_name = 'x' WHERE email = '5@example.com'")],
    ['taking the name', 3, () => database.run("UPDATE users SET user_name = '' WHERE email = '5@example.com'")],
    ['another e-mail', 3, () => database.run("UPDATE users SET email = 'x@y' WHERE email = '2@example.com'")],
    ['removing', 2, () => database.run("UPDATE users SET removed = 1 WHERE email = '7@example.com'")],
    ['bringing back', 3, () => database.run("UPDATE users SET removed = 0 WHERE email = '7@example.com'")],
    [
      'several at once',
      6,
      () =>
        database.run("UPDATE users SET removed = 0, status = 1, user_name = 'x' WHERE id > ?", `${ID.slice(0, -1)}1`),
    ],
    ['deleting', 5, () => database.run("DELETE FROM users WHERE email = 'x@y'")],
    ['deleting one that doesn’t count', 5, () => database.run("DELETE FROM users WHERE email = '1@example.com'")],
    ['deleting all', 0, () => database.run('DELETE FROM users')],
  ]
  for (const [name, expected, step] of steps) {
    step()
    t.strictSame([kept(), counted()], [expected, expected], name)
  }
})

t.test('an addition that is undone doesn’t count', async (t) => {
  const database = open(t)
  t.throws(() =>
    database.transaction(() => {
      insert(database, 'users', good.users ?? {})
      throw new Error('undone')
    }),
  )

  t.strictSame(database.get("SELECT value FROM counters WHERE name = 'users'"), { value: 0 })
})
