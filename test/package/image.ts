import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Checks } from './checks.ts'
import { ended, run, runWell, startServer } from './processes.ts'

/**
 * Builds the image and tries a container of it: `IMAGE_LAB=… npm run test:image`. IMAGE_LAB names a program that does,
 * as root and in this directory, `build`: build the Dockerfile, and `run NAME=value …`: run the image in the foreground
 * on the host's network, with these variables, and pass SIGTERM on.
 */
const tool = process.env.IMAGE_LAB

const PORT = 18_092
const OWNER = { headers: { authorization: `Bearer sk-${'1'.repeat(64)}` } }

/** How long a container may take to stop, in ms. */
const STOP = 1000

const checks = new Checks()
if (!tool) {
  console.log('skipped: IMAGE_LAB names no program that builds and runs images\n0 passed, 0 failed')
} else {
  await checks.check('the image can be built', () => runWell(tool, ['build']))
  await tryContainer(tool, [])
  await tryContainer(tool, ['DOCSPACE_MOCK_DATA=/data'])
  checks.finish()
}

async function tryContainer(tool: string, variables: readonly string[]): Promise<void> {
  const name = (text: string) => `${variables.join(' ') || 'without settings'}: ${text}`
  const begun = Math.floor(Date.now() / 1000)
  const all = [`DOCSPACE_MOCK_PORT=${PORT}`, ...variables]
  const started = await checks.check(name('a container starts'), () => startServer(tool, ['run', ...all]))
  if (started === undefined) return
  const end = ended(started.child)
  const pid = await serverIn(started.child.pid ?? 0)
  const root = `/proc/${pid}/root`
  await checks.check(name('it answers, on every address'), answers)
  await checks.check(name('it loads what it loads late'), loadsLate)
  await checks.check(name('it is not root'), async () => {
    assert.match(await readFile(`/proc/${pid}/status`, 'utf8'), /^Uid:\t[1-9]/m)
  })
  await checks.check(name('it is healthy, and unhealthy where nothing listens'), async () => {
    assert.equal(await checkHealth(root, PORT), 0)
    assert.equal(await checkHealth(root, 1), 1)
  })
  await checks.check(name('it writes nowhere but in its data directory'), async () => {
    const written = await runWell('find', [`${root}/`, '-xdev', '-type', 'f', '-newermt', `@${begun}`])
    const places = new Set(written.split('\n').flatMap((file) => file.slice(root.length).match(/^\/[^/]+/)?.[0] ?? []))
    assert.deepEqual([...places], variables.length > 0 ? ['/data'] : [])
  })
  await checks.check(name('it stops in time'), async () => {
    const took = await stopServer(started.child.pid ?? 0, pid)
    console.log(`  it took ${took.toFixed(0)} ms`)
    assert.ok(took < STOP, `it took ${took.toFixed(0)} ms`)
    assert.equal(await end, 0)
  })
  started.child.kill('SIGTERM')
  await end
}

/** The server's process: the tool starts no other that lasts. */
async function serverIn(toolsPid: number): Promise<number> {
  const children = await readFile(`/proc/${toolsPid}/task/${toolsPid}/children`, 'utf8')
  const pids = children.trim().split(' ').map(Number)
  assert.ok(pids[0], 'the tool runs nothing')
  return pids[0]
}

async function answers(): Promise<void> {
  for (const address of await addresses()) {
    const answer = await fetch(`http://${address}:${PORT}/api/2.0/portal/userscount`, OWNER)
    assert.equal(((await answer.json()) as { response: number }).response, 6, address)
  }
}

async function addresses(): Promise<string[]> {
  const own = (await run('hostname', ['-I'])).stdout.trim().split(/\s+/)
  return ['127.0.0.1', ...own.filter((address) => address.includes('.'))]
}

async function loadsLate(): Promise<void> {
  for (const path of ['/docs/', '/openapi/asc.web.api/2.0.yaml', '/oauth2/jwks']) {
    assert.equal((await fetch(`http://127.0.0.1:${PORT}${path}`)).status, 200, path)
  }
}

/** Runs the command of the image's HEALTHCHECK inside it, and gives its exit code. */
async function checkHealth(root: string, port: number): Promise<number | null> {
  const dockerfile = await readFile('Dockerfile', 'utf8')
  const [, command = '[]'] = /^HEALTHCHECK[^[]*(\[.*\])$/m.exec(dockerfile) ?? []
  const env = { ...process.env, DOCSPACE_MOCK_PORT: String(port) }
  return (await run('chroot', [root, ...JSON.parse(command)], { env })).exitCode
}

/** Asks the server to stop by way of the tool, as an engine does, and gives how many milliseconds it took. */
async function stopServer(toolsPid: number, pid: number): Promise<number> {
  const since = performance.now()
  process.kill(toolsPid, 'SIGTERM')
  while (performance.now() - since < 10 * STOP) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    if (state === '' || state.includes(') Z ')) return performance.now() - since
    await delay(2)
  }
  throw new Error('it still runs')
}
