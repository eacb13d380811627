import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t, { type Test } from 'tap'
import { main, startCommand } from '../command.ts'
import { apiKey } from '../helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

t.test('an unknown path is logged: its method and path, not its query nor its credentials', async (t) => {
  for (const format of ['json', 'pretty']) {
    const { url, printed, logged, stop } = await startCommand(t, ['--log-format', format])
    const before = printed.stdout
    await askWithSecrets(url, 'api/2.0/portal/usercount')
    await logged(/usercount/)
    await fetch(`${url}/api/2.0/portal/userscount`)
    await fetch(`${url}/api/2.0/portal/userscount`, { method: 'POST' })
    const { stdout, stderr } = await stop()
    t.equal(stdout, before, 'standard output is the banner’s')
    t.match(stderr, 'PATCH /api/2.0/portal/usercount: no such path')
    t.match(stderr, format === 'json' ? '"portal":"localhost"' : '[localhost] PATCH ', 'whose it was')
    t.match(stderr, 'GET /api/2.0/portal/userscount', 'and what it is likely to mean')
    t.equal(stderr.trim().split('\n').length, 1, 'nothing else is logged')
    tellsNoSecret(t, stderr)
  }
})

t.test('--log-requests logs every request, as JSON where asked', async (t) => {
  const { url, stop } = await startCommand(t, ['--log-requests', '--log-format', 'json'])
  await askWithSecrets(url, 'api/2.0/portal/userscount')
  await fetch(`${url}/api/2.0/portal/userscount?asc_auth_key=secret-query`, { headers: key('1') })
  const { stderr } = await stop()
  tellsNoSecret(t, stderr)
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const requests = lines.flatMap(({ req }) => req ?? [])
  t.same(requests, [
    { method: 'PATCH', path: '/api/2.0/portal/userscount' },
    { method: 'GET', path: '/api/2.0/portal/userscount' },
  ])
  t.same(
    lines.flatMap(({ res }) => res?.statusCode ?? []),
    [405, 200],
  )
  t.ok(lines.filter(({ reqId }) => reqId).every(({ portal }) => portal === 'localhost'))
})

t.test('--log-level silent logs nothing', async (t) => {
  const { url, stop } = await startCommand(t, ['--log-level', 'silent'])
  await fetch(`${url}/api/2.0/portal/nope`)
  t.equal((await stop()).stderr, '')
})

t.test('a log that nobody reads any more stops nothing', async (t) => {
  for (const format of ['json', 'pretty']) {
    const { url, child, stop } = await startCommand(t, ['--log-format', format])
    child.stderr?.destroy()
    child.stdout?.destroy()
    for (let i = 0; i < 3; i++) t.equal((await fetch(`${url}/nope/${i}`)).status, 404)
    t.equal((await fetch(`${url}/health`)).status, 200)
    t.equal((await stop()).code, 0)
  }
})

/** Has a long log line, so that a few fill the pipe and the buffer of the process. */
const LONG_PATH = `nope/${'x'.repeat(7000)}`
const FLOOD = 500

t.test('an unread log blocks nothing, and dropped lines are counted', async (t) => {
  for (const format of ['json', 'pretty']) {
    const { url, child, printed, logged, stop } = await startCommand(t, ['--log-format', format])
    child.stderr?.pause()
    for (let i = 0; i < FLOOD; i++) t.equal((await fetch(`${url}/${LONG_PATH}`)).status, 404)
    t.equal((await fetch(`${url}/health`)).status, 200)
    child.stderr?.resume()
    const [, dropped = ''] = await logged(/ ?(\d[\d,]*) log lines dropped while standard error was not read.*\n/)
    const written = printed.stderr.match(/nope\//g)?.length ?? 0
    t.ok(written > 100, 'what fits is kept')
    t.equal(written + Number(dropped.replace(',', '')), FLOOD, format)
    await fetch(`${url}/nope/again`)
    await logged(/again/)
    const { code, stderr } = await stop()
    t.equal(code, 0)
    t.equal(stderr.match(/log lines dropped/g)?.length, 1)
    if (format === 'json') for (const line of stderr.trim().split('\n')) t.equal(JSON.parse(line).level, 40)
  }
})

t.test('requests logged to a pipe that is never read: it serves and ends as usual', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { url, child } = await startCommand(t, ['--log-requests', '--log-format', 'json'])
    child.stderr?.pause()
    child.stdout?.pause()
    for (let i = 0; i < FLOOD / 2; i++) await fetch(`${url}/${LONG_PATH}`)
    t.equal((await fetch(`${url}/health`)).status, 200)
    child.kill(signal)
    t.same(await once(child, 'exit'), [0, null])
    child.stderr?.resume()
  }
})

t.test('closed output or a full device doesn’t end the process', async (t) => {
  for (const redirection of ['> >(true) 2> >(true)', '>/dev/full 2>/dev/full']) {
    const port = await freePort()
    const command = [process.execPath, main, '--port', String(port)]
    const child = spawn('bash', ['-c', `exec "$@" ${redirection}`, 'bash', ...command])
    t.teardown(() => child.kill('SIGKILL'))
    while (child.exitCode === null && !(await answers(`http://localhost:${port}/health`)));
    for (let i = 0; i < 3; i++) t.equal((await fetch(`http://localhost:${port}/nope/${i}`)).status, 404)
    child.kill('SIGTERM')
    t.same(await once(child, 'exit'), [0, null], redirection)
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}

function key(digit: string) {
  return { authorization: `Bearer ${apiKey(digit)}` }
}

async function askWithSecrets(url: string, path: string): Promise<void> {
  const headers = {
    authorization: 'Bearer secret-token',
    cookie: 'asc_auth_key=secret-cookie',
    apikeybearer: 'secret-key',
  }
  await fetch(`${url}/${path}?asc_auth_key=secret-query&key=secret`, { method: 'PATCH', headers })
}

function tellsNoSecret(t: Test, log: string): void {
  t.notMatch(log, /secret/)
  t.notMatch(log, apiKey('1'))
}
