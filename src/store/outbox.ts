import { type Message, messageHtml, messageLinks, messageText } from '../domain/message.ts'
import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** An e-mail that a real portal would have sent. */
export interface Mail {
  id: number
  /** When, in milliseconds since 1970, UTC. */
  at: number
  /** DocSpace's name of the notification, such as `opensource_admin_activation_v1`. */
  action: string
  userId: string
  /** The sender: an address, or a name and an address in angle brackets. */
  from: string
  /** The address that it goes to. */
  email: string
  subject: string
  text: string
  html: string
  /** The links in it, in the order in which they stand there. */
  links: string[]
  delivery: Delivery
}

/**
 * How far the delivery of an e-mail has come. `none`: there is no server to give it to. `pending`: it is under way, or
 * was when the process was killed. `failed`: why is said in `error`.
 */
export type Delivery = { state: 'none' | 'pending' | 'delivered' } | { state: 'failed'; error: string }

/** An e-mail that is about to be kept. */
export interface NewMail extends Pick<Mail, 'at' | 'action' | 'userId' | 'from' | 'email'> {
  message: Message
}

interface MailRow extends Omit<Mail, 'text' | 'html' | 'links' | 'delivery'> {
  message: string
  state: Delivery['state']
  error: string | null
}

/** A page of e-mails. Omitted members match anything. */
export interface MailQuery {
  /** The address of the recipient, case-insensitive. */
  to?: string | undefined
  action?: string | undefined
  /** Only those with a higher id. */
  after?: number
  /** All by default. */
  limit?: number
}

const SELECT = `SELECT id, at, action, user_id AS userId, sender AS "from", email, subject, message, delivery AS state,
  delivery_error AS error FROM outbox`

/** The e-mails of a portal. */
export class Outbox {
  static readonly boundedRows: BoundedRows = { table: 'outbox', key: 'id', order: 'id' }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /** Stores an e-mail and returns its id. Ids are never reused. */
  add({ at, action, userId, from, email, message }: NewMail): number {
    this.#bound.makeRoom()
    const { subject, ...rest } = message
    return this.#database.run(
      'INSERT INTO outbox (at, action, user_id, sender, email, subject, message) VALUES (?, ?, ?, ?, ?, ?, ?)',
      at,
      action,
      userId,
      from,
      email,
      subject,
      JSON.stringify(rest),
    ).id
  }

  /** Keeps how far a delivery has come. */
  setDelivery(id: number, delivery: Delivery): void {
    const error = delivery.state === 'failed' ? delivery.error : null
    this.#database.run('UPDATE outbox SET delivery = ?, delivery_error = ? WHERE id = ?', delivery.state, error, id)
  }

  /** An e-mail by its id. */
  find(id: number): Mail | undefined {
    const row = this.#database.get<MailRow>(`${SELECT} WHERE id = ?`, id)
    return row && toMail(row)
  }

  /** Forgets all e-mails. */
  clear(): void {
    this.#database.run('DELETE FROM outbox')
  }

  /** E-mails, the oldest first. */
  list({ to, action, after = 0, limit = -1 }: MailQuery = {}): Mail[] {
    const sql = `${SELECT} WHERE id > ? AND email = coalesce(?, email) COLLATE NOCASE AND action = coalesce(?, action)
      ORDER BY id LIMIT ?`
    return this.#database.all<MailRow>(sql, after, to ?? null, action ?? null, limit).map(toMail)
  }
}

function toMail({ message: json, state, error, ...mail }: MailRow): Mail {
  const message: Message = { subject: mail.subject, ...JSON.parse(json) }
  return {
    ...mail,
    text: messageText(message),
    html: messageHtml(message),
    links: messageLinks(message),
    delivery: state === 'failed' ? { state, error: error ?? '' } : { state },
  }
}
