import { isDeepStrictEqual } from 'node:util'
import { MASK, maskedCell } from '../../journal/masks.ts'
import type { Column, StoredRow, Table } from './table.ts'

/** A row as it is shown: names in camel case, JSON and times read, secrets masked. */
export type Row = Record<string, unknown>

/** A row that is another one now. */
export type RowChange = {
  before: Row
  after: Row
  /** The members that are others, such as `lastUsed` or `info.firstName`. */
  members: string[]
}

/** A row as it is shown. */
export function shownRow(row: StoredRow, { columns }: Table): Row {
  return Object.fromEntries(columns.map(({ name, member, shown }) => [member, show(row[name], shown)]))
}

/** What has become of a row; `null`: it is the same to whoever uses the portal. */
export function rowChange(before: StoredRow, after: StoredRow, table: Table): RowChange | null {
  const members = table.columns
    .filter((column) => isOther(before[column.name], after[column.name]) && !isFirstHash(column, before))
    .flatMap((column) => changedMembers(column, before, after))
  return members.length === 0 ? null : { before: shownRow(before, table), after: shownRow(after, table), members }
}

/** Whether a value is another one. */
export function isOther(before: unknown, after: unknown): boolean {
  return before !== after && !isDeepStrictEqual(before, after)
}

/** A password of a fixture is hashed when it is first needed: it is the same password. */
function isFirstHash({ name }: Column, before: StoredRow): boolean {
  return name === 'password_hash' && before.password_hash === null && before.seed_password !== null
}

function changedMembers({ name, member, shown }: Column, before: StoredRow, after: StoredRow): string[] {
  return shown === 'json' ? otherMembers(read(before[name]), read(after[name]), member) : [member]
}

/** The paths, behind a prefix, at which two values of JSON are others. */
function otherMembers(before: unknown, after: unknown, path: string): string[] {
  if (!isObject(before) || !isObject(after)) return isOther(before, after) ? [path] : []
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) => otherMembers(before[name], after[name], `${path}.${name}`))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown, shown: Column['shown']): unknown {
  if (value === null) return null
  if (shown === 'masked') return MASK
  if (shown === 'json') return maskedCell(read(value))
  if (shown === 'flag') return value === 1
  if (shown === 'moment' && typeof value === 'number') return new Date(value).toISOString()
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : maskedCell(value)
}

function read(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value, withoutTenant) : value
}

/** The tenant id in the JSON of a user is meaningless: it is set when the user is read. */
function withoutTenant(this: object, name: string, value: unknown): unknown {
  return name === 'tenantId' && 'checkActivation' in this ? undefined : value
}
