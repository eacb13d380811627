import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startCommand } from '../command.ts'

// each start of a process takes a while
t.setTimeout(180_000)

// 1 is the code of a command whose time for that was up
t.test('a signal ends it within a second, with code 0, whoever is connected', async (t) => {
  const head = 'GET /health HTTP/1.1\r\nHost: localhost\r\n'
  const clients: Record<string, (port: number) => Promise<unknown>> = {
    nobody: async () => {},
    'somebody who asks nothing': (port) => open(t, port, ''),
    'somebody who keeps the connection': async (port) => once(await open(t, port, `${head}\r\n`), 'data'),
    'somebody in the middle of a request': (port) => open(t, port, head),
    'somebody in the middle of a body': async (port) =>
      once(
        await open(
          t,
          port,
          `POST /api/2.0/portal/present/mark HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab`,
        ),
        'data',
      ),
  }
  const cases = Object.entries(clients).map(([name, connected]) => ['SIGTERM', name, connected] as const)
  const others = ['SIGINT', 'SIGHUP'] as const
  for (const [signal, name, connected] of [
    ...cases,
    ...others.map((signal) => [signal, 'nobody', clients.nobody] as const),
  ]) {
    const { port, stop } = await startCommand(t)
    await connected?.(port)
    const { code, stderr } = await stop(signal)
    t.equal(code, 0, `${signal}, ${name}`)
    t.equal(stderr, '')
  }
})

t.test('a request that has begun is answered before the end', async (t) => {
  const { port, logged, stop } = await startCommand(t, ['--auth', slowGuard(t)])
  const socket = await open(t, port, 'GET /api/2.0/portal/userscount HTTP/1.1\r\nHost: localhost\r\n\r\n')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  await logged(/asked/)
  const [ended] = await Promise.all([stop(), once(socket, 'close')])
  t.equal(ended.code, 0)
  t.match(answer, /^HTTP\/1.1 200 OK\r\n/)
  t.match(answer, '{"response":6,')
})

async function open(t: Test, port: number, text: string): Promise<Socket> {
  const socket = connect(port, 'localhost').on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  if (text !== '') socket.write(text)
  return socket
}

function slowGuard(t: Test): string {
  const code = `import { once } from 'node:events'
    import { setImmediate } from 'node:timers/promises'
    export default {
      name: 'Slow',
      securityScheme: { type: 'http', scheme: 'slow' },
      async authenticate({ portal }) {
        process.stderr.write('asked\\n')
        await once(process, 'SIGTERM')
        for (let i = 0; i < 100; i++) await setImmediate()
        return { user: portal.store.users.find(portal.ownerId), scopes: ['*:read'] }
      },
    }`
  return join(t.testdir({ 'slow-guard.mjs': code }), 'slow-guard.mjs')
}
