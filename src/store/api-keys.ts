import type { Scope } from '../domain/scopes.ts'
import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** An API key as the store keeps it: everything but the key itself. */
export interface StoredApiKey {
  /** Lower-case dashed GUID, made of the key's hash. */
  id: string
  userId: string
  name: string
  /** The last four characters of the key, by which its owner tells it from others. */
  postfix: string
  permissions: readonly Scope[]
  active: boolean
  /** Milliseconds since 1970, UTC. */
  createdAt: number
  /** Milliseconds since 1970, UTC; `null`: never. */
  expiresAt: number | null
  /** Milliseconds since 1970, UTC; `null`: not yet. */
  lastUsed: number | null
}

/** What is needed to add an API key. */
export interface NewApiKey extends Omit<StoredApiKey, 'id' | 'lastUsed'> {
  hash: string
  /** The key itself, for one that whoever tests has chosen or asked for; a client's own isn't kept. */
  key?: string
}

/** An API key that is kept with its text. */
export interface KnownApiKey extends StoredApiKey {
  key: string
}

/** What can be changed of an API key. */
export type ApiKeyChanges = Pick<StoredApiKey, 'id' | 'name' | 'permissions' | 'active'>

type Row = Omit<StoredApiKey, 'permissions' | 'active'> & { permissions: string; active: number }

type KnownRow = Row & { key: string }

/** The number of keys in a page. */
const PAGE = 500

const COLUMNS = `id, user_id AS userId, name, postfix, permissions, active, created_at AS createdAt,
  expires_at AS expiresAt, last_used AS lastUsed`

/** The API keys of a portal. */
export class ApiKeys {
  static readonly boundedRows: BoundedRows = {
    table: 'api_keys',
    key: 'hash',
    where: 'key IS NULL',
    order: 'coalesce(expires_at <= ?, 0) DESC, active, coalesce(last_used, created_at), hash',
  }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /** The key with this hash. */
  find(hash: string): StoredApiKey | undefined {
    const row = this.#database.get<Row>(`SELECT ${COLUMNS} FROM api_keys WHERE hash = ?`, hash)
    return row && toApiKey(row)
  }

  /** @param id lower-case dashed GUID */
  findById(id: string): StoredApiKey | undefined {
    const row = this.#database.get<Row>(`SELECT ${COLUMNS} FROM api_keys WHERE id = ?`, id)
    return row && toApiKey(row)
  }

  /**
   * The keys that a user has made, the oldest first, a page at a time.
   *
   * @param userId `null`: those of all users
   */
  *pages(userId: string | null): Generator<StoredApiKey[]> {
    const sql = `SELECT ${COLUMNS} FROM api_keys
      WHERE ${userId === null ? '' : 'user_id = ? AND'} (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`
    const whose = userId === null ? [] : [userId]
    let after: Pick<StoredApiKey, 'createdAt' | 'id'> = { createdAt: Number.MIN_SAFE_INTEGER, id: '' }
    for (;;) {
      const rows = this.#database.all<Row>(sql, ...whose, after.createdAt, after.id, PAGE)
      if (rows.length > 0) yield rows.map(toApiKey)
      const last = rows.at(-1)
      if (rows.length < PAGE || last === undefined) return
      after = last
    }
  }

  /**
   * The keys that a user has made, the oldest first.
   *
   * @param userId `null`: those of all users
   */
  list(userId: string | null): StoredApiKey[] {
    return [...this.pages(userId)].flat()
  }

  /** Everybody's keys whose text is known, in its order. */
  listKnown(): KnownApiKey[] {
    const sql = `SELECT ${COLUMNS}, key FROM api_keys WHERE key IS NOT NULL ORDER BY key`
    return this.#database.all<KnownRow>(sql).map(toKnownApiKey)
  }

  /** The keys of the given users whose text is known, ordered by text. */
  listKnownOf(userIds: readonly string[]): KnownApiKey[] {
    const sql = `SELECT ${COLUMNS}, key FROM api_keys
      WHERE user_id IN (SELECT value FROM json_each(?)) AND key IS NOT NULL ORDER BY key`
    return this.#database.all<KnownRow>(sql, JSON.stringify(userIds)).map(toKnownApiKey)
  }

  /** Adds a key, in the place of one with the same hash. */
  put(key: NewApiKey): void {
    this.#database.run('DELETE FROM api_keys WHERE hash = ?', key.hash)
    this.insert(key)
  }

  /** Adds a key. Throws where there is one with the same hash. */
  insert(key: NewApiKey): void {
    if (key.key === undefined) this.#bound.makeRoom(key.createdAt)
    this.#database.run(
      `INSERT INTO api_keys (hash, postfix, user_id, name, permissions, active, created_at, expires_at, key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key.hash,
      key.postfix,
      key.userId,
      key.name,
      JSON.stringify(key.permissions),
      key.active ? 1 : 0,
      key.createdAt,
      key.expiresAt,
      key.key ?? null,
    )
  }

  /** Gives a key a new name, new permissions, and revokes it or lets it hold again. */
  update({ id, name, permissions, active }: ApiKeyChanges): void {
    const sql = 'UPDATE api_keys SET name = ?, permissions = ?, active = ? WHERE id = ?'
    this.#database.run(sql, name, JSON.stringify(permissions), active ? 1 : 0, id)
  }

  /** Takes a key away: it no longer holds. */
  remove(id: string): void {
    this.#database.run('DELETE FROM api_keys WHERE id = ?', id)
  }

  /** Takes all keys of somebody away. */
  removeOf(userId: string): void {
    this.#database.run('DELETE FROM api_keys WHERE user_id = ?', userId)
  }

  /** Notes when a key was used. */
  touch(hash: string, now: number): void {
    this.#database.run('UPDATE api_keys SET last_used = ? WHERE hash = ?', now, hash)
  }
}

function toKnownApiKey(row: KnownRow): KnownApiKey {
  return { ...toApiKey(row), key: row.key }
}

function toApiKey(row: Row): StoredApiKey {
  return { ...row, permissions: JSON.parse(row.permissions), active: row.active === 1 }
}
