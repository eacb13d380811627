import type { Database } from './database.ts'

/** The short links of a portal. */
export class ShortLinks {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The long link behind a short one's key. */
  find(key: string): string | undefined {
    return this.#database.get<{ link: string }>('SELECT link FROM short_links WHERE key = ?', key)?.link
  }

  /**
   * Keeps a long link.
   *
   * @param newKey makes a key where the link hasn't one yet
   * @returns the key of its short link
   */
  shorten(link: string, newKey: () => string): string {
    const known = this.#database.get<{ key: string }>('SELECT key FROM short_links WHERE link = ?', link)
    if (known !== undefined) return known.key
    const key = newKey()
    this.#database.run('INSERT INTO short_links VALUES (?, ?)', key, link)
    return key
  }
}
