import type { Database } from './database.ts'

/** An e-mail that a real portal would have sent. */
export interface Mail {
  /** When, in milliseconds since 1970, UTC. */
  at: number
  /** DocSpace's name of the notification, such as `opensource_admin_activation_v1`. */
  action: string
  userId: string
  /** The address that it would have gone to. */
  email: string
  subject: string
}

/** The e-mails of a portal. */
export class Outbox {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Keeps an e-mail. */
  add(mail: Mail): void {
    this.#database.run(
      'INSERT INTO outbox (at, action, user_id, email, subject) VALUES (?, ?, ?, ?, ?)',
      mail.at,
      mail.action,
      mail.userId,
      mail.email,
      mail.subject,
    )
  }

  /** All e-mails, the oldest first. */
  list(): Mail[] {
    return this.#database.all('SELECT at, action, user_id AS userId, email, subject FROM outbox ORDER BY id')
  }
}
