import { SESSION_LIFETIME } from '../domain/session-token.ts'
import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** A sign-in of a user. */
export interface LoginEvent {
  id: number
  userId: string
  /** When its token expires, in milliseconds since 1970, UTC. */
  expiresAt: number
  /** False once its session was ended. */
  active: boolean
}

/** The sign-ins of a portal. Each session token names its sign-in. Ids are never reused. */
export class LoginEvents {
  static readonly boundedRows: BoundedRows = { table: 'login_events', key: 'id', order: 'active, expires_at, id' }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /**
   * Stores a sign-in.
   *
   * @param at milliseconds since 1970, UTC
   * @param expiresAt when its token expires, in milliseconds since 1970, UTC
   * @returns the event's id, greater than 0
   */
  insert(userId: string, at: number, expiresAt: number = at + SESSION_LIFETIME): number {
    this.#bound.makeRoom()
    const sql = 'INSERT INTO login_events (user_id, at, expires_at) VALUES (?, ?, ?)'
    return this.#database.run(sql, userId, at, expiresAt).id
  }

  find(id: number): LoginEvent | undefined {
    const sql = 'SELECT id, user_id AS userId, expires_at AS expiresAt, active FROM login_events WHERE id = ?'
    const row = this.#database.get<Omit<LoginEvent, 'active'> & { active: number }>(sql, id)
    return row && { ...row, active: row.active === 1 }
  }

  /** Ends the session of one sign-in. */
  end(id: number): void {
    this.#database.run('UPDATE login_events SET active = 0 WHERE id = ?', id)
  }
}
