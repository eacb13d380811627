import type { Database } from './database.ts'

/**
 * A moment of a portal's database that can be come back to, once. The keys that it signs with stay as they are: clients
 * have fetched them.
 */
export class Mark {
  readonly #database: Database
  readonly #tables: readonly MarkedTable[]

  constructor(database: Database) {
    this.#database = database
    // the revision is another for each mark, and so are the tables' names
    const prefix = `mark_${database.revision}`
    this.#tables = tablesOf(database).map((name) => ({
      name,
      copy: `${prefix}_${name}`,
      columns: columnsOf(database, name),
    }))
    // not in files, which there may be no place for
    database.exec('PRAGMA temp_store = MEMORY')
    database.transaction(() => {
      for (const { name, copy, columns } of this.#tables) {
        database.exec(`CREATE TEMP TABLE ${copy} AS SELECT ${columns} FROM main.${name}`)
      }
    })
  }

  /** Puts every row back to what it was, or none. */
  rewind(): void {
    const database = this.#database
    database.transaction(() => {
      database.exec('PRAGMA defer_foreign_keys = ON')
      for (const { name } of this.#tables) database.exec(`DELETE FROM main.${name}`)
      for (const { name, copy, columns } of this.#tables) {
        database.exec(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM ${copy}; DROP TABLE ${copy}`)
      }
    })
  }
}

interface MarkedTable {
  name: string
  /** The temporary table that has its rows. */
  copy: string
  /** The names of its columns, generated ones aside. */
  columns: string
}

/** All but the keys. The counters, which triggers keep, come last: what was counted while rows were put back is overwritten. */
function tablesOf(database: Database): string[] {
  const rows = database.all<{ name: string }>(
    `SELECT name FROM main.sqlite_schema
     WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'signing_keys' ORDER BY name = 'counters'`,
  )
  return rows.map(({ name }) => name)
}

function columnsOf(database: Database, table: string): string {
  return database
    .all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table)
    .map(({ name }) => name)
    .join(', ')
}
