import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runOrThrow } from './command.ts'

/** The command of the Python that environments are made with. */
export const PYTHON = process.env.PYTHON ?? 'python3'

/** What was downloaded or installed is kept here from one run to the next. */
export const CACHE = fileURLToPath(new URL('../../node_modules/.cache/test-clients', import.meta.url))

const PIP = ['-m', 'pip', '--disable-pip-version-check', '--no-input']

/** The Python whose pip installs into the environments: giving each its own would take seconds. */
function pythonWithPip(signal: AbortSignal): Promise<string> {
  // a new pip: that of Python 3.10 can install into no environment but its own
  const make: Make = (directory) => runOrThrow(PYTHON, ['-m', 'venv', '--upgrade-deps', directory], { signal })
  return makeOnce('pip', make, signal)
}

/** The versions of a package that the package index serves, the newest first. */
export async function servedVersions(name: string, signal: AbortSignal): Promise<string[]> {
  const output = await runOrThrow(await pythonWithPip(signal), [...PIP, 'index', 'versions', name], { signal })
  const [, versions] = /^Available versions: (.+)$/m.exec(output) ?? []
  if (versions === undefined) throw new Error(`pip names no version of ${name}`)
  return versions.split(', ')
}

/**
 * Makes a virtual environment, unless an earlier run has made it.
 *
 * @returns the path of its Python
 */
export function virtualEnvironment(
  name: string,
  requirements: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  return makeOnce(
    name,
    async (directory, python) => {
      await runOrThrow(PYTHON, ['-m', 'venv', '--without-pip', directory], { signal })
      const install = ['--python', python, 'install', '--quiet', ...requirements]
      await runOrThrow(await pythonWithPip(signal), [...PIP, ...install], { signal })
    },
    signal,
  )
}

type Make = (directory: string, python: string) => Promise<unknown>

/** Those that this process has asked for, by name. */
const environments = new Map<string, Promise<string>>()

function makeOnce(name: string, make: Make, signal: AbortSignal): Promise<string> {
  const made = environments.get(name) ?? makeUnlessComplete(name, make, signal)
  environments.set(name, made)
  return made
}

async function makeUnlessComplete(name: string, make: Make, signal: AbortSignal): Promise<string> {
  const version = (await runOrThrow(PYTHON, ['--version'], { signal })).trim().replace(' ', '-').toLowerCase()
  const directory = join(CACHE, `${version}-${name}`)
  const python = join(directory, 'bin', 'python')
  const isComplete = join(directory, 'complete')
  if (existsSync(isComplete)) return python
  // what an interrupted run has left
  await rm(directory, { recursive: true, force: true })
  await mkdir(CACHE, { recursive: true })
  await make(directory, python)
  await writeFile(isComplete, '')
  return python
}
