import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { defaultFixture } from '../../src/start.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { main, run, runCommand, startCommand } from '../command.ts'
import { apiKey, people } from '../helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

t.test('a fixture that is no good: the file and the place in it are named', async (t) => {
  const [owner] = defaultFixture.users
  const valid = { alias: 'a', owner: people.owner, users: [{ ...owner }] }
  const cases: Record<string, [content: string, ...parts: string[]]> = {
    'several-lines.json': ['{\n  "alias": x,\n  "owner": 1\n}\n', 'not JSON'],
    'type.json': [JSON.stringify({ ...valid, users: [{ ...owner, type: 'Boss' }] }), '/users/0/type', 'RoomAdmin'],
    'extra.json': [JSON.stringify({ ...valid, colour: 'red' }), 'colour'],
    'owner.json': [JSON.stringify({ ...valid, owner: people.admin }), '/owner'],
  }
  const directory = t.testdir(Object.fromEntries(Object.entries(cases).map(([name, [content]]) => [name, content])))
  for (const [name, [, ...parts]] of Object.entries(cases)) await refusesFixture(t, join(directory, name), parts)
  await refusesFixture(t, join(directory, 'missing.json'), ['ENOENT', '--fixture'])

  const twice = join(directory, 'twice.json')
  writeFileSync(twice, JSON.stringify(valid))
  const { code, stderr } = await runCommand(['--port', '0', '--fixture', twice, '--fixture', twice])
  t.equal(code, 1)
  isOneLine(t, stderr, twice, '/alias')
})

t.test('two fixtures with one tenant id: exit code 1, both are named', async (t) => {
  const [owner] = defaultFixture.users
  const fixture = (alias: string) => JSON.stringify({ alias, tenantId: 7, owner: people.owner, users: [owner] })
  const directory = t.testdir({ 'a.json': fixture('a'), 'b.json': fixture('b') })
  const [a, b] = ['a.json', 'b.json'].map((name) => join(directory, name))
  const { code, stderr } = await runCommand(['--port', '0', '--fixture', a ?? '', '--fixture', b ?? ''])
  t.equal(code, 1)
  isOneLine(t, stderr, `${b}: /tenantId`, `7, of ${a}`, 'Give one of them another tenantId')
})

t.test('a data file that is no good stays as it is', async (t) => {
  const cases: Record<string, [make: (file: string) => void, ...parts: string[]]> = {
    text: [(file) => writeFileSync(file, 'not a database at all'), 'not a SQLite database'],
    'cut off': [(file) => writeFileSync(file, 'SQLite format 3\0 and then nothing of the kind'), '--data'],
    foreign: [(file) => new BetterSqlite(file).exec('CREATE TABLE recipes (name TEXT)').close(), 'of another program'],
    newer: [(file) => makeNewer(file), 'newer', 'Update'],
    directory: [(file) => mkdirSync(file), '--data'],
  }
  for (const [name, [make, ...parts]] of Object.entries(cases)) {
    const data = t.testdir()
    const file = join(data, 'localhost.sqlite')
    make(file)
    const before = contentOf(data)
    const { code, stdout, stderr } = await runCommand(['--port', '0', '--data', data])
    t.equal(code, 1, name)
    t.equal(stdout, '')
    isOneLine(t, stderr, file, ...parts)
    t.same(contentOf(data), before, 'the directory is as it was')
  }
})

t.test('a data directory that is a file', async (t) => {
  const file = join(t.testdir({ file: 'x' }), 'file')
  const { code, stderr } = await runCommand(['--port', '0', '--data', file])
  t.equal(code, 1)
  isOneLine(t, stderr, file)
  t.equal(readFileSync(file, 'utf8'), 'x')
})

t.test('a data directory that nobody can make', async (t) => {
  const directory = '/proc/none/deeper'
  const { code, stderr } = await runCommand(['--port', '0', '--data', directory])
  t.equal(code, 1)
  isOneLine(t, stderr, directory)
})

t.test('a data file that another process has open', async (t) => {
  const data = t.testdir()
  const first = await startCommand(t, ['--data', data])
  await fetch(`${first.url}/api/2.0/portal/present/mark`, { method: 'POST', headers: key('1') })
  const before = contentOf(data)
  const { code, stderr } = await runCommand(['--port', '0', '--data', data])
  t.equal(code, 1)
  isOneLine(t, stderr, join(data, 'localhost.sqlite'), 'open in another process')
  t.same(contentOf(data), before)
  t.equal((await fetch(`${first.url}/api/2.0/portal/userscount`, { headers: key('1') })).status, 200)

  t.equal((await first.stop()).code, 0)
  const second = await startCommand(t, ['--data', data])
  t.match(second.printed.stdout, `data in ${data}`, 'it can be opened once the first has ended')
  t.equal((await second.stop()).code, 0)
})

t.test('another machine key than the data file was made with', async (t) => {
  const data = t.testdir()
  openPortal({ fixture: defaultFixture, dataDirectory: data }).close()
  const { code, stderr } = await runCommand(['--port', '0', '--data', data, '--machine-key', 'other'])
  t.equal(code, 1)
  isOneLine(t, stderr, 'machine key', '--machine-key')
})

/** Runs a command with a limit. Node.js ignores the signal of a file that becomes too large; what tap adds to it doesn't. */
const limited = (limit: string) => `unset NODE_OPTIONS; ulimit ${limit}; exec "$@"`

/** How large a file may become while the disk is full, in kB: a new portal fits. */
const FULL = 300

t.test('a full disk: reads work, writes fail, and work again once there is space', async (t) => {
  const data = t.testdir()
  const file = join(data, 'localhost.sqlite')
  const args = ['--port', '0', '--data', data, '--log-format', 'pretty']
  const child = spawn('bash', ['-c', limited(`-S -f ${FULL}`), 'bash', process.execPath, main, ...args])
  t.teardown(() => child.kill('SIGKILL'))
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      printed[stream] += text
    })
  }
  while (!/^Open /m.test(printed.stdout)) await once(child.stdout, 'data')
  const [, url] = /^Listening on (\S+)$/m.exec(printed.stdout) ?? []
  const ask = (method: string, path: string, body?: object) =>
    fetch(url + path, {
      method,
      headers: { ...key('1'), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const make = (n: number) =>
    ask('POST', '/api/2.0/keys', { name: `${n} ${'x'.repeat(20)}`, permissions: ['*'], expiresInDays: 1 })

  let made = 0
  while ((await make(made)).status === 200) made++
  const refused = await make(made)
  t.equal(refused.status, 500)
  const { error } = (await refused.json()) as { error: { message: string; type: string } }
  t.equal(error.type, 'System.Exception')
  t.match(
    error.message,
    /^localhost\.sqlite: can't be read or written \(disk I\/O error, SQLITE_IOERR_WRITE\)\. Check the/,
  )
  for (let i = 0; i < 20; i++) t.equal((await make(made)).status, 500)
  const keys = async () => ((await (await ask('GET', '/api/2.0/keys')).json()) as { count: number }).count
  const before = await keys()

  const loaded = await ask('PUT', '/__mock/fixture', { ...defaultFixture, generatedUsers: 2000 })
  t.equal(loaded.status, 500)
  t.match(await loaded.json(), { error: /^localhost\.sqlite: can't be written \(EFBIG: file too large\)\. Make room/ })
  t.notOk(
    readdirSync(data).some((name) => name.endsWith('-new')),
    'no half file',
  )
  t.equal(await keys(), before, 'it goes on as it was')
  t.equal((await ask('GET', '/health')).status, 200)
  const unused = await fetch(`${url}/api/2.0/portal/userscount`, { headers: key('2') })
  t.equal(unused.status, 200, 'a key whose use can’t be noted')
  const lines = printed.stderr.trim().split('\n')
  t.equal(lines.length, 2, 'each is logged once, without a stack')
  t.ok(lines.every((line) => line.includes(`[localhost] ${file}: can't be`)))

  const { code } = await run('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:'])
  t.equal(code, 0)
  t.equal((await make(made)).status, 200, 'there is room again')
  t.equal(await keys(), before + 1)
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
  const portal = openPortal({ fixture: defaultFixture, dataDirectory: data })
  t.equal(portal.store.apiKeys.list(null).length, before + 1, 'nothing that was answered is lost')
  portal.close()
})

t.test('a portal that can’t be written at start leaves no file', async (t) => {
  const data = t.testdir()
  const script = limited('-f 50')
  const { code, stderr } = await run('bash', [
    '-c',
    script,
    'bash',
    process.execPath,
    main,
    '--port',
    '0',
    '--data',
    data,
  ])
  t.equal(code, 1)
  isOneLine(t, stderr, join(data, 'localhost.sqlite'), "can't be", '--data')
  t.same(readdirSync(data), [])
})

t.test('a data directory is left tidy', async (t) => {
  const data = join(t.testdir(), 'made', 'on', 'the', 'way')
  const { url, stop } = await startCommand(t, ['--data', data])
  await fetch(`${url}/api/2.0/portal/present/mark`, { method: 'POST', headers: key('4') })
  t.equal((await stop()).code, 0)
  t.same(readdirSync(data), ['localhost.sqlite'])
  const portal = openPortal({ fixture: defaultFixture, dataDirectory: data })
  t.teardown(() => portal.close())
  t.equal(portal.store.webstudioSettings.isGiftMessageRead(people.winfield), true)
})

function isOneLine(t: Test, text: string, ...parts: string[]): void {
  t.match(text, /^docspace-mock: [^\n]+\n$/)
  for (const part of parts) t.ok(text.includes(part), `${text.trim()}: names ${part}`)
}

async function refusesFixture(t: Test, file: string, parts: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runCommand(['--port', '0', '--fixture', file])
  t.equal(code, 1, file)
  t.equal(stdout, '')
  isOneLine(t, stderr, file, ...parts)
}

function makeNewer(file: string): void {
  openPortal({ fixture: defaultFixture, dataDirectory: join(file, '..') }).close()
  const database = new BetterSqlite(file)
  database.pragma('user_version = 1000')
  database.close()
}

function contentOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(directory, name), 'base64')]))
}

function key(digit: string) {
  return { authorization: `Bearer ${apiKey(digit)}` }
}

t.test('somebody of the fixture has an e-mail that is made up', async (t) => {
  const [owner] = defaultFixture.users
  const file = t.testdir({
    'portal.json': JSON.stringify({ alias: 'a', owner: owner?.id, users: [{ ...owner, email: 'user1@example.com' }] }),
  })
  const { code, stderr } = await runCommand(['--port', '0', '--fixture', `${file}/portal.json`, '--users', '3'])
  t.equal(code, 1)
  isOneLine(t, stderr, 'portal a', '--users', 'user1@example.com')
})
