import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { start } from '../../src/start.ts'
import { verifyHelpText } from '../../src/verify-config.ts'
import { beginCommand, run, runCommand, startCommand } from '../command.ts'
import { apiKey } from '../helper.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// each start of a process takes a while
t.setTimeout(180_000)

t.test('the mock passes, in both profiles', async (t) => {
  for (const profile of ['documented', 'server'] as const) {
    const url = await mock(t, { profile })
    const { code, stdout, stderr } = await runCommand(['verify', url, '--profile', profile, '--allow-writes'])
    t.equal(code, 0, stdout)
    t.equal(stderr, '', 'no bar where there is no terminal')
    t.match(stdout, /^http:\/\/localhost:\d+, profile \w+ +passed +failed +skipped\n/)
    t.match(stdout, /^GET users\/invite\/{employeeType} +\d+ +0 +0$/m)
    t.match(stdout, /\n\d{3} passed, 0 failed, 0 skipped in \d+\.\d s\n$/)
  }
})

t.test('the other profile: the differences are shown, exit code 1', async (t) => {
  const url = await mock(t)
  const { code, stdout } = await runCommand(['verify', url, '--profile', 'server'])
  t.equal(code, 1)
  t.match(stdout, /^FAILED {2}A26: header ApiKeyBearer\n {2}GET userscount\n {4}--- expected\n {4}\+\+\+ received\n/m)
  t.match(stdout, /^ {4}-status 401\n {4}\+status 200\n/m)
  t.match(stdout, /^skipped +\d+ {2}changes something: --allow-writes$/m)
})

t.test('every reporter', async (t) => {
  const url = await mock(t)
  const run = async (reporter: string) => (await runCommand(['verify', url, '--reporter', reporter])).stdout
  t.match(JSON.parse(await run('json')), { url, profile: 'documented', failed: 0, operations: Array })
  t.match(await run('junit'), /^<\?xml[\s\S]*<\/testsuites>\n$/)
  t.match(await run('tap'), /^TAP version 13\n[\s\S]*\n1\.\.33\n/)
})

t.test('--record writes an archive, and no credential is in it or printed', async (t) => {
  const url = await mock(t)
  const file = join(t.testdir(), 'out.har')
  const args = ['verify', url, '--profile', 'server', '--allow-writes', '--record', file]
  const { stdout, stderr } = await runCommand(args)
  const archive = readFileSync(file, 'utf8')
  t.ok(JSON.parse(archive).log.entries.length > 200)
  for (const text of [stdout, stderr, archive]) {
    for (const digit of '12345abcd9') t.notMatch(text, apiKey(digit))
    t.notMatch(text, /-password\b/)
    t.notMatch(text, /sk-[0-9a-f]{63}[^7]/, 'keys that were made')
    t.notMatch(text, /eyJ[\w-]{30}/, 'access tokens')
    t.notMatch(text, /asc_auth_key=[\w+/%]{30}/, 'session tokens')
    t.notMatch(text, /Key=\d{10}/i, 'confirmation keys')
    t.notMatch(text, Buffer.from('owner@example.com:').toString('base64').slice(0, 20), 'logins')
  }
})

t.test('keys from the environment, and none of them in messages', async (t) => {
  const url = await mock(t)
  const good = await runCommand(['verify', url], { env: { DOCSPACE_MOCK_OWNER_KEY: apiKey('1') } })
  t.equal(good.code, 0)
  t.match(good.stdout, /wants a credential of a guest/)
  const unknown = await runCommand(['verify', url, '--owner-key', apiKey('9')])
  t.equal(unknown.code, 1)
  t.match(unknown.stderr, /^docspace-mock: the credential for owner is refused: GET \S+ answers 401\n$/)
  const refused: [args: string[], message: RegExp][] = [
    [['--owner-key', 'sk- secret'], /--owner-key takes a credential/],
    [['--owner-login', 'secret'], /--owner-login takes an e-mail and a password/],
    [['--fixture', 'a.json', '--owner-key', 'secret'], /--fixture brings credentials/],
  ]
  for (const [args, message] of refused) {
    const { code, stderr } = await runCommand(['verify', url, ...args])
    t.equal(code, 2)
    t.match(stderr, message)
    t.notMatch(stderr, 'secret')
    t.match(stderr, /^docspace-mock: [^\n]+ See docspace-mock verify --help\.\n$/)
  }
})

t.test('a fixture of the portal', async (t) => {
  const fixture = join(root, 'fixtures', 'localhost.json')
  const url = await mock(t)
  const { code, stdout } = await runCommand(['verify', url, '--fixture', fixture, '--allow-writes'])
  t.equal(code, 0, stdout)
  const missing = await runCommand(['verify', url, '--fixture', 'missing.json'])
  t.equal(missing.code, 1)
  t.match(missing.stderr, /missing\.json: can't be read/)
})

t.test('wrong usage and a server that is not there', async (t) => {
  const cases: [args: string[], code: number, message: RegExp][] = [
    [[], 2, /wants the URL of a portal/],
    [['localhost:8092'], 2, /verify takes a URL that begins with http:\/\/ or https:\/\/, such as/],
    [['http://a:secret@localhost'], 2, /without credentials/],
    [['http://localhost', 'more'], 2, /Unexpected argument 'more'/],
    [['http://localhost', '--reporter', 'xml'], 2, /--reporter takes table or json or junit or tap, not 'xml'/],
    [['http://localhost', '--nope'], 2, /--nope/],
    [['http://localhost', '--timeout', '0'], 2, /--timeout takes a number of seconds up to 3600, not '0'/],
    [['http://localhost', '--tls-ca', '/nowhere/ca.pem'], 1, /--tls-ca: ENOENT.*'\/nowhere\/ca\.pem'/],
    [['http://localhost', '--tls-ca', import.meta.filename], 1, /verify\.test\.ts has no certificate as PEM in it/],
    [['http://127.0.0.1:1'], 1, /http:\/\/127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/],
    [['http://127.0.0.1:1', '--owner-key', apiKey('1')], 1, /can't be reached/],
  ]
  for (const [args, code, message] of cases) {
    const ended = await runCommand(['verify', ...args])
    t.equal(ended.code, code, args.join(' '))
    t.equal(ended.stdout, '')
    t.match(ended.stderr, message)
    t.match(ended.stderr, /^docspace-mock: [^\n]+\n$/)
    t.notMatch(ended.stderr, 'secret')
  }
})

t.test('an archive that cannot be written: nothing is sent', async (t) => {
  const { url, printed } = await startCommand(t, ['--log-requests'])
  const { code, stdout, stderr } = await runCommand(['verify', url, '--record', '/nowhere/a.har'])
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /^docspace-mock: --record: ENOENT: .*'\/nowhere\/a\.har'\n$/)
  t.notMatch(printed.stderr, 'userscount')
})

t.test('a certificate of its own, as the message says', async (t) => {
  const url = await mock(t, { tls: true })
  const refused = await runCommand(['verify', url])
  t.equal(refused.code, 1)
  const [, certificate = ''] = /--tls-ca FILE; a docspace-mock has it at (\S+)\n$/.exec(refused.stderr) ?? []
  const file = join(t.testdir(), 'ca.pem')
  const fetched = await run('curl', ['--silent', '--insecure', '--output', file, certificate])
  t.equal(fetched.code, 0, fetched.stderr)
  const { code, stdout } = await runCommand(['verify', url, '--tls-ca', file])
  t.equal(code, 0, stdout)
})

t.test('Ctrl-C while an answer is awaited: what was found is printed at once', async (t) => {
  const stopped = Promise.withResolvers<void>()
  let asked = 0
  const server = createHttpServer((_, response) => {
    if (asked++ < 3) response.writeHead(401).end()
    else stopped.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const { child, ended } = beginCommand(t, ['verify', `http://127.0.0.1:${port}`])
  await stopped.promise
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  t.equal(code, 1)
  t.match(stdout, /\n0 passed, 2 failed, 0 skipped in \d+\.\d s\n$/)
  t.equal(stderr, 'docspace-mock: interrupted, the other cases were not sent.\n')
})

t.test('Ctrl-C after something was made: it is removed, or that is said', async (t) => {
  const cases: [removed: boolean, stderr: RegExp][] = [
    [true, /, the other cases were not sent\. What was made has been removed\.\n$/],
    [false, /\. Some of what was made may still be there, .*: L76 \(DELETE users\/invitationlink\)\.\n$/],
  ]
  for (const [removed, message] of cases) {
    const stopped = Promise.withResolvers<void>()
    const link = { response: { id: '10101010-1010-4010-8010-101010101010' } }
    let made = false
    const server = createHttpServer(({ method, url, headers }, response) => {
      const json = { 'content-type': 'application/json; charset=utf-8' }
      const links = [{ href: `http://${headers.host}${url}`, action: method }]
      if (method === 'DELETE') {
        response.writeHead(removed ? 200 : 500, json)
        response.end(JSON.stringify({ count: 0, links, status: 0, statusCode: 200 }))
      } else if (made) {
        stopped.resolve()
      } else if (method === 'POST' && url === '/api/2.0/portal/users/invitationlink') {
        made = true
        response.writeHead(200, json).end(JSON.stringify(link))
      } else response.writeHead(401).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.closeAllConnections())
    t.teardown(() => server.close())
    const { port } = server.address() as AddressInfo
    const { child, ended } = beginCommand(t, ['verify', `http://127.0.0.1:${port}`, '--allow-writes'])
    await stopped.promise
    child.kill('SIGINT')
    const { code, stderr } = await ended
    t.equal(code, 1)
    t.match(stderr, message)
  }
})

t.test('help', async (t) => {
  t.same(await runCommand(['verify', '--help']), { code: 0, signal: null, stdout: verifyHelpText(), stderr: '' })
})

t.test("Prism on the mock's own document: what differs is shown", async (t) => {
  const url = await startPrism(t)
  const { code, stdout, stderr } = await runCommand(['verify', url])
  t.equal(code, 1)
  t.equal(stderr, '')
  const failed = new Map(
    [...stdout.matchAll(/^FAILED {2}(\S+): .*\n((?: +.*\n)*)/gm)].map(([, id = '', difference = '']) => [
      id,
      difference,
    ]),
  )
  t.ok(failed.size > 50, `${failed.size} cases differ`)
  t.match(
    failed.get('A21'),
    /^ {4}\+ {6}"href": "http:\/\/localhost:8092\/api\/2\.0\/portal\/userscount",\n/m,
    'its link',
  )
  t.match(failed.get('B8'), /^ {4}-status 400\n/m, 'a role that is none')
  t.match(failed.get('D11'), /^ {4}- {4}"message": "The user could not be found",\n/m, 'nobody of that id')
  t.match(failed.get('A45'), /^ {4}\+content-type: application\/problem\+json\n/m, 'a body on an unknown path')
})

/** Starts the mock in this process, which is quicker than another. */
async function mock(t: Test, options: Parameters<typeof start>[0] = {}): Promise<string> {
  const server = await start({ port: 0, ...options })
  t.teardown(() => server.close())
  return server.url
}

/** Starts Prism on the committed document. It is killed with the test. */
async function startPrism(t: Test): Promise<string> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/@stoplight/prism-cli/dist/index.js'),
      'mock',
      join(root, 'openapi/openapi.json'),
      '-p',
      `${port}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  t.teardown(() => child.kill('SIGKILL'))
  await listening(child)
  return `http://127.0.0.1:${port}`
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const look = (chunk: Buffer) => {
      printed += chunk
      if (printed.includes('Prism is listening')) resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', (code) => reject(new Error(`Prism ended with ${code}: ${printed}`)))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
