import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** DocSpace's name of something that somebody did or got. */
export type AuditAction = 'UserSentPasswordChangeInstructions'

/** What a portal has put on record. */
export class AuditEvents {
  static readonly boundedRows: BoundedRows = { table: 'audit_events', key: 'id', order: 'id' }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /**
   * Puts something on record.
   *
   * @param userId id of whom it concerns
   * @param at milliseconds since 1970, UTC
   */
  insert(action: AuditAction, userId: string, at: number): void {
    this.#bound.makeRoom()
    this.#database.run('INSERT INTO audit_events (at, action, user_id) VALUES (?, ?, ?)', at, action, userId)
  }

  /** When it happened last, in milliseconds since 1970, UTC. */
  latest(action: AuditAction, userId: string): number | undefined {
    return this.#database.get<{ at: number }>(
      'SELECT at FROM audit_events WHERE user_id = ? AND action = ? ORDER BY id DESC LIMIT 1',
      userId,
      action,
    )?.at
  }
}
