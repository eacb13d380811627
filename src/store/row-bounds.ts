import type { Database, SqlValue } from './database.ts'

/** Bounds of the rows that clients can create in a portal. */
export interface RowBounds {
  signIns: number
  shortLinks: number
  mails: number
  auditEvents: number
  /** Only those created by clients, not API keys of fixtures and of the control API. */
  apiKeys: number
  /** Per kind: sessions, interactions, grants, codes, refresh tokens. */
  oauth2Artifacts: number
  accessTokens: number
  oauth2Clients: number
  /** Users who were added with `POST people`. */
  members: number
}

export type BoundName = keyof RowBounds

/** The default bounds of a portal. */
export const defaultRowBounds: RowBounds = {
  signIns: 10_000,
  shortLinks: 10_000,
  mails: 10_000,
  auditEvents: 10_000,
  apiKeys: 10_000,
  oauth2Artifacts: 10_000,
  accessTokens: 10_000,
  oauth2Clients: 10_000,
  members: 100_000,
}

const consequences: Record<BoundName, (bound: number) => string> = {
  signIns: (bound) =>
    `${bound} sign-ins: ended ones are evicted first, then those that expire first; their tokens become invalid`,
  shortLinks: (bound) => `${bound} short links: those that expire first are evicted`,
  mails: (bound) => `${bound} e-mails: the oldest are evicted`,
  auditEvents: (bound) => `${bound} audit events: the oldest are evicted`,
  apiKeys: (bound) => `${bound} API keys created by clients: expired, revoked and least recently used ones are evicted`,
  oauth2Artifacts: (bound) => `${bound} OAuth2 artifacts of each kind: those that expire first are evicted`,
  accessTokens: (bound) => `${bound} OAuth2 access tokens: those that expire first are evicted and become invalid`,
  oauth2Clients: (bound) => `${bound} OAuth2 clients: further ones are refused with 403`,
  members: (bound) => `${bound} users added with POST people: further ones are refused with 403`,
}

/** Describes what happens at a bound, for the log. */
export function boundReached(name: BoundName, bound: number): string {
  return `it keeps at most ${consequences[name](bound)}`
}

/** A bound divided by this is the number of rows evicted at once: rows are rarely counted and sorted. */
const SHARE = 10

/** Which rows of a table are counted, and the order in which they are evicted. */
export interface BoundedRows {
  table: string
  /** A unique column. */
  key: string
  /** An SQL condition; all rows by default. */
  where?: string
  /** Terms of `ORDER BY`: the first rows are evicted first. */
  order: string
}

/**
 * Keeps a table below a number of rows. Rows are counted only after as many inserts as the last count left room for:
 * rows that were deleted or rolled back meanwhile make the next count too early, never too late.
 */
export class RowBound {
  readonly #database: Database
  readonly #rows: BoundedRows
  readonly #bound: number
  readonly #onReached: () => void
  #room = 0

  /** @param onReached called whenever the bound is reached */
  constructor(database: Database, rows: BoundedRows, bound: number, onReached: () => void) {
    this.#database = database
    this.#rows = rows
    this.#bound = bound
    this.#onReached = onReached
  }

  /**
   * Evicts rows if the next one would exceed the bound. Call it before each insert.
   *
   * @param values of the placeholders in `order`
   */
  makeRoom(...values: SqlValue[]): void {
    if (this.takeRoom()) return
    const { table, key, where = 'true', order } = this.#rows
    const sql = `DELETE FROM ${table} WHERE ${where} AND ${key} IN
      (SELECT ${key} FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ?)`
    const kept = this.#bound - Math.ceil(this.#bound / SHARE)
    this.#database.run(sql, ...values, this.#count() - kept)
    this.#room = this.#bound - kept - 1
  }

  /**
   * Reserves the next row, if the table isn't full. Call it before each insert.
   *
   * @returns whether there is room
   */
  takeRoom(): boolean {
    if (this.#room === 0) this.#room = Math.max(0, this.#bound - this.#count())
    if (this.#room === 0) {
      this.#onReached()
      return false
    }
    this.#room -= 1
    return true
  }

  #count(): number {
    const { table, where = 'true' } = this.#rows
    return this.#database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE ${where}`)?.count ?? 0
  }
}
