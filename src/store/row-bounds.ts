import type { Database, SqlValue } from './database.ts'

/** How many rows a portal keeps of what clients can make without end. */
export interface RowBounds {
  signIns: number
  shortLinks: number
  mails: number
  auditEvents: number
  /** Those that clients have made; API keys of fixtures and of the control API don't count. */
  apiKeys: number
  /** Of each kind: sessions, interactions, grants, codes, refresh tokens. */
  oauth2Artifacts: number
  accessTokens: number
  oauth2Clients: number
  /** Users who were added with `POST people`. */
  members: number
}

export type BoundName = keyof RowBounds

/** The bounds of every portal, unless it is opened with others. */
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

/** What happens at each bound, for the log. */
const consequences: Record<BoundName, (bound: number) => string> = {
  signIns: (bound) =>
    `${bound} sign-ins: those that were ended or end first make room, and their tokens no longer hold`,
  shortLinks: (bound) => `${bound} short links: those that expire first make room`,
  mails: (bound) => `${bound} e-mails: the oldest make room`,
  auditEvents: (bound) => `${bound} audit events: the oldest make room`,
  apiKeys: (bound) => `${bound} API keys of clients: those that expired, were revoked or are unused longest make room`,
  oauth2Artifacts: (bound) => `${bound} of each thing that OAuth2 keeps: those that expire first make room`,
  accessTokens: (bound) => `${bound} access tokens of OAuth2: those that expire first make room, and no longer hold`,
  oauth2Clients: (bound) => `${bound} OAuth2 clients: more are refused with 403`,
  members: (bound) => `${bound} users added with POST people: more are refused with 403`,
}

/** Says in words what happens at a bound. */
export function boundReached(name: BoundName, bound: number): string {
  return `it keeps at most ${consequences[name](bound)}`
}

/** How many rows make room at once, as a part of the bound: counting and sorting them happens that rarely. */
const SHARE = 10

/** Which rows of a table are counted, and in which order they make room. */
export interface BoundedRows {
  table: string
  /** Tells the rows apart. */
  key: string
  /** An SQL condition; all rows unless given. */
  where?: string
  /** What `ORDER BY` takes: the first rows make room first. */
  order: string
}

/**
 * Keeps a table below a number of rows. Rows are counted only when as many were inserted as there was room for at the
 * last count: rows that were deleted or rolled back meanwhile make the next count come too early, never too late.
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
   * Deletes rows where the next one would exceed the bound. To be called before each insert.
   *
   * @param values of the placeholders in the order
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
   * Takes the place of the next row, where the table isn't full. To be called before each insert.
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
