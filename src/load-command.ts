// How the built command is loaded: together with what V8 compiled of it when it started last.
import { hash } from 'node:crypto'
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { enableCompileCache, getCompileCacheDir } from 'node:module'
import { join } from 'node:path'
import { constants, Script } from 'node:vm'

/** What the bundle is: a function of what Node.js gives every CommonJS module. */
type Bundle = (...given: [typeof exports, typeof require, typeof module, filename: string, dirname: string]) => void

/** A script, and where what is compiled of it is kept; `null`: nowhere. */
interface Compiled {
  script: Script
  cache: string | null
}

/**
 * Runs the command, and keeps what was compiled until its server listens for the next start.
 *
 * Node.js's own compile cache has only the functions that V8 compiles as soon as it sees a module, and most are compiled
 * when they are first called: a start with those too takes a quarter less. They are among its files, since they serve
 * the same Node.js only, and there are none where that cache is turned off.
 */
export function loadCommand(): void {
  enableCompileCache()
  const file = join(__dirname, 'command.cjs')
  const { script, cache } = compile(file)
  const command = { exports: {} as typeof import('./command.ts') }
  const bundle: Bundle = script.runInThisContext()
  bundle(command.exports, require, command as typeof module, file, __dirname)
  command.exports.run().then((isServing) => {
    if (isServing && cache !== null && script.cachedDataRejected !== false) keep(script, cache)
  })
}

function compile(filename: string): Compiled {
  const source = readFileSync(filename, 'utf8')
  const folder = getCompileCacheDir()
  // V8 tells sources apart by their length alone
  const cache = folder === undefined ? null : join(folder, `docspace-mock-${hash('sha1', source)}`)
  const script = new Script(source, {
    filename,
    cachedData: cache === null ? undefined : readIfThere(cache),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  return { script, cache }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** Where the folder can't be written to, the next start is merely slower. */
function keep(script: Script, file: string): void {
  const written = `${file}-${process.pid}`
  try {
    writeFileSync(written, script.createCachedData(), { mode: 0o600 })
    // whoever starts meanwhile finds all of it or nothing
    renameSync(written, file)
  } catch {
    removeIfPossible(written)
  }
}

function removeIfPossible(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // it is not there, or stays
  }
}
