// How the built command is loaded: together with what V8 compiled of it when the same was done last.
import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { cacheFolder, readOwnFile } from './compile-cache.ts'

/** What the bundle is: a function of what Node.js gives every CommonJS module. */
type Bundle = (...given: [typeof exports, typeof require, typeof module, filename: string, dirname: string]) => void

/** A script, and where what is compiled of it is kept; `null`: nowhere. */
interface Compiled {
  script: Script
  cache: string | null
}

/** How many bytes a checksum takes. */
const CHECKSUM = 4

/**
 * Runs the command, and keeps what was compiled until it had done its work, or its server listened, for the next time.
 *
 * Node.js's own compile cache has only the functions that V8 compiles as soon as it sees a module, and most are compiled
 * when they are first called. The cache is among that one's files, since it serves the same Node.js only, and there is
 * none where that is turned off.
 */
export function loadCommand(): void {
  const file = join(__dirname, 'command.cjs')
  const { script, cache } = compile(file)
  const command = { exports: {} as typeof import('./command.ts') }
  const bundle: Bundle = script.runInThisContext()
  bundle(command.exports, require, command as typeof module, file, __dirname)
  command.exports.run().then((isDone) => {
    if (isDone && cache !== null && script.cachedDataRejected !== false) keep(script, cache)
  })
}

function compile(filename: string): Compiled {
  const source = readFileSync(filename, 'utf8')
  const folder = cacheFolder()
  // other commands call other functions
  const [, name = 'serve'] = /^([a-z]+)$/.exec(process.argv[2] ?? '') ?? []
  // V8 tells sources apart by their length alone
  const cache = folder === null ? null : join(folder, `docspace-mock-${name}-${crc32(source).toString(16)}`)
  const script = new Script(source, {
    filename,
    cachedData: cache === null ? undefined : readKept(cache),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  return { script, cache }
}

/** The cached code, if it is this user's and complete: V8 would run foreign code, and crash on a partial file. */
function readKept(file: string): Buffer | undefined {
  const bytes = readOwnFile(file)
  if (bytes === null || bytes.length < CHECKSUM) return undefined
  const data = bytes.subarray(0, -CHECKSUM)
  return crc32(data) === bytes.readUInt32BE(data.length) ? data : undefined
}

/** Best effort: if the folder can't be written to, the next start is merely slower. */
function keep(script: Script, file: string): void {
  const written = `${file}-${randomUUID()}`
  const data = script.createCachedData()
  const checksum = Buffer.alloc(CHECKSUM)
  checksum.writeUInt32BE(crc32(data))
  try {
    writeFileSync(written, Buffer.concat([data, checksum]), { mode: 0o600, flag: 'wx' })
    // a process that starts meanwhile finds all of it or nothing
    renameSync(written, file)
  } catch {
    removeIfPossible(written)
  }
}

function removeIfPossible(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // best effort
  }
}
