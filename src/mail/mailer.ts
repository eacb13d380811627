import fp from 'fastify-plugin'
import type { NewMail } from '../store/outbox.ts'
import type { Portal } from '../store/portal.ts'
import { SmtpDelivery } from './smtp-delivery.ts'

declare module 'fastify' {
  interface FastifyInstance {
    mailer: Mailer
  }
}

/** What portals hand their mails to. */
export interface Mailer {
  /** The sender of every mail. */
  readonly from: string
  /**
   * Takes a mail that its portal's outbox has kept: says so in the log, and begins to deliver it where there is a
   * server for that. It doesn't wait, and what goes wrong is the mail's own matter.
   */
  post(portal: Portal, id: number, mail: NewMail): void
}

/** What {@link mailer} needs. */
export interface MailerOptions {
  from: string
  /** URL of the SMTP server; `null`: mails stay in the outbox. */
  smtp: string | null
}

/** Decorates the server with its mailer. Before the server closes, mails under way have a moment to arrive. */
export const mailer = fp<MailerOptions>(
  async (app, { from, smtp }) => {
    const delivery = smtp === null ? null : new SmtpDelivery(smtp, app.log)
    app.decorate('mailer', {
      from,
      post: (portal, id, { email, message }) => {
        app.log.info({ portal: portal.alias }, `mail to ${email}: ${message.subject}`)
        delivery?.deliver(portal, id, email)
      },
    })
    app.addHook('preClose', async () => delivery?.close())
  },
  { name: 'mailer', dependencies: ['finish-answers'] },
)
