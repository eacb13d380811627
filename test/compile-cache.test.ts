import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { buildSync } from 'esbuild'
import t, { type Test } from 'tap'
import { ownFolder, readOwnFile } from '../src/compile-cache.ts'

const self = process.getuid?.() ?? -1
const isUnix = self >= 0
const OTHER = self + 1

/** A folder that only this user can access, wherever tests keep theirs. */
function ownPlace(t: Test): string {
  const place = realpathSync(t.testdir({ inner: { file: 'kept' } }))
  chmodSync(place, 0o755)
  chmodSync(join(place, 'inner'), 0o755)
  chmodSync(join(place, 'inner', 'file'), 0o644)
  return place
}

t.test('a folder that other users could fill is not read', { skip: !isUnix }, async (t) => {
  const cases: [what: string, change: (place: string) => unknown, isOwn: boolean][] = [
    ['as the umask makes it', () => {}, true],
    ['that no other user can look into', (place) => chmodSync(join(place, 'inner'), 0o700), true],
    ['that a group may write to', (place) => chmodSync(join(place, 'inner'), 0o775), false],
    ['that all users may write to', (place) => chmodSync(join(place, 'inner'), 0o757), false],
    ['that all users may write to, but is sticky', (place) => chmodSync(join(place, 'inner'), 0o1777), false],
    ['in a folder in which any user may swap it', (place) => chmodSync(place, 0o777), false],
    ['in a sticky folder, as temporary folders are', (place) => chmodSync(place, 0o1777), true],
    [
      'in a folder that no other user can enter',
      (place) => {
        chmodSync(place, 0o700)
        chmodSync(join(place, 'inner'), 0o777)
      },
      true,
    ],
  ]
  for (const [what, change, isOwn] of cases) {
    t.test(what, async (t) => {
      const place = ownPlace(t)
      change(place)
      const folder = join(place, 'inner')
      t.equal(ownFolder(folder, self), isOwn ? folder : null)
    })
  }
  const place = ownPlace(t)
  t.equal(ownFolder(join(place, 'missing')), null)
  t.equal(ownFolder(join(place, 'inner'), OTHER), null, 'of another user')
  symlinkSync(join(place, 'inner'), join(place, 'link'))
  t.equal(ownFolder(join(place, 'link')), join(place, 'inner'), 'what a link leads to is named')
})

t.test('a file that other users could have written is not read', { skip: !isUnix }, async (t) => {
  const place = ownPlace(t)
  const file = join(place, 'inner', 'file')
  t.equal(readOwnFile(file)?.toString(), 'kept')
  t.equal(readOwnFile(file, OTHER), null, 'of another user')
  t.equal(readOwnFile(join(place, 'inner')), null, 'a folder')
  t.equal(readOwnFile(join(place, 'missing')), null)
  symlinkSync(file, join(place, 'link'))
  t.equal(readOwnFile(join(place, 'link')), null, 'a symbolic link')
  for (const mode of [0o664, 0o646, 0o666]) {
    chmodSync(file, mode)
    t.equal(readOwnFile(file), null, mode.toString(8))
  }
})

t.test('a file of another user is not read', { skip: self !== 0 }, async (t) => {
  const file = join(ownPlace(t), 'inner', 'file')
  chownSync(file, OTHER, OTHER)
  t.equal(readOwnFile(file), null)
})

const GOOD = "(function (exports) { console.log('good'); exports.run = async () => true })"
const PLANTED = GOOD.replace('good', 'evil')

/** The built loader, beside a command that says `good`. */
function built(t: Test): { directory: string; loader: string } {
  const directory = realpathSync(t.testdir({ dist: { 'command.cjs': GOOD }, cache: {}, elsewhere: {} }))
  const loader = join(directory, 'dist', 'load-command.cjs')
  buildSync({
    entryPoints: ['src/load-command.ts'],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    outfile: loader,
  })
  return { directory, loader }
}

async function start(loader: string, env: Record<string, string>): Promise<string> {
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...rest } = process.env
  const child = spawn(process.execPath, ['-e', `require(${JSON.stringify(loader)}).loadCommand()`], {
    env: { ...rest, ...env },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text))
  await once(child, 'close')
  return printed
}

/** What V8 would run instead of the command: it tells sources apart by their length. */
function plant(folder: string): void {
  const data = new Script(PLANTED, { filename: 'command.cjs' }).createCachedData()
  const script = new Script(PLANTED, { cachedData: data })
  script.runInThisContext()({})
  const code = script.createCachedData()
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(code))
  writeFileSync(join(folder, `docspace-mock-serve-${crc32(GOOD).toString(16)}`), Buffer.concat([code, checksum]))
}

t.test('what another user has planted is not run', { skip: !isUnix }, async (t) => {
  const folderOf = (cache: string) => join(cache, readdirSync(cache).find((name) => name.startsWith('v')) ?? '')
  const { directory, loader } = built(t)
  const cache = join(directory, 'cache')
  chmodSync(directory, 0o755)
  const named = { NODE_COMPILE_CACHE: cache }
  t.equal(await start(loader, named), 'good\n')
  plant(folderOf(cache))
  t.equal(await start(loader, named), 'evil\n', 'what this user has put there is run, or the test would show nothing')
  chmodSync(folderOf(cache), 0o777)
  t.equal(await start(loader, named), 'good\n', 'a folder that all may write to')
  chmodSync(folderOf(cache), 0o755)
  chmodSync(cache, 0o777)
  t.equal(await start(loader, named), 'good\n', 'a folder that all may swap')

  const temporary = join(directory, 'elsewhere')
  chmodSync(temporary, 0o1777)
  const env = { TMPDIR: temporary }
  mkdirSync(join(temporary, 'node-compile-cache', folderOf(cache).slice(cache.length)), { recursive: true })
  plant(folderOf(join(temporary, 'node-compile-cache')))
  t.equal(await start(loader, env), 'good\n', 'the folder that Node.js takes by default')
  const own = join(temporary, `docspace-mock-cache-${self}`)
  t.equal(statSync(own).mode & 0o7777, 0o700)
  const kept = readdirSync(folderOf(own)).filter((name) => name.startsWith('docspace-mock-serve-'))
  t.equal(kept.length, 1, 'what was compiled is kept')
  chmodSync(own, 0o777)
  plant(folderOf(own))
  t.equal(await start(loader, env), 'good\n', 'a folder of that name that all may write to')
})

t.test('nothing is kept where the cache is turned off', { skip: !isUnix }, async (t) => {
  const { directory, loader } = built(t)
  const temporary = join(directory, 'elsewhere')
  t.equal(await start(loader, { TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }), 'good\n')
  t.same(readdirSync(temporary), [])
})
