import { type User, userInfo } from '../domain/user.ts'
import type { Database } from './database.ts'

/** Somebody as the store keeps them: what the rules and the guards ask for, and the rest as text. */
export interface StoredUser {
  id: string
  email: string
  type: number
  status: number
  culture: string | null
  sid: string | null
  /** Raised to end all sessions of this person. */
  tokenIndex: number
  /** The 31 members of `userInfo`, as JSON. */
  info: string
}

/** What somebody signs in with. A password from a fixture stands here until its hash has first been needed. */
export interface StoredPassword {
  id: string
  seedPassword: string | null
  passwordHash: string | null
}

/** Somebody with the password that they are known to have. */
export interface KnownUser extends StoredUser {
  /** `null`: they have none, or only its hash is kept. */
  seedPassword: string | null
}

/** Which people to list. What is left out doesn't count. */
export interface UserFilter {
  type?: number | undefined
  status?: number | undefined
  /** A part of the e-mail. Letter case is ignored. */
  email?: string | undefined
}

/** The tenant id in stored texts. */
const NO_TENANT = 0

const TENANT_MEMBER = '"tenantId":'

/** The number of users in a page. */
const PAGE = 500

const COLUMNS = 'id, email, type, status, culture, sid, token_index AS tokenIndex, info'

const FIND = `SELECT ${COLUMNS} FROM users WHERE id = ? AND removed = 0`

/** The people of a portal. Removed ones are kept and never found. */
export class Users {
  readonly #database: Database
  readonly #tenantId: number
  readonly #maxMembers: number
  readonly #onFull: () => void
  #lastCount: number | null = null

  /**
   * @param maxMembers how many users clients may add
   * @param onFull called whenever that number is reached
   */
  constructor(database: Database, tenantId: number, maxMembers: number, onFull: () => void) {
    this.#database = database
    this.#tenantId = tenantId
    this.#maxMembers = maxMembers
    this.#onFull = onFull
  }

  /** @param id lower-case dashed GUID */
  find(id: string): StoredUser | undefined {
    return this.#shown(this.#database.get<StoredUser>(FIND, id))
  }

  /** A user by e-mail, case-insensitive, or by first and last name separated by a space. */
  findByName(name: string): StoredUser | undefined {
    const sql = `SELECT ${COLUMNS} FROM users
      WHERE removed = 0 AND info ->> '$.firstName' || ' ' || (info ->> '$.lastName') = ? ORDER BY rowid LIMIT 1`
    return this.findByEmail(name) ?? this.#shown(this.#database.get<StoredUser>(sql, name))
  }

  /**
   * Those whom a filter lets through, in the order in which they came.
   *
   * @param limit how many at most; negative: all
   * @param offset how many to leave out before
   */
  list(filter: UserFilter, { limit, offset }: { limit: number; offset: number }): KnownUser[] {
    const { sql, values } = conditionOf(filter)
    const rows = this.#database.all<KnownUser>(
      `SELECT ${COLUMNS}, seed_password AS seedPassword FROM users WHERE ${sql} ORDER BY rowid LIMIT ? OFFSET ?`,
      ...values,
      limit,
      offset,
    )
    return rows.map((row) => this.#shown(row))
  }

  /** All users in the order in which they were added, in pages. */
  *pages(): Generator<KnownUser[]> {
    const sql = `SELECT rowid AS row, ${COLUMNS}, seed_password AS seedPassword FROM users
      WHERE removed = 0 AND rowid > ? ORDER BY rowid LIMIT ?`
    let after = 0
    for (;;) {
      const rows = this.#database.all<KnownUser & { row: number }>(sql, after, PAGE)
      if (rows.length > 0) yield rows.map(({ row: _, ...user }) => this.#shown(user))
      if (rows.length < PAGE) return
      after = rows.at(-1)?.row ?? 0
    }
  }

  /** How many a filter lets through. */
  countOf(filter: UserFilter): number {
    const { sql, values } = conditionOf(filter)
    return (
      this.#database.get<{ count: number }>(`SELECT count(*) AS count FROM users WHERE ${sql}`, ...values)?.count ?? 0
    )
  }

  /** Somebody with the password that they are known to have. */
  findKnown(id: string): KnownUser | undefined {
    const sql = `SELECT ${COLUMNS}, seed_password AS seedPassword FROM users WHERE id = ? AND removed = 0`
    return this.#shown(this.#database.get<KnownUser>(sql, id))
  }

  /** The highest id within bounds, of somebody who was removed too. */
  highestId(from: string, to: string): string | null {
    const sql = 'SELECT max(id) AS id FROM users WHERE id BETWEEN ? AND ?'
    return this.#database.get<{ id: string | null }>(sql, from, to)?.id ?? null
  }

  /** The ids of active users who have a user name, the latest first. */
  latestIds(limit: number): string[] {
    const sql = 'SELECT id FROM users WHERE counted ORDER BY rowid DESC LIMIT ?'
    return this.#database.all<{ id: string }>(sql, limit).map(({ id }) => id)
  }

  /** The earliest active people of a type, two at most. */
  earliestOfType(type: number): StoredUser[] {
    const sql = `SELECT ${COLUMNS} FROM users WHERE counted AND type = ? ORDER BY rowid LIMIT 2`
    return this.#database.all<StoredUser>(sql, type).map((row) => this.#shown(row))
  }

  /** What somebody with this e-mail signs in with. The e-mail's letter case is ignored. */
  findPassword(email: string): StoredPassword | undefined {
    return this.#database.get(
      `SELECT id, seed_password AS seedPassword, password_hash AS passwordHash FROM users
       WHERE email = ? AND removed = 0`,
      email,
    )
  }

  /** What somebody with this id signs in with. */
  findPasswordById(id: string): StoredPassword | undefined {
    return this.#database.get(
      `SELECT id, seed_password AS seedPassword, password_hash AS passwordHash FROM users
       WHERE id = ? AND removed = 0`,
      id,
    )
  }

  /** Somebody by e-mail, in any letter case. */
  findByEmail(email: string): StoredUser | undefined {
    return this.#shown(
      this.#database.get<StoredUser>(`SELECT ${COLUMNS} FROM users WHERE email = ? AND removed = 0`, email),
    )
  }

  /** Whether somebody has the id, removed or not, or the e-mail. */
  isTaken({ id, email }: { id: string; email: string }): boolean {
    const sql = 'SELECT 1 FROM users WHERE id = ? UNION ALL SELECT 1 FROM users WHERE email = ? AND removed = 0'
    return this.#database.get(sql, id, email) !== undefined
  }

  /** Whether somebody has this user name. */
  hasUserName(userName: string): boolean {
    return this.#database.get('SELECT 1 FROM users WHERE user_name = ? AND removed = 0', userName) !== undefined
  }

  /** The number of active users with a user name. Takes constant time, and wakes no database. */
  count(): number {
    if (this.#lastCount !== null && this.#database.isAsleep) return this.#lastCount
    const row = this.#database.get<{ value: number }>("SELECT value FROM counters WHERE name = 'users'")
    this.#lastCount = row?.value ?? 0
    return this.#lastCount
  }

  /** Adds somebody. Throws where the id or the e-mail is taken. */
  insert(user: User, password: { seedPassword?: string; passwordHash?: string } = {}): void {
    this.#database.run(
      `INSERT INTO users (id, email, user_name, type, status, culture, sid, info, seed_password, password_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      user.id,
      ...this.#columns(user),
      password.seedPassword ?? null,
      password.passwordHash ?? null,
    )
  }

  /**
   * Counts a user whom a client is about to add.
   *
   * @returns whether the portal takes one more
   */
  takeMember(): boolean {
    const sql = "UPDATE counters SET value = value + 1 WHERE name = 'members' AND value < ?"
    const isTaken = this.#database.run(sql, this.#maxMembers).changes === 1
    if (!isTaken) this.#onFull()
    return isTaken
  }

  /**
   * Sees to it that there is somebody with these data: adds them, or puts the data in the place of the old ones. Who was
   * removed is there again. Throws where the e-mail is somebody else's.
   *
   * @returns whether nobody had the id before
   */
  put(user: User): boolean {
    const isNew = this.#database.get('SELECT 1 FROM users WHERE id = ?', user.id) === undefined
    if (isNew) this.insert(user)
    else {
      this.update(user)
      this.#database.run('UPDATE users SET removed = 0 WHERE id = ?', user.id)
    }
    return isNew
  }

  /** Puts somebody's new data in the place of the old. Password and sessions stay. */
  update(user: User): void {
    this.#database.run(
      `UPDATE users SET email = ?, user_name = ?, type = ?, status = ?, culture = ?, sid = ?, info = ? WHERE id = ?`,
      ...this.#columns(user),
      user.id,
    )
  }

  /** Removes somebody: from now on there is no such user. */
  remove(id: string): void {
    this.#database.run('UPDATE users SET removed = 1 WHERE id = ?', id)
  }

  /** Gives somebody another password; `null`: none, so that they can't sign in. */
  setPassword(id: string, password: string | null): void {
    this.#database.run('UPDATE users SET seed_password = ?, password_hash = NULL WHERE id = ?', password, id)
  }

  /** Keeps the hash of somebody's password in the place of the password itself. */
  setPasswordHash(id: string, hash: string): void {
    this.#database.run('UPDATE users SET password_hash = ? WHERE id = ?', hash, id)
  }

  /** Ends all sessions of somebody. */
  endSessions(id: string): void {
    this.#database.run('UPDATE users SET token_index = token_index + 1 WHERE id = ?', id)
  }

  /** Notes who invited a guest: that room admin will see the guest. */
  addInvitedGuest(inviterId: string, guestId: string): void {
    this.#database.run('INSERT OR IGNORE INTO invited_guests VALUES (?, ?)', inviterId, guestId)
  }

  /** Who invited some users. Inviters who were removed are left out. */
  invitationsOf(guestIds: readonly string[]): { inviterId: string; guestId: string }[] {
    return this.#database.all(
      `SELECT inviter_id AS inviterId, guest_id AS guestId FROM invited_guests
         JOIN users AS inviters ON inviters.id = inviter_id AND inviters.removed = 0
       WHERE guest_id IN (SELECT value FROM json_each(?))
       ORDER BY inviter_id DESC`,
      JSON.stringify(guestIds),
    )
  }

  /** Whether a user has invited a guest who wasn't removed. */
  isInviter(id: string): boolean {
    const sql = `SELECT 1 FROM invited_guests JOIN users ON users.id = guest_id AND removed = 0 WHERE inviter_id = ?`
    return this.#database.get(sql, id) !== undefined
  }

  /** Forgets who invited somebody. */
  removeInviters(guestId: string): void {
    this.#database.run('DELETE FROM invited_guests WHERE guest_id = ?', guestId)
  }

  /** Whether the one has invited the other. */
  hasInvited(inviterId: string, guestId: string): boolean {
    const sql = 'SELECT 1 FROM invited_guests WHERE inviter_id = ? AND guest_id = ?'
    return this.#database.get(sql, inviterId, guestId) !== undefined
  }

  /** A user with the portal's tenant id in its text. */
  #shown<Row extends StoredUser | undefined>(row: Row): Row {
    if (row === undefined) return row
    const { info } = row
    // safe, since quotation marks within a JSON string are escaped
    const at = info.indexOf(TENANT_MEMBER)
    if (at === -1) return row
    const begin = at + TENANT_MEMBER.length
    row.info = info.slice(0, begin) + this.#tenantId + info.slice(info.indexOf(',', begin))
    return row
  }

  #columns(user: User): [string, string, number, number, string | null, string | null, string] {
    // readers set the tenant id, so that a portal can be copied without writing every user
    const info = JSON.stringify(userInfo(user, NO_TENANT))
    return [user.email, user.userName, user.type, user.status, user.cultureName ?? null, user.sid ?? null, info]
  }
}

/** The SQL conditions of a filter. Omitted members add none, so that an index can be used. */
function conditionOf({ type, status, email }: UserFilter): { sql: string; values: (string | number)[] } {
  const conditions = [
    type === undefined ? [] : ['type = ?', type],
    status === undefined ? [] : ['status = ?', status],
    email === undefined ? [] : ['instr(lower(email), lower(?)) > 0', email],
  ] as ([sql: string, value: string | number] | [])[]
  const given = conditions.filter((condition) => condition.length > 0) as [string, string | number][]
  return { sql: ['removed = 0', ...given.map(([sql]) => sql)].join(' AND '), values: given.map(([, value]) => value) }
}
