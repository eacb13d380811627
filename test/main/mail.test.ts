import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { createConfirmationKey } from '../../src/domain/confirmation-key.ts'
import { startCommand } from '../command.ts'
import { people } from '../helper.ts'
import { smtpInbox } from '../mail/smtp-server.ts'

// each start of a process takes a while
t.setTimeout(180_000)

t.test('a mail is logged and delivered, and the password of the server stays out of the log', async (t) => {
  const inbox = await smtpInbox(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) => {
      if (password === 'smtp-secret') done(null, { user: username })
      else done(new Error('no'))
    },
  })
  for (const [password, outcome] of [
    ['smtp-secret', /mail to owner@example.com: Welcome to ONLYOFFICE DocSpace!/],
    ['wrong-secret', /mail to owner@example.com was not delivered: /],
  ] as const) {
    const smtp = `smtp://portal:${password}@127.0.0.1:${inbox.port}`
    const env = { DOCSPACE_MOCK_SMTP_URL: smtp }
    const flags = ['--log-level', 'debug', '--mail-from', 'Portal <portal@example.com>']
    const { url, logged, stop } = await startCommand(t, flags, { env })
    t.equal(await congratulate(url), 200)
    await logged(outcome)
    const { code, stdout, stderr } = await stop()
    t.equal(code, 0)
    t.notMatch(stdout + stderr, /secret/)
    t.notMatch(stdout + stderr, btoa(`\0portal\0${password}`))
  }
  t.match(inbox.received, [{ from: 'portal@example.com', to: ['owner@example.com'], user: 'portal' }])
  t.equal(inbox.received.length, 1)
})

t.test('a signal ends it within a second while an SMTP server says nothing', async (t) => {
  const connected = Promise.withResolvers<Socket>()
  const port = await silentServer(t, connected.resolve)
  const { url, stop } = await startCommand(t, ['--smtp-url', `smtp://127.0.0.1:${port}`])
  t.equal(await congratulate(url), 200)
  await connected.promise
  const { code, stderr } = await stop()
  // 1 is the code of a command whose time for that was up
  t.equal(code, 0)
  t.match(stderr, 'mail to owner@example.com was not delivered: the mock was stopped before the server had taken it')
})

async function congratulate(url: string): Promise<number> {
  const issuer = { tenantId: 1, machineKey: '1123askdasjklasbnd' }
  const key = createConfirmationKey(`${people.owner}Auth`, issuer, Date.now())
  const target = `${url}/api/2.0/portal/sendcongratulations?userid=${people.owner}&key=${key}`
  return (await fetch(target, { method: 'POST' })).status
}

async function silentServer(t: Test, onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    t.teardown(() => socket.destroy())
    onConnection(socket.on('error', () => {}).resume())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}
