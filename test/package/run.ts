import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { Checks } from './checks.ts'
import { compilerOptions, guard, script, testRunners, typed } from './consumer.ts'
import { run, runWell, startServer, stop } from './processes.ts'

/**
 * Builds and packs the package, installs it as its users do, and tries what they get: `npm run test:package`. Needs a
 * registry that the dependencies can be installed from.
 */
const BINARIES = resolve('node_modules/.bin')

const OWNER = { headers: { authorization: `Bearer sk-${'1'.repeat(64)}` } }

/** All that belongs in the tarball. */
const PACKED = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^dist\/(bin|client|command|load-command)\.cjs$/,
  /^dist\/[a-z-]+(-[A-Z0-9]{8})?\.js$/,
  /^dist\/types\/[a-z0-9-/]+\.d\.ts$/,
  /^fixtures\/[a-z.]+\.json$/,
  /^openapi\/(openapi|control)\.json$/,
]

/** What must not be missing from it. */
const NEEDED = [
  'README.md',
  'LICENSE',
  'dist/bin.cjs',
  'dist/client.cjs',
  'dist/client.js',
  'dist/index.js',
  'dist/command.cjs',
  'dist/load-command.cjs',
  'dist/types/client/index.d.ts',
  'dist/types/index.d.ts',
  'fixtures/localhost.json',
  'openapi/openapi.json',
]

const checks = new Checks()
const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-'))
try {
  const tarball = await checks.check('npm pack builds and packs', () => pack(directory))
  const user = join(directory, 'user')
  if (tarball && (await checks.check('the tarball can be installed', () => install(tarball, user)))) {
    await tryInstalled(user)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
checks.finish()

async function tryInstalled(user: string): Promise<void> {
  const installed = join(user, 'node_modules/docspace-mock')
  const command = join(user, 'node_modules/.bin/docspace-mock')
  await checks.check('it holds all that is needed and nothing else', () => checkFiles(installed))
  await checks.check('no path of the machine that built it is in it', () => checkPaths(installed))
  await checks.check('the command says its version', async () => {
    assert.equal(await runWell(command, ['--version']), `${packageJson.version}\n`)
  })
  await checks.check('the command serves, and stops when told to', () => serve(command, []))
  await checks.check('a start leaves what was compiled to the next', () =>
    keepCompiled(command, join(user, 'compiled')),
  )
  await checks.check('the command takes fixtures and guards from files', async () => {
    await writeFile(join(user, 'guard.mjs'), guard)
    const fixture = join(installed, 'fixtures/localhost.json')
    const files = ['--fixture', fixture, '--auth', `ApiKeyBearer,${join(user, 'guard.mjs')}`]
    await serve(command, [...files, '--log-format', 'pretty'])
  })
  await checks.check('the command verifies a portal', () => verify(command))
  await checks.check('the library can be imported', async () => {
    await writeFile(join(user, 'script.mjs'), script)
    const printed = await runWell('node', ['script.mjs'], { cwd: user })
    assert.equal(JSON.parse(printed).response, 6)
  })
  await checks.check('the types hold', () => checkTypes(user))
  for (const [runner, { install, file, text, run }] of Object.entries(testRunners)) {
    await checks.check(`a file of tests has a portal of its own: ${runner}`, async () => {
      if (install !== undefined) await runWell('npm', ['install', '--no-audit', '--no-fund', install], { cwd: user })
      await writeFile(join(user, file), text)
      await runTests(command, user, run)
    })
  }
  await checks.check('a Node.js that is too old is told so', () => refuseOldNode(join(installed, 'dist/bin.cjs')))
}

async function pack(to: string): Promise<string> {
  await runWell('npm', ['pack', '--pack-destination', to])
  const [tarball = ''] = await readdir(to)
  assert.match(tarball, /\.tgz$/)
  return join(to, tarball)
}

async function install(tarball: string, to: string): Promise<boolean> {
  await mkdir(to)
  await writeFile(join(to, 'package.json'), '{ "private": true }')
  await runWell('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: to, env: plainEnvironment() })
  return true
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
}

async function checkFiles(installed: string): Promise<void> {
  const files = await filesOf(installed)
  assert.deepEqual(
    files.filter((file) => !PACKED.some((pattern) => pattern.test(file))),
    [],
    'what does not belong there',
  )
  assert.deepEqual(
    NEEDED.filter((file) => !files.includes(file)),
    [],
    'what is missing',
  )
}

async function checkPaths(installed: string): Promise<void> {
  for (const file of await filesOf(installed)) {
    const text = await readFile(join(installed, file), 'utf8')
    assert.ok(!text.includes(process.cwd()), `${file} names ${process.cwd()}`)
  }
}

async function serve(command: string, options: readonly string[], env = process.env): Promise<void> {
  const { child, url } = await startServer(command, ['--port', '0', ...options], { env })
  try {
    const answer = await fetch(`${url}/api/2.0/portal/userscount`, OWNER)
    assert.equal(answer.status, 200)
    assert.equal(((await answer.json()) as { response: number }).response, 6)
    assert.match(await (await fetch(`${url}/confirm/Auth`)).text(), /its page «Auth» here/)
    // loaded when first asked for, from packages that are no part of the bundle
    for (const path of ['/docs/', '/openapi/asc.web.api/2.0.yaml', '/oauth2/jwks', '/__mock/openapi.json']) {
      assert.equal((await fetch(url + path)).status, 200, path)
    }
  } finally {
    assert.equal((await stop(child)).exitCode, 0)
  }
}

async function keepCompiled(command: string, cache: string): Promise<void> {
  const { NODE_DISABLE_COMPILE_CACHE: _, ...rest } = process.env
  const env = { ...rest, NODE_COMPILE_CACHE: cache }
  const kept = async (what: string) => {
    const files = (await filesOf(cache)).filter((name) => name.includes(`docspace-mock-${what}-`))
    assert.equal(files.length, 1, `${files} is kept`)
    return join(cache, files[0] ?? '')
  }
  await runWell(command, ['--version'], { env })
  await assert.rejects(kept('serve'), 'what does nothing has little to keep')
  await serve(command, [], env)
  const file = await kept('serve')
  const { ino, mode } = await stat(file)
  assert.equal(mode & 0o777, 0o600)
  await serve(command, [], env)
  assert.equal((await stat(file)).ino, ino, 'what serves is kept')
  const whole = await readFile(file)
  // V8 itself would believe the last one, and crash
  const damages = ['', 'no code', whole.subarray(0, whole.length / 2), Buffer.from(whole).fill(0, 20_000, 24_000)]
  for (const damage of damages) {
    await writeFile(file, damage)
    await serve(command, [], env)
    assert.notDeepEqual(await readFile(await kept('serve')), Buffer.from(damage), 'what does not serve is replaced')
  }
  await verify(command, env)
  await kept('verify')
  const unused = join(cache, 'unused')
  await serve(command, [], { ...env, NODE_COMPILE_CACHE: unused, NODE_DISABLE_COMPILE_CACHE: '1' })
  await assert.rejects(stat(unused), { code: 'ENOENT' })
}

/** Runs tests beside a server, and looks whether what they had there is gone. */
async function runTests(
  command: string,
  user: string,
  [program, ...args]: readonly [string, ...string[]],
): Promise<void> {
  const { child, url } = await startServer(command, ['--port', '0'])
  try {
    await runWell(program, args, { cwd: user, env: { ...plainEnvironment(), DOCSPACE_MOCK_URL: url } })
    const portals = (await (await fetch(`${url}/__mock/portals`)).json()) as object[]
    assert.equal(portals.length, 1)
  } finally {
    await stop(child)
  }
}

async function verify(command: string, env = process.env): Promise<void> {
  const { child, url } = await startServer(command, ['--port', '0'])
  try {
    assert.match(
      await runWell(command, ['verify', url, '--allow-writes'], { env }),
      /^\d{3,} passed, 0 failed, 0 skipped/m,
    )
  } finally {
    await stop(child)
  }
}

async function checkTypes(user: string): Promise<void> {
  const options = { ...compilerOptions, typeRoots: [resolve('node_modules/@types')] }
  await writeFile(join(user, 'typed.mts'), typed)
  await writeFile(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['typed.mts'] }))
  await runWell(join(BINARIES, 'tsc'), ['-p', user])
}

/** Where the machine's own Node.js is new enough, one that says it isn't stands in for an old one. */
async function refuseOldNode(command: string): Promise<void> {
  const env = plainEnvironment()
  const napi = Number((await runWell('node', ['-p', 'process.versions.napi'], { env }).catch(() => '')) || '10')
  const stub = join(directory, 'old.cjs')
  await writeFile(
    stub,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.9.0', napi: '9' } })`,
  )
  const ended = napi < 10 ? await run('node', [command], { env }) : await run('node', ['-r', stub, command])
  assert.match(ended.stderr, /^docspace-mock needs Node\.js 22\.14 or newer, and this is \d+\.\d+\.\d+\.\n$/)
  assert.equal(ended.stdout, '')
  assert.equal(ended.exitCode, 1)
}

/** The environment without what npm adds for a script: neither this package's place nor its Node.js. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_)|^npm_config_local_prefix$/.test(name),
  )
  const path = process.env.PATH?.split(delimiter).filter((entry) => !entry.includes('node_modules'))
  return { ...Object.fromEntries(entries), PATH: path?.join(delimiter) }
}
