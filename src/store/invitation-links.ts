import type { InvitationLink } from '../domain/common-invitation-link.ts'
import type { Database } from './database.ts'

const COLUMNS = `id, employee_type AS employeeType, expires_at AS expiresAt, max_use_count AS maxUseCount,
  current_use_count AS currentUseCount`

/** The invitation links that a portal keeps: one at most for each role. */
export class InvitationLinks {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @param id lower-case dashed GUID */
  find(id: string): InvitationLink | undefined {
    return this.#database.get(`SELECT ${COLUMNS} FROM invitation_links WHERE id = ?`, id)
  }

  /** The link for a role. */
  findByType(employeeType: number): InvitationLink | undefined {
    return this.#database.get(`SELECT ${COLUMNS} FROM invitation_links WHERE employee_type = ?`, employeeType)
  }

  /** Keeps a link. Throws where there is one for the role. */
  insert({ id, employeeType, expiresAt, maxUseCount, currentUseCount }: InvitationLink): void {
    this.#database.run(
      'INSERT INTO invitation_links VALUES (?, ?, ?, ?, ?)',
      id,
      employeeType,
      expiresAt,
      maxUseCount,
      currentUseCount,
    )
  }

  /** Puts a link's new bounds in the place of the old. */
  update({ id, expiresAt, maxUseCount }: Pick<InvitationLink, 'id' | 'expiresAt' | 'maxUseCount'>): void {
    const sql = 'UPDATE invitation_links SET expires_at = ?, max_use_count = ? WHERE id = ?'
    this.#database.run(sql, expiresAt, maxUseCount, id)
  }

  /** Notes that somebody has joined by a link. */
  use(id: string): void {
    this.#database.run('UPDATE invitation_links SET current_use_count = current_use_count + 1 WHERE id = ?', id)
  }

  /** Takes a link away: it no longer holds. */
  remove(id: string): void {
    this.#database.run('DELETE FROM invitation_links WHERE id = ?', id)
  }
}
