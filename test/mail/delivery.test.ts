import { once } from 'node:events'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import pino from 'pino'
import t, { type Test } from 'tap'
import { mintConfirmationKey } from '../../src/auth/mint.ts'
import { EmployeeType } from '../../src/domain/employee-type.ts'
import type { ServerOptions } from '../../src/server.ts'
import type { Delivery } from '../../src/store/outbox.ts'
import type { Portal } from '../../src/store/portal.ts'
import { makeCertificate } from '../../src/tls.ts'
import { NOW, people, testPortal, testServer } from '../helper.ts'
import { smtpInbox } from './smtp-server.ts'

t.test('a mail reaches the server as it is in the outbox', async (t) => {
  const inbox = await smtpInbox(t)
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${inbox.port}` })
  await congratulate(app, portal, people.pending)
  await inbox.arrived(1)

  const [mail] = portal.store.outbox.list()
  const [got] = inbox.received
  t.match(got, { from: 'noreply@example.com', to: ['pending@example.com'], user: undefined, secure: false })
  t.equal(got?.parsed.from?.text, '"DocSpace" <noreply@example.com>')
  t.equal(got?.parsed.subject, 'Welcome to ONLYOFFICE DocSpace!')
  t.equal(got?.parsed.text, mail?.text)
  t.equal(got?.parsed.html, mail?.html)
  t.equal(got?.parsed.date?.getTime(), NOW)
  t.ok(got?.parsed.messageId)
  t.ok(mail?.links[0] && got?.parsed.text?.includes(mail.links[0]), 'the link came whole')
  await settled(portal)
  t.strictSame(deliveries(portal), [{ state: 'delivered' }])
})

t.test('the sender, and names from all over', async (t) => {
  const inbox = await smtpInbox(t)
  const smtp = `smtp://127.0.0.1:${inbox.port}`
  const portal = testPortal(t)
  const user = JSON.parse(portal.store.users.find(people.winfield)?.info ?? '')
  portal.store.users.update({ ...user, type: EmployeeType.User, firstName: 'Zoë', lastName: '<b>李</b>' })
  const { app } = await testServer(t, { portal, smtp, mailFrom: 'Büro <buero@acme.example>' })
  await congratulate(app, portal, people.winfield)
  await inbox.arrived(1)

  const [got] = inbox.received
  t.equal(got?.from, 'buero@acme.example')
  t.equal(got?.parsed.from?.value[0]?.name, 'Büro')
  t.match(got?.parsed.text, 'Hello Zoë <b>李</b>,')
  t.match(got?.parsed.html || '', 'Hello Zoë &lt;b&gt;李&lt;/b&gt;,')
})

t.test('signs in, over TLS that is asked for in the URL', async (t) => {
  const { cert, key } = await makeCertificate(['localhost'])
  const onAuth: NonNullable<Parameters<typeof smtpInbox>[1]>['onAuth'] = ({ username, password }, _, done) => {
    if (username === 'portal' && password === 'p@ss/word') done(null, { user: username })
    else done(new Error('no'))
  }
  const auth = { authOptional: false, onAuth, cert, key }
  const startTls = await smtpInbox(t, { ...auth, disabledCommands: [] })
  const implicit = await smtpInbox(t, { ...auth, secure: true })
  const credentials = 'portal:p%40ss%2Fword'
  const query = 'tls.rejectUnauthorized=false'
  for (const [inbox, smtp] of [
    [startTls, `smtp://${credentials}@127.0.0.1:${startTls.port}?requireTLS=true&${query}`],
    [implicit, `smtps://${credentials}@127.0.0.1:${implicit.port}?${query}`],
  ] as const) {
    const { app, portal } = await testServer(t, { smtp })
    await congratulate(app, portal, people.owner)
    await inbox.arrived(1)
    t.match(inbox.received, [{ user: 'portal', secure: true, to: ['owner@example.com'] }])
  }
})

t.test('many mails at once arrive, each once', async (t) => {
  const inbox = await smtpInbox(t)
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${inbox.port}` })
  const COUNT = 50
  await Promise.all(Array.from({ length: COUNT }, () => congratulate(app, portal, people.owner)))
  await inbox.arrived(COUNT)
  await settled(portal)

  t.equal(inbox.received.length, COUNT)
  t.equal(new Set(inbox.received.map(({ parsed }) => parsed.messageId)).size, COUNT)
  t.ok(deliveries(portal).every(({ state }) => state === 'delivered'))
})

t.test('what goes wrong is kept with the mail and logged, and the answer is what it was', async (t) => {
  const refusing = await smtpInbox(t, {
    onRcptTo: ({ address }, _, done) => done(address === 'owner@example.com' ? new Error('no such mailbox') : null),
  })
  const strict = await smtpInbox(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_, __, done) => done(new Error('wrong')),
  })
  const hangingUp = await tcpServer(t, (socket) => socket.end())
  const nonsense = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const cases: [what: string, smtp: string, error: RegExp][] = [
    ['nobody listens', `smtp://127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
    ['no such recipient', `smtp://127.0.0.1:${refusing.port}`, /no such mailbox/],
    ['no credentials', `smtp://127.0.0.1:${strict.port}`, /authentication required/i],
    ['wrong credentials', `smtp://u:secret-password@127.0.0.1:${strict.port}`, /wrong/],
    ['it hangs up', `smtp://127.0.0.1:${hangingUp}`, /./],
    ['it is no SMTP server', `smtp://127.0.0.1:${nonsense}`, /greeting/],
  ]
  for (const [what, smtp, error] of cases) {
    const { lines, logger } = listener()
    const { app, portal } = await testServer(t, { smtp, logger })
    await congratulate(app, portal, people.owner)
    await settled(portal)

    const [delivery] = deliveries(portal)
    t.match(delivery, { state: 'failed', error }, what)
    t.match(lines[0], {
      level: 30,
      portal: 'localhost',
      msg: 'mail to owner@example.com: Welcome to ONLYOFFICE DocSpace!',
    })
    t.match(lines[1], { level: 40, portal: 'localhost', msg: /^mail to owner@example.com was not delivered: / })
    t.equal(lines.length, 2)
    t.notMatch(JSON.stringify(lines), /secret-password/)
  }
})

t.test('one that is refused doesn’t keep back the others', async (t) => {
  const inbox = await smtpInbox(t, {
    onRcptTo: ({ address }, _, done) => done(address === 'owner@example.com' ? new Error('full') : null),
  })
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${inbox.port}` })
  for (const id of [people.owner, people.guest, people.owner, people.admin]) await congratulate(app, portal, id)
  await settled(portal)

  t.same(
    deliveries(portal).map(({ state }) => state),
    ['failed', 'delivered', 'failed', 'delivered'],
  )
})

t.test('an answer doesn’t wait for a server that says nothing, and closing waits only a moment', async (t) => {
  const connected = Promise.withResolvers<Socket>()
  const port = await tcpServer(t, connected.resolve)
  const { lines, logger } = listener()
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${port}`, logger })
  await congratulate(app, portal, people.owner)
  const socket = await connected.promise
  t.strictSame(deliveries(portal), [{ state: 'pending' }])

  const hungUp = once(socket, 'close')
  const begun = performance.now()
  await app.close()
  const took = performance.now() - begun
  t.ok(took > 300 && took < 5000, `it took ${took} ms`)
  t.match(deliveries(portal), [{ state: 'failed', error: /stopped before/ }])
  await hungUp
  for (let i = 0; i < 20; i++) await setImmediate()
  t.equal(lines.length, 2, 'and it is logged once')
})

t.test('closing waits for mails under way', async (t) => {
  const { promise: release, resolve: open } = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const inbox = await smtpInbox(t, {
    onRcptTo: (_, __, done) => {
      asked.resolve()
      release.then(() => done())
    },
  })
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${inbox.port}` })
  await congratulate(app, portal, people.owner)
  await asked.promise
  const closing = app.close()
  await setImmediate()
  open()
  await closing

  t.strictSame(deliveries(portal), [{ state: 'delivered' }])
  t.equal(inbox.received.length, 1)
})

t.test('a portal that is closed while its mail is under way stays open until it has arrived', async (t) => {
  const inbox = await smtpInbox(t)
  const { lines, logger } = listener()
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${inbox.port}`, logger })
  await congratulate(app, portal, people.owner)
  portal.close()
  await inbox.arrived(1)
  await app.close()

  t.equal(lines.length, 1, 'nothing went wrong')
})

t.test('a mail of a portal that was reset meanwhile arrives, and leaves nothing behind', async (t) => {
  const inbox = await smtpInbox(t)
  const { lines, logger } = listener()
  const { app, portal } = await testServer(t, { smtp: `smtp://127.0.0.1:${inbox.port}`, logger })
  await congratulate(app, portal, people.owner)
  portal.reset()
  await inbox.arrived(1)
  await app.close()

  t.equal(lines.length, 1, 'nothing went wrong')

  t.strictSame(portal.store.outbox.list(), [])
  t.equal(inbox.received.length, 1)
})

t.test('without a server mails stay where they are', async (t) => {
  const { lines, logger } = listener()
  const { app, portal } = await testServer(t, { logger })
  await congratulate(app, portal, people.owner)
  await congratulate(app, portal, '00000000-0000-4000-8000-000000000000')
  await app.close()

  t.strictSame(deliveries(portal), [{ state: 'none' }])
  t.match(lines, [{ level: 30, msg: 'mail to owner@example.com: Welcome to ONLYOFFICE DocSpace!' }])
  t.equal(lines.length, 1)
})

type App = Awaited<ReturnType<typeof testServer>>['app']

async function congratulate(app: App, portal: Portal, userId: string): Promise<void> {
  const query = new URLSearchParams({ userid: userId, key: mintConfirmationKey(portal, userId) })
  const { statusCode } = await app.inject({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?${query}` })
  if (statusCode !== 200) throw new Error(`sendcongratulations answered ${statusCode}`)
}

function deliveries({ store }: Portal): Delivery[] {
  return store.outbox.list().map(({ delivery }) => delivery)
}

/** Waits until no mail is under way. The test's own time limit ends it otherwise. */
async function settled(portal: Portal): Promise<void> {
  while (deliveries(portal).some(({ state }) => state === 'pending')) await setImmediate()
}

/** A logger that keeps what it is told. */
function listener(): { lines: Record<string, unknown>[]; logger: NonNullable<ServerOptions['logger']> } {
  const lines: Record<string, unknown>[] = []
  return { lines, logger: pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) }) }
}

async function tcpServer(t: Test, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => {}).resume())
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
