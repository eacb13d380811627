import { setImmediate, setTimeout } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { logFailure } from '../store/log-failure.ts'
import type { Delivery, Mail, Outbox } from '../store/outbox.ts'
import type { Portal } from '../store/portal.ts'

/** How long a server that is closed waits for deliveries under way, in ms: less than a stopped process is given. */
const PATIENCE = 500

/** How long a connection may take to come about, in ms. */
const CONNECTION_TIMEOUT = 10_000

/** How long an SMTP server may say nothing, in ms. */
const SILENCE_TIMEOUT = 30_000

const CLOSED = 'the mock was stopped before the server had taken it'

/** Gives mails to an SMTP server, a few at a time, and keeps with each what became of it. */
export class SmtpDelivery {
  readonly #url: string
  readonly #log: FastifyBaseLogger
  readonly #underWay = new Map<Promise<void>, (delivery: Delivery) => void>()
  #transport: ReturnType<typeof createTransport> | null = null
  #closed = false

  /** @param url of the SMTP server, with the options that nodemailer reads there */
  constructor(url: string, log: FastifyBaseLogger) {
    this.#url = url
    this.#log = log
  }

  /** Begins to deliver a mail, after everything that is being done now. What goes wrong is kept and logged. */
  deliver({ alias, state }: Portal, id: number, email: string): void {
    const { outbox } = state.store
    outbox.setDelivery(id, { state: 'pending' })
    // a portal that is reset meanwhile stays as it was until it is known what became of the mail
    state.enter()
    const settle = (delivery: Delivery) => {
      if (!this.#underWay.delete(sending)) return
      if (delivery.state === 'failed') {
        this.#log.warn({ portal: alias }, `mail to ${email} was not delivered: ${delivery.error}`)
      }
      try {
        outbox.setDelivery(id, delivery)
      } catch (error) {
        logFailure(this.#log, error as Error)
      }
      state.leave()
    }
    const sending = this.#send(outbox, id).then(
      () => settle({ state: 'delivered' }),
      (error: Error) => settle({ state: 'failed', error: error.message }),
    )
    this.#underWay.set(sending, settle)
  }

  /** Waits a moment for the deliveries that are under way, gives the others up, and hangs up. */
  async close(): Promise<void> {
    if (this.#underWay.size > 0) {
      await Promise.race([Promise.all(this.#underWay.keys()), setTimeout(PATIENCE, undefined, { ref: false })])
    }
    this.#closed = true
    for (const settle of [...this.#underWay.values()]) settle({ state: 'failed', error: CLOSED })
    const transport = await this.#transport?.catch(() => null)
    transport?.close({ force: true })
  }

  async #send(outbox: Outbox, id: number): Promise<void> {
    // the answer to the request that caused the mail goes first
    await setImmediate()
    if (this.#closed) throw new Error(CLOSED)
    const mail = outbox.find(id)
    if (mail === undefined) throw new TypeError(`the outbox has no mail ${id}`)
    this.#transport ??= createTransport(this.#url)
    const transport = await this.#transport
    await transport.sendMail(envelope(mail))
  }
}

/** Loads nodemailer: only whoever has mails to deliver needs it. */
async function createTransport(url: string) {
  const nodemailer = await import('nodemailer')
  return nodemailer.createTransport({
    url,
    pool: true,
    connectionTimeout: CONNECTION_TIMEOUT,
    greetingTimeout: CONNECTION_TIMEOUT,
    socketTimeout: SILENCE_TIMEOUT,
    // it would log credentials
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function envelope({ at, from, email, subject, text, html }: Mail) {
  return { date: new Date(at), from, to: { name: '', address: email }, subject, text, html }
}
