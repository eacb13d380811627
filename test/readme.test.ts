import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { helpText } from '../src/config.ts'
import { checkFixture } from '../src/store/fixture.ts'
import { startCommand } from './command.ts'

const root = new URL('..', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

interface Block {
  /** What stands behind the opening fence. */
  kind: string
  text: string
}

const blocks: Block[] = [...readme.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}))

t.test('the first two commands stand there as they are', async (t) => {
  const commands = blocks.filter(({ kind }) => kind === 'sh').map(({ text }) => text.trim())
  t.same(
    commands.filter((command) => command.startsWith('npm ci')),
    ['npm ci && npm start', 'npm ci && npm test'],
  )
})

t.test('the settings are those that --help prints', async (t) => {
  const options = helpText()
    .split('\n')
    .filter((line) => line.startsWith('  --'))
    .join('\n')
  t.ok(readme.includes(`\`\`\`text\n${options}\n\`\`\``))
})

t.test('every curl line prints what stands below it', async (t) => {
  const { url } = await startCommand(t, [])
  const curls = blocks.flatMap((block, i) =>
    block.text.startsWith('curl ') ? [{ command: block.text, output: blocks[i + 1]?.text }] : [],
  )
  t.ok(curls.length > 1)
  for (const { command, output } of curls) {
    const printed = await run('sh', ['-c', command.replaceAll('http://localhost:8092', url)])
    t.equal(printed.stdout.replaceAll(url, 'http://localhost:8092').trim(), output?.trim())
  }
})

t.test('the examples of the library print what they say', async (t) => {
  const directory = t.testdir()
  const examples = blocks.filter(({ kind, text }) => kind === 'ts' && text.includes('await start('))
  t.ok(examples.length > 0)
  for (const [i, { text }] of examples.entries()) {
    const file = join(directory, `example-${i}.mts`)
    writeFileSync(file, text.replace("'docspace-mock'", `'${new URL('src/index.ts', root)}'`))
    const { stdout, stderr, code } = await run(process.execPath, [file])
    t.equal(code, 0, stderr)
    const promised = [...text.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, value]) => value)
    t.ok(promised.length > 0)
    t.same(stdout.trim().split('\n'), promised)
  }
})

t.test('the guard of the example lets people in who name themselves', async (t) => {
  const directory = t.testdir()
  const [guard] = blocks.filter(({ text }) => text.startsWith('// act-as.mts'))
  writeFileSync(join(directory, 'act-as.mts'), guard?.text ?? '')
  const { url } = await startCommand(t, ['--auth', 'Basic,./act-as.mts'], { cwd: directory })
  const ask = (id: string) => fetch(`${url}/api/2.0/portal/userscount`, { headers: { 'X-Act-As': id } })
  t.equal((await ask('66faa6e4-f133-11ea-b126-00ffeec8b4ef')).status, 200, 'the owner')
  t.equal((await ask('aae1e103-bca5-9fa1-ba8c-42058b4abf28')).status, 403, 'a user')
  t.equal((await ask('00000000-0000-0000-0000-000000000000')).status, 401, 'nobody')
  const answer = await fetch(`${url}/openapi/asc.web.api/2.0.json`)
  const document = (await answer.json()) as { components: { securitySchemes: object } }
  t.same(Object.keys(document.components.securitySchemes), ['Basic', 'ActAs'])
})

t.test('the fixture of the example is one', async (t) => {
  const [fixture] = blocks.filter(({ kind }) => kind === 'json fixture')
  const directory = t.testdir({ 'my-portal.json': fixture?.text ?? '' })
  t.equal((await checkFixture(JSON.parse(fixture?.text ?? ''), 'README')).alias, 'acme')
  const { printed } = await startCommand(t, ['--fixture', 'my-portal.json'], { cwd: directory })
  t.match(printed.stdout, 'Portal acme, tenant 7, 1001 active users')
})

t.test('every flag that is named exists', async (t) => {
  const help = helpText()
  const named = new Set(readme.match(/(?<=[`\s])--[a-z][a-z-]+/g))
  const foreign = ['--rm', '--read-only', '--fail', '--save-dev']
  t.same(
    [...named].filter((flag) => !help.includes(flag) && !foreign.includes(flag)),
    [],
  )
})

async function run(command: string, args: string[]) {
  const child = spawn(command, args, { cwd: root })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  const [code] = await once(child, 'close')
  return { ...output, code: code as number }
}
