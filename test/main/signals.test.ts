import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { main, startCommand } from '../command.ts'

// each start of a process takes a while
t.setTimeout(180_000)

const HEAD = 'GET /health HTTP/1.1\r\nHost: localhost\r\n'

/** Clients that keep a connection in some state, by what they are doing. */
const clients: Record<string, (t: Test, port: number) => Promise<unknown>> = {
  'no client': async () => {},
  'a client that asks nothing': (t, port) => open(t, port, ''),
  'a client that keeps its connection': async (t, port) => once(await open(t, port, `${HEAD}\r\n`), 'data'),
  'a client in the middle of the headers': (t, port) => open(t, port, HEAD),
  'a client in the middle of a body that is not read': async (t, port) =>
    once(await open(t, port, halfBody('/api/2.0/portal/present/mark')), 'data'),
  'a client in the middle of a body': (t, port) => open(t, port, halfBody('/api/2.0/authentication')),
  'a client in the middle of a form': (t, port) => open(t, port, halfBody('/oauth2/token')),
  'a client in the middle of a control call': (t, port) => open(t, port, halfBody('/__mock/faults')),
  'a client of an event stream': async (t, port) => once(await open(t, port, get('/__mock/journal/stream')), 'data'),
  'a client that waits for a delayed response': (t, port) =>
    open(t, port, get('/api/2.0/portal/userscount', 'X-DocSpace-Mock-Fault: delay=600000\r\n')),
  'a client that reads a response slowly': async (t, port) =>
    once(await open(t, port, get('/health', 'X-DocSpace-Mock-Fault: slow=1/600000\r\n')), 'data'),
  // more than the buffers of a connection hold
  'a client that does not read its responses': (t, port) =>
    open(t, port, get('/openapi/asc.web.api/2.0.json').repeat(100)),
}

function get(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`
}

function halfBody(path: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"`
}

// 1 is the code of a command whose time for that was up
t.test('a signal ends it within a second with code 0, whatever clients are doing', async (t) => {
  const cases = Object.entries(clients).map(([name, connected]) => ['SIGTERM', name, connected] as const)
  for (const signal of ['SIGINT', 'SIGHUP'] as const) cases.push([signal as 'SIGTERM', 'no client', async () => {}])
  for (const [signal, name, connected] of cases) {
    const { port, stop } = await startCommand(t)
    await connected(t, port)
    // once a later request is answered, the data of the client has arrived
    await fetch(`http://localhost:${port}/health`)
    const { code, stderr } = await stop(signal)
    t.equal(code, 0, `${signal}, ${name}`)
    t.equal(stderr, '')
  }
})

t.test('a second signal ends it at once', async (t) => {
  const { port, child, logged, ended } = await startCommand(t, ['--auth', slowGuard(t, 'SIGUSR1')])
  await open(t, port, get('/api/2.0/portal/userscount'))
  await logged(/asked/)
  child.kill('SIGTERM')
  await logged(/told/)
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  t.equal(code, 0)
  t.equal(stderr, 'asked\ntold\n')
})

t.test('a process that fails at start ends even if its message isn’t read', async (t) => {
  // the pipe is full until the shell has something to read
  const script = 'exec 3<&0 2> >(read -r _ <&3; exec cat); head -c 65536 /dev/zero >&2; exec "$@"'
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, main, '--nope'])
  t.teardown(() => child.stdin.end())
  t.same(await once(child, 'exit'), [2, null])
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

/** @param signal with which it decides */
function slowGuard(t: Test, signal = 'SIGTERM'): string {
  const code = `import { spawn } from 'node:child_process'
import { once } from 'node:events'
    import { setImmediate } from 'node:timers/promises'
    export default {
      name: 'Slow',
      securityScheme: { type: 'http', scheme: 'slow' },
      async authenticate({ portal }) {
        process.stderr.write('asked\\n')
        process.once('SIGTERM', () => process.stderr.write('told\\n'))
        await once(process, '${signal}')
        for (let i = 0; i < 100; i++) await setImmediate()
        return { user: portal.store.users.find(portal.ownerId), scopes: ['*:read'] }
      },
    }`
  return join(t.testdir({ 'slow-guard.mjs': code }), 'slow-guard.mjs')
}
