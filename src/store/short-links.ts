import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** The last millisecond of the year 9999: the expiry of links that never expire. */
const NEVER = 253_402_300_799_999

/** The short links of a portal. */
export class ShortLinks {
  static readonly boundedRows: BoundedRows = { table: 'short_links', key: 'key', order: 'expires_at, key' }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /** The long link behind a short one's key. */
  find(key: string): string | undefined {
    return this.#database.get<{ link: string }>('SELECT link FROM short_links WHERE key = ?', key)?.link
  }

  /**
   * Keeps a long link.
   *
   * @param newKey makes a key where the link hasn't one yet
   * @param expiresAt when the long link expires, in milliseconds since 1970, UTC; `null`: never
   * @returns the key of its short link
   */
  shorten(link: string, newKey: () => string, expiresAt: number | null = null): string {
    const known = this.#database.get<{ key: string }>('SELECT key FROM short_links WHERE link = ?', link)
    if (known !== undefined) return known.key
    const key = newKey()
    this.#bound.makeRoom()
    this.#database.run('INSERT INTO short_links VALUES (?, ?, ?)', key, link, expiresAt ?? NEVER)
    return key
  }
}
