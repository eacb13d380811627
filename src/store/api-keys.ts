import type { Scope } from '../domain/scopes.ts'
import type { Database } from './database.ts'

/** An API key as the store keeps it: everything but the key itself. */
export interface StoredApiKey {
  userId: string
  permissions: readonly Scope[]
  active: boolean
  /** Milliseconds since 1970, UTC; `null`: never. */
  expiresAt: number | null
  /** Milliseconds since 1970, UTC; `null`: not yet. */
  lastUsed: number | null
}

/** What is needed to add an API key. */
export interface NewApiKey extends Omit<StoredApiKey, 'lastUsed'> {
  hash: string
  /** The last four characters of the key, by which its owner tells it from others. */
  postfix: string
  name: string
  createdAt: number
}

type Row = Omit<StoredApiKey, 'permissions' | 'active'> & { permissions: string; active: number }

/** The API keys of a portal. */
export class ApiKeys {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The key with this hash. */
  find(hash: string): StoredApiKey | undefined {
    const row = this.#database.get<Row>(
      `SELECT user_id AS userId, permissions, active, expires_at AS expiresAt, last_used AS lastUsed
       FROM api_keys WHERE hash = ?`,
      hash,
    )
    return row && { ...row, permissions: JSON.parse(row.permissions), active: row.active === 1 }
  }

  /** Adds a key, in the place of one with the same hash. */
  put(key: NewApiKey): void {
    this.#database.run('DELETE FROM api_keys WHERE hash = ?', key.hash)
    this.insert(key)
  }

  /** Adds a key. Throws where there is one with the same hash. */
  insert(key: NewApiKey): void {
    this.#database.run(
      `INSERT INTO api_keys (hash, postfix, user_id, name, permissions, active, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      key.hash,
      key.postfix,
      key.userId,
      key.name,
      JSON.stringify(key.permissions),
      key.active ? 1 : 0,
      key.createdAt,
      key.expiresAt,
    )
  }

  /** Notes when a key was used. */
  touch(hash: string, now: number): void {
    this.#database.run('UPDATE api_keys SET last_used = ? WHERE hash = ?', now, hash)
  }
}
