import t, { type Test } from 'tap'
import packageJson from '../../package.json' with { type: 'json' }
import { helpText } from '../../src/config.ts'
import { runCommand, startCommand } from '../command.ts'
import { apiKey, people } from '../helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

t.test('--help and --version print to standard output', async (t) => {
  const [help, version] = await Promise.all([runCommand(['--help']), runCommand(['--version'])])
  t.same(help, { code: 0, signal: null, stdout: helpText(), stderr: '' })
  t.same(version, { code: 0, signal: null, stdout: `${packageJson.version}\n`, stderr: '' })
})

t.test('wrong usage: one line on standard error, exit code 2', async (t) => {
  const cases: [args: string[], env: Record<string, string>, named: string][] = [
    [['--nope'], {}, '--nope'],
    [['--prot', '1'], {}, "'--prot'; did you mean --port? See docspace-mock --help."],
    [['verfy', 'http://localhost'], {}, "'verfy'; did you mean verify? See docspace-mock --help."],
    [['--no-rate-limt'], {}, "'--no-rate-limt'; did you mean --no-rate-limit?"],
    [['--port', '0', 'verify'], {}, "'verify': a command is the first argument. See"],
    [['--port'], {}, '--port'],
    [['--users', '-1'], {}, '--users'],
    [['--port', 'a\nb'], {}, '--port'],
    [['--trust-proxy', 'nobody'], {}, '--trust-proxy'],
    [[], { DOCSPACE_MOCK_PORT: '65536' }, 'DOCSPACE_MOCK_PORT'],
    [[], { DOCSPACE_MOCK_LOG_REQUESTS: 'yes' }, 'DOCSPACE_MOCK_LOG_REQUESTS'],
    [[], { DOCSPACE_MOCK_CONTROL_TOKEN: '' }, 'DOCSPACE_MOCK_CONTROL_TOKEN is set but empty; give it a value'],
    [['--control-token', ''], {}, '--control-token is set but empty; give it a value'],
  ]
  for (const [args, env, named] of cases) {
    const { code, stdout, stderr } = await runCommand(args, { env })
    t.equal(code, 2, named)
    t.equal(stdout, '')
    isOneLine(t, stderr, named, '--help')
  }
})

t.test('a port that is taken', async (t) => {
  const first = await startCommand(t)
  const { code, stdout, stderr } = await runCommand(['--port', String(first.port)])
  t.equal(code, 1)
  t.equal(stdout, '')
  isOneLine(t, stderr, 'EADDRINUSE', String(first.port), '--port')
  t.equal((await fetch(`${first.url}/health`)).status, 200, 'the first goes on')
})

t.test('an address that is not here', async (t) => {
  const { code, stderr } = await runCommand(['--port', '0', '--host', '203.0.113.1'])
  t.equal(code, 1)
  isOneLine(t, stderr, '203.0.113.1')
})

t.test('variables set what flags set, and flags win', async (t) => {
  const env = { DOCSPACE_MOCK_PROFILE: 'server', DOCSPACE_MOCK_USERS: '12', DOCSPACE_MOCK_PORT: 'unread' }
  const { printed, url } = await startCommand(t, ['--users', '7'], { env })
  t.match(printed.stdout, /profile server/)
  t.match(printed.stdout, /13 active users/)
  const headers = { origin: 'null' }
  t.equal((await fetch(`${url}/api/2.0/portal/userscount`, { headers })).status, 500)
})

t.test('every setting reaches the server', async (t) => {
  const flags = '--explain --dates mysql --cors https://a.example.com --public-url https://docs.example.com'.split(' ')
  const limits = '--rate-limit --rate-limit-per-minute 3 --auth ApiKeyBearer --machine-key other'.split(' ')
  const { url } = await startCommand(t, [...flags, ...limits])
  const ask = (path: string, headers = {}) =>
    fetch(`${url}/api/2.0/portal/${path}`, { headers: { ...key('1'), ...headers } })
  const person = await ask(`users/${people.winfield}`, { origin: 'https://a.example.com' })
  t.match(await person.text(), '"birthDate":"2008-04-10T02:30:00"', '--dates')
  t.equal(person.headers.get('access-control-allow-origin'), 'https://a.example.com', '--cors')
  t.match(person.headers.get('x-docspace-mock-explain'), 'ApiKeyBearer: accepted', '--explain')
  t.match(await (await ask('users/invite/4')).text(), '"response":"https://docs.example.com/s/', '--public-url')
  const basic = await ask('userscount', { authorization: `Basic ${btoa('owner@example.com:owner-password')}` })
  t.equal(basic.status, 401, '--auth')
  t.match(basic.headers.get('x-docspace-mock-explain'), 'none of ApiKeyBearer found a credential')
  await ask('userscount')
  t.equal((await ask('userscount')).status, 429, '--rate-limit')
})

function isOneLine(t: Test, text: string, ...parts: string[]): void {
  t.match(text, /^docspace-mock: [^\n]+\n$/)
  for (const part of parts) t.ok(text.includes(part), `${text.trim()}: names ${part}`)
}

function key(digit: string) {
  return { authorization: `Bearer ${apiKey(digit)}` }
}

t.test('a variable that is no setting is named, and the rest works', async (t) => {
  const { url, printed } = await startCommand(t, [], { env: { DOCSPACE_MOCK_PROFIL: 'server' } })
  t.equal((await fetch(`${url}/health`)).status, 200)
  t.equal(
    printed.stderr,
    'docspace-mock: DOCSPACE_MOCK_PROFIL is no setting and does nothing. See docspace-mock --help.\n',
  )
})
