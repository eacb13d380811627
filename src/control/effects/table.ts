import { isSecretColumn } from '../../journal/masks.ts'
import type { Database } from '../../store/database.ts'

/** A row as SQLite gives it, by the names of its columns. */
export type StoredRow = Record<string, unknown>

/** A column of a table, and how its values are shown. */
export interface Column {
  name: string
  /** What it is called where it is shown: `userId` for `user_id`. */
  member: string
  shown: 'asIs' | 'json' | 'flag' | 'moment' | 'masked'
}

/** A table of a portal's database. */
export interface Table {
  name: string
  columns: readonly Column[]
  /** The columns by which its rows are told apart, in the order in which they are sorted. */
  key: readonly string[]
}

/** What SQLite keeps for itself, and what the mock does: a count of rows, and keys that are made when first needed. */
const NOT_SHOWN = ['sqlite\\_%', 'counters', 'signing\\_keys']

/** The tables of a portal's database, by what the database itself says of them. */
export function readTables(database: Database): Table[] {
  const isShown = NOT_SHOWN.map(() => "AND name NOT LIKE ? ESCAPE '\\'").join(' ')
  const sql = `SELECT name, sql FROM sqlite_schema WHERE type = 'table' ${isShown} ORDER BY name`
  return database
    .all<{ name: string; sql: string }>(sql, ...NOT_SHOWN)
    .map(({ name, sql }) => readTable(database, name, sql))
}

function readTable(database: Database, name: string, sql: string): Table {
  const infos = database.all<{ name: string; pk: number }>('SELECT name, pk FROM pragma_table_xinfo(?)', name)
  const key = infos
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map((column) => column.name)
  return {
    name,
    columns: infos.map((column) => ({
      name: column.name,
      member: memberName(column.name),
      shown: shownAs(name, column.name, sql),
    })),
    key: key.length > 0 ? key : ['rowid'],
  }
}

/** What a column holds, by its name and the checks that the table makes of it. */
function shownAs(table: string, column: string, sql: string): Column['shown'] {
  if (isSecretColumn(table, column)) return 'masked'
  if (new RegExp(`\\bjson_(valid|type)\\(${column}\\)`).test(sql)) return 'json'
  if (new RegExp(`\\b${column} IN \\(0, 1\\)`).test(sql)) return 'flag'
  return /(^|_)at$|^last_used$/.test(column) ? 'moment' : 'asIs'
}

function memberName(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
