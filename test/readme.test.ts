import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { helpText } from '../src/config.ts'
import { occurrences } from '../src/control/effects/happened.ts'
import { findingsHelpText } from '../src/findings-config.ts'
import { knownFindings } from '../src/journal/known-findings.ts'
import { checkFixture } from '../src/store/fixture.ts'
import { verifyHelpText } from '../src/verify-config.ts'
import { runCommand, startCommand } from './command.ts'

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
  t.ok(readme.includes(`\`\`\`text\n${optionsOf(helpText())}\n\`\`\``))
})

t.test('the settings of verify are those that its --help prints', async (t) => {
  t.ok(readme.includes(`\`\`\`text\n${optionsOf(verifyHelpText())}\n\`\`\``))
})

t.test('the settings of findings are those that its --help prints', async (t) => {
  t.ok(readme.includes(`\`\`\`text\n${optionsOf(findingsHelpText())}\n\`\`\``))
})

t.test('findings prints what the example shows', async (t) => {
  const { url } = await startCommand(t)
  const [request] = blocks.filter(({ text }) => text.includes('__mock/journal/verify'))
  await run('sh', ['-c', request?.text.replaceAll('http://localhost:8092', url) ?? ''])
  const { stdout, code } = await runCommand(['findings', url, '--fail'])
  const [shown] = blocks.filter(({ text }) => text.startsWith('Portal shop'))
  t.equal(stdout.trim(), shown?.text.trim())
  t.equal(code, 1)
})

t.test('every finding is in the table', async (t) => {
  for (const { code } of knownFindings) t.ok(readme.includes(`\`${code}\``), code)
})

t.test('verify prints what the examples show', async (t) => {
  const { url } = await startCommand(t)
  const shown = async (...args: string[]) => {
    const { stdout } = await runCommand(['verify', url, ...args])
    return stdout.replaceAll(url, 'http://localhost:8092').replace(/in \d+\.\d s/, 'in 0.2 s')
  }
  const [table] = blocks.filter(({ text }) => text.includes('profile documented   passed'))
  t.equal(withoutPort(await shown()), withoutPort(table?.text ?? ''))
  const [difference] = blocks.filter(({ kind }) => kind === 'diff')
  t.ok((await shown('--profile', 'server')).includes(difference?.text ?? 'none'))
})

t.test('the pact of the consumer holds for the provider', async (t) => {
  const directory = t.testdir()
  for (const name of ['consumer.mts', 'provider.mts']) {
    const [example] = blocks.filter(({ text }) => text.startsWith(`// ${name}`))
    const text = example?.text.replace("'docspace-mock'", `'${new URL('src/index.ts', root)}'`) ?? ''
    writeFileSync(join(directory, name), text)
    const { code, stdout, stderr } = await run(process.execPath, [name], directory)
    t.equal(code, 0, stdout + stderr)
    if (name === 'consumer.mts') t.match(stdout, '{ response: 3 }')
    else t.match(stdout, /an admin who counts users[\s\S]*has a matching body/)
  }
})

t.test('every curl line prints what stands below it', async (t) => {
  const { url } = await startCommand(t, [])
  const curls = blocks.flatMap((block, i) =>
    /^(curl |signature=|code=)/.test(block.text) ? [{ command: block.text, output: blocks[i + 1]?.text }] : [],
  )
  t.ok(curls.length > 1)
  for (const { command, output } of curls) {
    const printed = await run('sh', ['-c', command.replaceAll('http://localhost:8092', url)])
    t.match(printed.stdout.replaceAll(url, 'http://localhost:8092').trim(), shown(output ?? ''))
  }
})

t.test('everything that can have happened since a mark is named', async (t) => {
  t.same(
    Object.keys(occurrences).filter((name) => !readme.includes(`\`${name}\``)),
    [],
  )
})

/** What is shown, where an ellipsis stands for what is another each time. */
function shown(output: string): RegExp {
  const pattern = output.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${pattern.replaceAll('…', '.+')}$`)
}

t.test('the examples of the library print what they say', async (t) => {
  const directory = t.testdir()
  const examples = blocks.filter(
    ({ kind, text }) => kind === 'ts' && text.includes('await start(') && text.includes('console.log'),
  )
  t.ok(examples.length > 0)
  for (const [i, { text }] of examples.entries()) {
    const file = join(directory, `example-${i}.mts`)
    const library = text.replace("'docspace-mock'", `'${new URL('src/index.ts', root)}'`)
    writeFileSync(file, library.replace("'docspace-mock/client'", `'${new URL('src/client/index.ts', root)}'`))
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
  t.same(Object.keys(document.components.securitySchemes), ['Basic', 'ActAs', 'x-signature'])
})

t.test('the fixture of the example is one', async (t) => {
  const [fixture] = blocks.filter(({ kind }) => kind === 'json fixture')
  const directory = t.testdir({ 'my-portal.json': fixture?.text ?? '' })
  t.equal((await checkFixture(JSON.parse(fixture?.text ?? ''), 'README')).alias, 'acme')
  const { printed } = await startCommand(t, ['--fixture', 'my-portal.json'], { cwd: directory })
  t.match(printed.stdout, 'Portal acme, tenant 7, 1001 active users')
})

t.test('every flag that is named exists', async (t) => {
  const help = helpText() + verifyHelpText() + findingsHelpText()
  const named = new Set(readme.match(/(?<=[`\s])--[a-z][a-z-]+/g))
  const foreign = ['--rm', '--read-only', '--fail', '--save-dev', '--minutes']
  t.same(
    [...named].filter((flag) => !help.includes(flag) && !foreign.includes(flag)),
    [],
  )
})

function optionsOf(help: string): string {
  return help
    .split('\n')
    .filter((line) => line.startsWith('  --'))
    .join('\n')
}

/** The first column is as wide as the URL in it. */
function withoutPort(table: string): string {
  return table.replace(/ {2,}/g, ' ')
}

async function run(command: string, args: string[], cwd: string | URL = root) {
  const child = spawn(command, args, { cwd, env: { ...process.env, PACT_DO_NOT_TRACK: 'true' } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  const [code] = await once(child, 'close')
  return { ...output, code: code as number }
}
