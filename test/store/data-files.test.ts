import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createServer } from '../../src/server.ts'
import { defaultFixture } from '../../src/start.ts'
import { DataFileError } from '../../src/store/data-file-error.ts'
import { removeFiles } from '../../src/store/data-files.ts'
import { Database } from '../../src/store/database.ts'
import { openPortal, type PortalSlot } from '../../src/store/portal-slot.ts'
import { Portals } from '../../src/store/portals.ts'
import { call } from '../control/call.ts'
import { apiKey } from '../helper.ts'

const authorization = `Bearer ${apiKey('1')}`

/** A server whose portals have files. */
async function withFiles(t: Test) {
  const dataDirectory = t.testdir()
  const logged: { level: number; msg: string; err?: object; portal?: string }[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => logged.push(JSON.parse(line)) })
  const portal = openPortal({ fixture: defaultFixture, dataDirectory })
  const app = await createServer({ portals: [portal], logger })
  t.teardown(async () => {
    await app.close()
    portal.close()
  })
  const file = (name: string) => join(dataDirectory, name)
  const ask = (path: string) => app.inject({ url: `${path}/api/2.0/portal/userscount`, headers: { authorization } })
  return { app, portal, dataDirectory, file, logged, ask }
}

/** Obstacles at the path of a file. */
const obstacles: Record<string, [make: (path: string) => void, reason: RegExp]> = {
  'a directory': [(path) => mkdirSync(path), /: a directory instead of a data file\. Move it away/],
  'a symbolic link': [(path) => symlinkSync('/dev/null', path), /: a symbolic link instead of a data file/],
  'a dangling link': [(path) => symlinkSync('nowhere', path), /: a symbolic link instead of a data file/],
  'a named pipe': [(path) => execFileSync('mkfifo', [path]), /: a pipe, socket or device instead of a data file/],
}

for (const [name, [obstruct, reason]] of Object.entries(obstacles)) {
  t.test(`a reset, restore or load that can’t be written changes nothing: ${name}`, async (t) => {
    const { app, file, ask, logged, dataDirectory } = await withFiles(t)
    for (const portal of ['', '/@w1']) {
      const data = file(portal === '' ? 'localhost.sqlite' : 'w1.sqlite')
      await call(app, 'POST', `${portal}/users`, { email: 'one@example.com' })
      await call(app, 'PUT', `${portal}/snapshots/a`)
      await call(app, 'POST', `${portal}/users`, { email: 'two@example.com' })
      obstruct(`${data}-new`)
      const before = (await ask(portal)).json().response
      const changes: Parameters<typeof call>[] = [
        [app, 'POST', `${portal}/reset`],
        [app, 'POST', `${portal}/snapshots/a/restore`],
        [app, 'PUT', `${portal}/fixture`, { ...defaultFixture, users: defaultFixture.users.slice(0, 1) }],
      ]
      for (const change of changes) {
        const { status, body } = await call(...change)
        t.equal(status, 500, change[2])
        t.match(body?.error, reason)
        t.notMatch(body?.error, dataDirectory)
        t.equal((await ask(portal)).json().response, before, 'it goes on as it was')
      }
      const added = await call(app, 'POST', `${portal}/users`, { email: 'three@example.com' })
      t.equal(added.status, 201, 'and can be written')
      t.match(logged, [{ level: 50, msg: `${data}-new: `, portal: portal.slice(2) || 'localhost', err: undefined }])
      t.equal(logged.splice(0).length, 1, 'the same problem is logged once')
      t.ok(lstatSync(`${data}-new`), 'what is in the way stays')
      rmSync(`${data}-new`, { recursive: true })
      t.equal((await call(app, 'POST', `${portal}/reset`)).status, 204, 'once it is gone')
      t.equal((await ask(portal)).json().response, 6)
    }
    t.same(
      readdirSync(dataDirectory).filter((found) => found.endsWith('-new')),
      [],
    )
  })

  t.test(`a new portal whose file can’t be written is not there: ${name}`, async (t) => {
    const { app, file, ask, dataDirectory, logged } = await withFiles(t)
    for (const suffix of ['-new', '-wal', '-journal']) {
      const path = file(`w1.sqlite${suffix}`)
      obstruct(path)
      const before = readdirSync(dataDirectory)
      const { status, body } = await call(app, 'POST', '/portals', { name: 'w1' })
      t.equal(status, 500, suffix)
      t.match(body?.error, reason)
      const answer = await ask('/@w1')
      t.equal(answer.statusCode, 500)
      t.notMatch(answer.body + JSON.stringify(answer.headers), dataDirectory, 'no path of the server')
      t.match(logged.splice(0), [{ msg: path }])
      t.same(readdirSync(dataDirectory), before, 'no half file')
      t.same((await app.inject('/__mock/portals')).json().length, 1)
      rmSync(path, { recursive: true })
      t.equal((await call(app, 'POST', '/portals', { name: 'w1' })).status, 201)
      t.equal((await call(app, 'DELETE', '/portals/w1')).status, 204)
    }
  })
}

t.test('anything but a regular file is refused at start and kept', (t) => {
  for (const [name, [obstruct, reason]] of Object.entries(obstacles)) {
    for (const suffix of ['', '-wal', '-shm', '-journal', '-new']) {
      const dataDirectory = t.testdir()
      const path = join(dataDirectory, `localhost.sqlite${suffix}`)
      obstruct(path)
      const open = () => openPortal({ fixture: defaultFixture, dataDirectory })
      t.throws(open, { name: 'DataFileError', message: reason }, `${name} at ${suffix}`)
      t.throws(open, { message: new RegExp(`^${path}: `) })
      t.same(readdirSync(dataDirectory), [`localhost.sqlite${suffix}`])
    }
  }
  t.end()
})

t.test('other files in the directory are left alone', (t) => {
  const dataDirectory = t.testdir({ 'notes.txt': 'x', 'w1.sqlite-new.bak': 'y' })
  linkSync(join(dataDirectory, 'notes.txt'), join(dataDirectory, 'localhost.sqlite-new'))
  const portal = openPortal({ fixture: defaultFixture, dataDirectory })
  portal.reset()
  portal.close()
  t.same(readdirSync(dataDirectory), ['localhost.sqlite', 'notes.txt', 'w1.sqlite-new.bak'])
  t.equal(readFileSync(join(dataDirectory, 'notes.txt'), 'utf8'), 'x')
  t.end()
})

/** Files of an on-demand portal that can't be opened, and whether it can be dropped. */
const unusable: Record<string, [make: (path: string, sound: Buffer) => void, isDroppable: boolean]> = {
  garbage: [(path) => writeFileSync(path, 'garbage'), true],
  'a head alone': [(path, sound) => writeFileSync(path, sound.subarray(0, 100)), true],
  'half of it': [(path, sound) => writeFileSync(path, sound.subarray(0, sound.length / 2)), true],
  'a damaged schema': [(path, sound) => writeFileSync(path, Buffer.from(sound).fill(0xff, 100, 2000)), true],
  'of a newer version': [(path, sound) => withPragma(path, sound, 'user_version = 1000'), true],
  'another program’s': [(path) => new BetterSqlite(path).exec('CREATE TABLE recipes (name)').close(), false],
  'a directory': [(path) => mkdirSync(path), false],
  'a symbolic link': [(path) => symlinkSync('localhost.sqlite', path), false],
  'a named pipe': [(path) => execFileSync('mkfifo', [path]), false],
}

function withPragma(path: string, sound: Buffer, pragma: string): void {
  writeFileSync(path, sound)
  const connection = new BetterSqlite(path)
  connection.pragma(pragma)
  connection.close()
}

t.test('the file of an on-demand portal that can’t be opened', async (t) => {
  const other = t.testdir()
  openPortal({ fixture: { ...defaultFixture, alias: 'w1' }, dataDirectory: other }).close()
  const sound = readFileSync(join(other, 'w1.sqlite'))
  for (const [name, [make, isDroppable]] of Object.entries(unusable)) {
    await t.test(name, async (t) => {
      const { app, file, ask, dataDirectory, logged } = await withFiles(t)
      make(file('w1.sqlite'), sound)
      const descriptors = readdirSync('/proc/self/fd').length
      for (let i = 0; i < 200; i++) {
        const { statusCode, body, headers } = await ask('/@w1')
        if (statusCode !== 500) t.equal(statusCode, 500)
        if ((body + JSON.stringify(headers)).includes(dataDirectory)) t.fail(`${body} shows a path`)
      }
      t.equal(readdirSync('/proc/self/fd').length, descriptors, 'no descriptor leaks')
      t.equal(logged.length, 1, 'logged once')
      t.match(logged, [{ level: 50, msg: `${file('w1.sqlite')}: `, err: undefined }])
      const direct = await call(app, 'POST', '/@w1/reset')
      t.equal(direct.status, 500)
      t.match(direct.body?.error, /^w1\.sqlite: .*\./, 'the control API says why')
      const dropped = await call(app, 'DELETE', '/portals/w1')
      if (isDroppable) {
        t.equal(dropped.status, 204)
        t.notOk(existsSync(file('w1.sqlite')))
        t.equal((await ask('/@w1')).json().response, 6, 'the next one is new')
      } else {
        t.equal(dropped.status, 409)
        t.match(dropped.body?.error, /^w1\.sqlite: .*Move it away/)
        t.ok(lstatSync(file('w1.sqlite')), 'it stays')
      }
    })
  }
})

t.test('a portal that is open can’t be dropped while a directory is in the way of its file, and goes on', async (t) => {
  const { app, file, ask, dataDirectory } = await withFiles(t)
  t.equal((await ask('/@w1')).statusCode, 200)
  renameSync(file('w1.sqlite'), file('w1.moved'))
  mkdirSync(file('w1.sqlite'))
  const { status, body } = await call(app, 'DELETE', '/portals/w1')
  t.equal(status, 500)
  t.match(body?.error, /^w1\.sqlite: a directory instead of a data file/)
  t.equal((await ask('/@w1')).json().response, 6)
  t.throws(() => removeFiles(file('w1.sqlite')), { name: 'DataFileError', publicMessage: /is a directory/i })
  try {
    removeFiles(file('w1.sqlite'))
  } catch (error) {
    t.notMatch((error as DataFileError).publicMessage, dataDirectory)
  }
  rmSync(file('w1.sqlite'), { recursive: true })
  t.equal((await call(app, 'DELETE', '/portals/w1')).status, 204)
})

t.test('an open portal whose file is damaged makes room and can be dropped', async (t) => {
  const dataDirectory = t.testdir()
  // more than SQLite keeps in memory
  const portal = openPortal({ fixture: defaultFixture, dataDirectory, generatedUsers: 30_000 })
  const portals = new Portals({ portals: [portal], onDemand: true, limit: 1 })
  t.teardown(() => {
    portals.close()
    portal.close()
  })
  const damaged = (name: string) => {
    const slot = portals.obtain(name) as PortalSlot
    for (const page of slot.store.users.pages()) t.ok(page.length <= 500)
    const file = join(dataDirectory, `${name}.sqlite`)
    truncateSync(file, 4096)
    t.throws(() => slot.givenIds(), { name: 'DataFileError' })
    return slot
  }
  damaged('a')
  damaged('b').enter()
  t.equal(portals.find('a'), undefined, 'it has made room')
  const slot = portals.find('b') as PortalSlot
  portals.drop(slot)
  t.equal(portals.find('b'), undefined, 'in use too')
  t.notOk(existsSync(join(dataDirectory, 'b.sqlite')))
})

t.test('a portal that is closed is dropped without making room', async (t) => {
  const dataDirectory = t.testdir()
  const portal = openPortal({ fixture: defaultFixture, dataDirectory })
  const app = await createServer({ portals: [portal], maxPortals: 1 })
  t.teardown(async () => {
    await app.close()
    portal.close()
  })
  for (const name of ['w1', 'w2']) await call(app, 'POST', '/portals', { name })
  t.equal((await call(app, 'DELETE', '/portals/w1')).status, 204)
  t.same(
    readdirSync(dataDirectory).filter((name) => name.endsWith('.sqlite')),
    ['localhost.sqlite', 'w2.sqlite'],
  )
  t.ok(app.portals.find('w2'), 'the other one stays open')
})

t.test('one damaged page: a one-line error, or nothing is lost', (t) => {
  const dataDirectory = t.testdir()
  const file = join(dataDirectory, 'localhost.sqlite')
  const options = { fixture: defaultFixture, dataDirectory, generatedUsers: 100 }
  openPortal(options).close()
  const sound = readFileSync(file)
  const pageSize = sound.readUInt16BE(16)
  const fillings = { zeros: Buffer.alloc(1), ones: Buffer.from('ff', 'hex'), text: Buffer.from('not a page ') }
  for (const [name, filling] of Object.entries(fillings)) {
    let found = 0
    for (let at = 0; at < sound.length; at += pageSize) {
      writeFileSync(file, Buffer.from(sound).fill(filling, at, at + pageSize))
      try {
        const portal = openPortal(options)
        t.equal(portal.store.users.count(), 106, 'the page has nothing that matters')
        portal.close()
      } catch (error) {
        found++
        const { message } = error as Error
        const isTold = error instanceof DataFileError && message.startsWith(`${file}: `) && !message.includes('\n')
        if (!isTold) t.fail(`${name} at ${at}: ${error}`)
      }
    }
    t.ok(found > (sound.length / pageSize) * 0.9, `${name}: ${found} of ${sound.length / pageSize} pages`)
  }
  t.end()
})

t.test('errors of SQLite become advice', (t) => {
  const file = join(t.testdir(), 'a.sqlite')
  const cases: [pragma: string, message: RegExp][] = [
    ['query_only = 1', /^can't be written \(attempt to write a readonly database, SQLITE_READONLY\)\. Make the file/],
    ['max_page_count = 1', /^can't be written \(database or disk is full, SQLITE_FULL\)\. Make room on the disk/],
  ]
  for (const [pragma, message] of cases) {
    const database = new Database(file)
    database.exec(`PRAGMA ${pragma}`)
    const write = () => {
      for (let i = 0; i < 1000; i++) {
        database.run("INSERT INTO short_links (key, link) VALUES (?, 'link')", `key ${i} ${'x'.repeat(1000)}`)
      }
    }
    const told = { name: 'DataFileError', message: new RegExp(`^${file}: ${message.source.slice(1)}`) }
    t.throws(write, told, pragma)
    t.throws(() => database.transaction(write), told, `${pragma} in a transaction`)
    database.close()
  }
  const memory = new Database(':memory:')
  memory.exec('PRAGMA query_only = 1')
  t.throws(() => memory.run("INSERT INTO short_links (key, link) VALUES ('key', 'link')"), { code: 'SQLITE_READONLY' })
  memory.close()
  t.end()
})
