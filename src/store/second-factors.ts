import type { Database } from './database.ts'

/** What signing in asks somebody for besides the password. */
export interface SecondFactor {
  userId: string
  type: 'app' | 'sms'
  /** The key in the authenticator app, in Base32, or the code that the SMS says. */
  secret: string
  /** Whether the app has been set up: it is with the first code. */
  activated: boolean
}

type Row = Omit<SecondFactor, 'activated'> & { activated: number }

const COLUMNS = 'user_id AS userId, type, secret, activated'

/** The second factors of a portal's people. Most have none. */
export class SecondFactors {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What somebody is asked for. */
  find(userId: string): SecondFactor | undefined {
    const row = this.#database.get<Row>(`SELECT ${COLUMNS} FROM second_factors WHERE user_id = ?`, userId)
    return row && toSecondFactor(row)
  }

  /** The second factors of some users. */
  listOf(userIds: readonly string[]): SecondFactor[] {
    const sql = `SELECT ${COLUMNS} FROM second_factors WHERE user_id IN (SELECT value FROM json_each(?))`
    return this.#database.all<Row>(sql, JSON.stringify(userIds)).map(toSecondFactor)
  }

  /** Keeps what somebody is asked for, in the place of what they were asked before. */
  put({ userId, type, secret, activated }: SecondFactor): void {
    const sql = 'INSERT OR REPLACE INTO second_factors VALUES (?, ?, ?, ?)'
    this.#database.run(sql, userId, type, secret, activated ? 1 : 0)
  }

  /** Asks somebody for nothing besides the password from now on. */
  remove(userId: string): void {
    this.#database.run('DELETE FROM second_factors WHERE user_id = ?', userId)
  }
}

function toSecondFactor(row: Row): SecondFactor {
  return { ...row, activated: row.activated === 1 }
}
