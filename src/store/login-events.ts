import type { Database } from './database.ts'

/** The sign-ins of a portal. Each session token names the one that gave it. */
export class LoginEvents {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Notes that somebody has signed in.
   *
   * @param now milliseconds since 1970, UTC
   * @returns the event's id, greater than 0
   */
  insert(userId: string, now: number): number {
    return this.#database.run('INSERT INTO login_events (user_id, at) VALUES (?, ?)', userId, now).id
  }

  /** Whether this sign-in has happened and its session hasn't been ended. */
  isActive(id: number): boolean {
    return this.#database.get('SELECT 1 FROM login_events WHERE id = ? AND active = 1', id) !== undefined
  }

  /** Ends the session of one sign-in. */
  end(id: number): void {
    this.#database.run('UPDATE login_events SET active = 0 WHERE id = ?', id)
  }
}
