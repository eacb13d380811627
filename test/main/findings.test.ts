import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { mintConfirmationKey } from '../../src/auth/mint.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { runCommand, startCommand } from '../command.ts'
import { apiKey, people, testPortal } from '../helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

const header = { ApiKeyBearer: apiKey('1') }

t.test('nothing found: it says so, exit code 0', async (t) => {
  const { url } = await startCommand(t)
  const { code, stdout, stderr } = await runCommand(['findings', url, '--fail'])
  t.equal(stdout, `${url}: nothing that would not work on a real portal\n`)
  t.equal(stderr, '')
  t.equal(code, 0)
})

t.test('something found: every portal with what, what instead and where last; exit code 1 with --fail', async (t) => {
  const { url } = await startCommand(t)
  for (const path of ['', '', '/@w1']) await fetch(`${url}${path}/api/2.0/portal/userscount`, { headers: header })
  await fetch(`${url}/@w1/api/2.0/capabilities?token=a-secret`)
  const all = await runCommand(['findings', url])
  t.equal(all.code, 0)
  t.equal(
    all.stdout,
    `Portal localhost
     2  api-key-header
        The API key was in the header ApiKeyBearer, which a real portal never reads: 401.
        Send Authorization: Bearer sk-…
        Last: GET /api/2.0/portal/userscount, request 2

Portal w1
     1  api-key-header
        The API key was in the header ApiKeyBearer, which a real portal never reads: 401.
        Send Authorization: Bearer sk-…
        Last: GET /@w1/api/2.0/portal/userscount, request 1
     1  token-in-url (note)
        A token or an API key was in the URL, which ends up in logs, histories and Referer headers.
        Send it in a header
        Last: GET /@w1/api/2.0/capabilities?token=…, request 2

`,
  )
  t.equal((await runCommand(['findings', url, '--fail'])).code, 1)
  t.equal((await runCommand(['findings', url], { env: { DOCSPACE_MOCK_FAIL: 'true' } })).code, 1)

  const one = await runCommand(['findings', url, '--portal', 'w1', '--fail'])
  t.equal(one.code, 1)
  t.notMatch(one.stdout, 'Portal localhost')
  await fetch(`${url}/@w1/__mock/findings`, { method: 'DELETE' })
  t.equal((await runCommand(['findings', url, '--portal', 'w1', '--fail'])).code, 0)
})

t.test('a note makes it fail only where that is asked for', async (t) => {
  const { url } = await startCommand(t)
  const key = mintConfirmationKey(testPortal(t, { clock: systemClock }), people.owner)
  // as the Go SDK and newer TypeScript ones send it by themselves
  const query = new URLSearchParams({ Userid: people.owner, Key: key })
  const headers = { Authorization: `Bearer ${apiKey('1')}` }
  const sent = await fetch(`${url}/api/2.0/portal/sendcongratulations?${query}`, { method: 'POST', headers })
  t.equal(sent.headers.get('x-docspace-mock-finding'), 'unread-credential')
  const cases: [args: string[], env: Record<string, string>, code: number][] = [
    [[], {}, 0],
    [['--fail'], {}, 0],
    [['--fail=note'], {}, 1],
    [[], { DOCSPACE_MOCK_FAIL: 'note' }, 1],
    [['--fail=false'], { DOCSPACE_MOCK_FAIL: 'note' }, 0],
  ]
  for (const [args, env, code] of cases) {
    t.equal((await runCommand(['findings', url, ...args], { env })).code, code, `${args} ${JSON.stringify(env)}`)
  }
  const { stderr, code } = await runCommand(['findings', url, '--fail=notes'])
  t.equal(code, 2)
  t.match(stderr, "--fail takes true or false or 1 or 0 or note, not 'notes'")
})

t.test('a portal that is not there: a message, exit code 1, and none is made', async (t) => {
  const { url } = await startCommand(t)
  const { code, stdout, stderr } = await runCommand(['findings', url, '--portal', 'w9'])
  t.equal(code, 1)
  t.equal(stdout, '')
  t.equal(stderr, `docspace-mock: ${url} has no portal w9, or no longer\n`)
  t.equal(((await (await fetch(`${url}/__mock/portals`)).json()) as []).length, 1)
})

t.test('a server that is guarded by a token', async (t) => {
  const { url } = await startCommand(t, ['--control-token', 'a-token'])
  const without = await runCommand(['findings', url])
  t.equal(without.code, 1)
  const why = 'what it was started with as --control-token'
  t.equal(without.stderr, `docspace-mock: ${url} wants --token TEXT: ${why}\n`)
  const other = await runCommand(['findings', url, '--token', 'another'])
  t.equal(other.code, 1)
  t.equal(other.stderr, `docspace-mock: ${url} wants another --token: ${why}\n`)
  t.equal((await runCommand(['findings', url, '--token', 'a-token'])).code, 0)
  t.equal((await runCommand(['findings', url], { env: { DOCSPACE_MOCK_TOKEN: 'a-token' } })).code, 0)
})

t.test('a server without the control API', async (t) => {
  const { url } = await startCommand(t, ['--no-control'])
  const { code, stderr } = await runCommand(['findings', url])
  t.equal(code, 1)
  t.match(
    stderr,
    `docspace-mock: ${url} has no control API, which knows the findings: it was started with --no-control`,
  )
})

t.test('what can not be asked: a message, exit code 1', async (t) => {
  const none = await runCommand(['findings', 'http://localhost:1'])
  t.equal(none.code, 1)
  t.match(none.stderr, /^docspace-mock: http:\/\/localhost:1\/\S+ can't be reached: .+\n$/)

  for (const [status, body, message] of [
    [404, '', /has no control API, .*, or is no docspace-mock$/m],
    [500, '', /answered 500 to GET \/__mock\/portals: is it a docspace-mock\?/],
    [200, '<html>', /with no JSON: is it a docspace-mock\?/],
  ] as const) {
    const other = await answering(t, status, body)
    const { code, stderr } = await runCommand(['findings', other])
    t.equal(code, 1)
    t.match(stderr, message)
  }
})

t.test('wrong usage: one line on standard error, exit code 2', async (t) => {
  const wrong: [args: string[], message: string][] = [
    [['ftp://a'], 'findings takes a URL that begins with http:// or https://'],
    [['localhost:8092'], 'findings takes a URL that begins with http:// or https://'],
    [['http://'], 'findings takes a URL that begins with http:// or https://'],
    [['http://a/path'], 'findings takes a URL such as'],
    [['http://a', 'http://b'], "Unexpected argument 'http://b'"],
    [['--portal', 'a_b'], '--portal takes the name of a portal'],
    [['--nope'], "Unknown option '--nope'"],
  ]
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await runCommand(['findings', ...args])
    t.equal(code, 2)
    t.equal(stdout, '')
    t.ok(stderr.startsWith(`docspace-mock: ${message}`), stderr)
    t.ok(stderr.endsWith('See docspace-mock findings --help.\n'), stderr)
  }
})

t.test('--help', async (t) => {
  const { code, stdout } = await runCommand(['findings', '--help'])
  t.equal(code, 0)
  t.match(stdout, /^Usage: docspace-mock findings \[URL\] \[options\]\n/)
  for (const flag of ['--portal NAME', '--token TEXT', '--fail[=note]', '--help']) t.match(stdout, `  ${flag} `)
})

/** A server that gives one answer to everything. */
async function answering(t: Test, status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  t.teardown(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
