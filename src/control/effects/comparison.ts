import { setImmediate as nextTurn } from 'node:timers/promises'
import { Database, type SqlValue } from '../../store/database.ts'
import { changedTables } from './changed-tables.ts'
import { type Row, type RowChange, rowChange, shownRow } from './row.ts'
import { readTables, type StoredRow, type Table } from './table.ts'

/** What has become of the rows of one table. */
export type TableChanges = {
  added: Row[]
  changed: RowChange[]
  removed: Row[]
  /** How many there are of each, those that aren't listed included. */
  total: Record<Kind, number>
}

type Kind = 'added' | 'changed' | 'removed'

/** How many rows are read at a time. Others are served in between. */
const SLICE = 1000

/** How many rows of a table are listed of each kind. */
export const MOST_ROWS = 1000

/**
 * Compares two states of a portal's database, row by row. The portal itself isn't asked, and goes on meanwhile.
 *
 * @param before what `PortalState.image` gave
 * @param after what it gave later, of the same portal
 * @returns the tables in which something is another, by their names
 */
export async function compareImages(before: Buffer, after: Buffer): Promise<Map<string, TableChanges>> {
  const changes = new Map<string, TableChanges>()
  // each of these steps takes up to 40 ms for 100,000 users
  await nextTurn()
  if (before.equals(after)) return changes
  const old = new Database(before)
  await nextTurn()
  const now = new Database(after)
  await nextTurn()
  try {
    const tables = changedTables({ database: old, image: before }, after, readTables(now))
    await nextTurn()
    for (const table of tables) {
      const found = await compareTable(table, old, now)
      const { added, changed, removed } = found.total
      if (added + changed + removed > 0) changes.set(table.name, found)
    }
    return changes
  } finally {
    old.close()
    now.close()
  }
}

/** Goes through the rows of both at once, in the order of their keys. */
async function compareTable(table: Table, before: Database, after: Database): Promise<TableChanges> {
  const changes: TableChanges = { added: [], changed: [], removed: [], total: { added: 0, changed: 0, removed: 0 } }
  const [old, now] = [rowsOf(table, before), rowsOf(table, after)]
  let [gone, come] = [old.next().value, now.next().value]
  for (let read = 1; gone !== undefined || come !== undefined; read++) {
    const order = compareKeys(gone, come, table.key)
    noteRow(changes, table, order <= 0 ? gone : undefined, order >= 0 ? come : undefined)
    if (order <= 0) gone = old.next().value
    if (order >= 0) come = now.next().value
    if (read % SLICE === 0) await nextTurn()
  }
  return changes
}

/** All rows in the order of their keys. */
function* rowsOf({ name, key }: Table, database: Database): Generator<StoredRow, undefined> {
  const columns = key.map((column) => `"${column}"`).join(', ')
  const select = `SELECT ${key[0] === 'rowid' ? 'rowid, ' : ''}* FROM "${name}"`
  const order = `ORDER BY ${columns} LIMIT ${SLICE}`
  const after = `${select} WHERE (${columns}) > (${key.map(() => '?').join(', ')}) ${order}`
  let rows = database.all<StoredRow>(`${select} ${order}`)
  while (rows.length > 0) {
    yield* rows
    const last = rows.at(-1)
    rows = rows.length < SLICE ? [] : database.all(after, ...key.map((column) => last?.[column] as SqlValue))
  }
}

/** Which of two rows comes first: less than 0 for the one, more for the other. One that isn't there comes last. */
function compareKeys(one: StoredRow | undefined, other: StoredRow | undefined, key: readonly string[]): number {
  if (one === undefined) return 1
  if (other === undefined) return -1
  for (const column of key) {
    const order = compareValues(one[column], other[column])
    if (order !== 0) return order
  }
  return 0
}

/** As SQLite sorts: texts by their bytes. */
function compareValues(one: unknown, other: unknown): number {
  if (one === other) return 0
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)))
}

function noteRow(changes: TableChanges, table: Table, before: StoredRow | undefined, after: StoredRow | undefined) {
  if (before !== undefined && after !== undefined) {
    const change = rowChange(before, after, table)
    if (change !== null) note(changes, 'changed', () => change)
  } else if (after !== undefined) note(changes, 'added', () => shownRow(after, table))
  else if (before !== undefined) note(changes, 'removed', () => shownRow(before, table))
}

function note<K extends Kind>(changes: TableChanges, kind: K, describe: () => TableChanges[K][number]): void {
  changes.total[kind] += 1
  const listed: TableChanges[K][number][] = changes[kind]
  if (listed.length < MOST_ROWS) listed.push(describe())
}
