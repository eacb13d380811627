import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runOrThrow } from '../command.ts'
import type { Tally } from '../tally.ts'
import { CACHE } from '../venv.ts'
import { DOCUMENT } from './generator.ts'
import { startPortals } from './portals.ts'
import { countTests, eachPortal } from './test-run.ts'
import { compileTypeScript, runNodeTests } from './typescript.ts'

const SOURCES = fileURLToPath(new URL('npm', import.meta.url))
const NODE_TYPES = fileURLToPath(new URL('typescript/node.d.ts', import.meta.url))

/** The generators of npm's, each with the file of its tests and what it is called with. */
const generators = {
  orval: { script: 'orval/dist/bin/orval.mjs', args: ['--config', 'orval.config.json'] },
  'openapi-typescript': {
    script: 'openapi-typescript/bin/cli.js',
    args: ['openapi.json', '--output', 'generated/schema.d.ts'],
  },
}

/** Generates TypeScript from the document with npm's generators, compiles it, and has it call the mock. */
export async function runNpmGenerators(tally: Tally, signal: AbortSignal): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-npm-'))
  try {
    const { dependencies } = JSON.parse(await readFile(join(SOURCES, 'package.json'), 'utf8'))
    const modules = await install(signal).catch((error: Error) => {
      signal.throwIfAborted()
      for (const name of Object.keys(generators)) tally.skip(name, `it isn't there: ${error.message}`)
    })
    if (modules === undefined) return
    await cp(SOURCES, directory, { recursive: true })
    await cp(NODE_TYPES, join(directory, 'node.d.ts'))
    await cp(DOCUMENT, join(directory, 'openapi.json'))
    await symlink(modules, join(directory, 'node_modules'))
    for (const { script, args } of Object.values(generators)) {
      await runOrThrow(process.execPath, [join(modules, script), ...args], { signal, cwd: directory })
    }
    await compileTypeScript(directory, signal)
    await using called = await startPortals(join(directory, 'expectations'))
    for (const name of Object.keys(generators)) {
      const file = join(directory, 'dist', `${name}.test.js`)
      const run = await eachPortal(called, (env) => runNodeTests([file], env, signal))
      countTests(`${name} ${dependencies[name]}`, run, tally)
    }
  } catch (error) {
    tally.fail(Object.keys(generators).join(', '), (error as Error).message)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/**
 * Installs the generators, unless an earlier run has: beside the project's own packages, which are many already.
 *
 * @returns the path of node_modules
 */
async function install(signal: AbortSignal): Promise<string> {
  const wanted = await readFile(join(SOURCES, 'package.json'), 'utf8')
  const directory = join(CACHE, `npm-${createHash('sha256').update(wanted).digest('hex').slice(0, 8)}`)
  const isComplete = join(directory, 'complete')
  if (!existsSync(isComplete)) {
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), wanted)
    const args = ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
    await runOrThrow('npm', args, { signal, cwd: directory })
    await writeFile(isComplete, '')
  }
  return join(directory, 'node_modules')
}
