import type { ControlRequests } from './request.ts'

/** An e-mail that an operation has sent, or would have. */
export interface SentMail {
  id: number
  /** When, by the portal's clock, in ISO 8601, UTC. */
  at: string
  /** DocSpace's name of the notification, such as `opensource_admin_activation_v1`. */
  action: string
  userId: string
  from: string
  to: string
  subject: string
  text: string
  html: string
  /** The links in it, in the order in which they stand there. They work. */
  links: string[]
  /** What became of it at the SMTP server; `none`: there is no server. */
  delivery: { state: 'none' | 'pending' | 'delivered' | 'failed'; error?: string }
}

/** A filter for e-mails. Omitted members match anything. */
export interface MailFilter {
  /** An address, case-insensitive. */
  to?: string
  /** DocSpace's name of the notification. */
  action?: string
}

/** The e-mails of a portal. */
export class OutboxControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  /** E-mails, the oldest first: all, or those to an address or of an action. */
  async list(filter: MailFilter = {}): Promise<SentMail[]> {
    const mails: SentMail[] = []
    for await (const mail of this.each(filter)) mails.push(mail)
    return mails
  }

  /** Iterates over the e-mails, reading a thousand at a time. */
  async *each(filter: MailFilter = {}): AsyncGenerator<SentMail> {
    for await (const page of this.#requests.pages<SentMail[]>('outbox', filter)) yield* page
  }

  /** @throws ControlError where there is no such e-mail */
  get(id: number): Promise<SentMail> {
    return this.#requests.json(`outbox/${id}`)
  }

  /** Forgets all e-mails. */
  clear(): Promise<void> {
    return this.#requests.json('outbox', { method: 'DELETE' })
  }
}
