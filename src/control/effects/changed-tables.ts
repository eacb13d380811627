import type { Database } from '../../store/database.ts'
import type { Table } from './table.ts'

/** Where a database file says how long its pages are: two bytes, where 1 stands for 65,536. */
const PAGE_SIZE_OFFSET = 16

/** The head of a database file, which says how many pages it has and the like, but nothing of any table. */
const HEAD = 100

/** The table of tables. */
const SCHEMA = 'sqlite_schema'

/**
 * Which tables may hold other rows in another image. Comparing pages takes a hundredth of comparing rows, of which there
 * may be a million. A table whose rows are others has a page that is another, since its pages are found from each other.
 *
 * @param before a database, and the bytes that it was opened from
 * @param after the bytes of another state of the same database
 */
export function changedTables(
  before: { database: Database; image: Buffer },
  after: Buffer,
  tables: readonly Table[],
): readonly Table[] {
  const pages = changedPages(before.image, after)
  if (pages === null) return tables
  const sql = 'SELECT DISTINCT name FROM dbstat WHERE pageno IN (SELECT value FROM json_each(?))'
  const rows = before.database.all<{ name: string }>(sql, JSON.stringify(pages))
  const owners = new Set(rows.map(({ name }) => name))
  // where tables begin on other pages than before, pages say nothing of them
  return owners.has(SCHEMA) ? tables : tables.filter(({ name }) => owners.has(name))
}

/** The numbers, from 1 on, of the pages of an image that are others in another one; `null`: all may be. */
function changedPages(before: Buffer, after: Buffer): number[] | null {
  const size = pageSize(before)
  if (size !== pageSize(after)) return null
  const changed: number[] = []
  for (let start = 0; start < before.length; start += size) {
    const from = start === 0 ? HEAD : start
    const to = start + size
    if (to > after.length || before.compare(after, from, to, from, to) !== 0) changed.push(start / size + 1)
  }
  return changed
}

function pageSize(image: Buffer): number {
  const size = image.readUInt16BE(PAGE_SIZE_OFFSET)
  return size === 1 ? 65_536 : size
}
