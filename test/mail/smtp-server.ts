import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'

/** A mail as an SMTP server got it. */
export interface Received {
  /** Addresses of the envelope. */
  from: string
  to: string[]
  /** Whoever signed in. */
  user: string | undefined
  secure: boolean
  parsed: ParsedMail
}

/** An SMTP server that listens. */
export interface SmtpInbox {
  port: number
  received: Received[]
  /** Resolves once so many mails have come. */
  arrived(count: number): Promise<void>
}

/** Starts an SMTP server on a free port. It is closed with the test. */
export async function smtpInbox(t: Test, options: SMTPServerOptions = {}): Promise<SmtpInbox> {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, { envelope, user, secure }, done) => {
      simpleParser(stream).then((parsed) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ from, to, user: user as string | undefined, secure, parsed })
        server.emit('received')
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    arrived: async (count) => {
      while (received.length < count) await once(server as unknown as NodeJS.EventEmitter, 'received')
    },
  }
}
