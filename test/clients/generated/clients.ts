import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, runOrThrow } from '../command.ts'
import { PYTHON, virtualEnvironment } from '../venv.ts'
import { GENERATOR_VERSION } from './generator.ts'

/** What became of one test of a client's. */
export interface TestOutcome {
  name: string
  passed: boolean
}

/** Where a client is, and what its tests are told. */
export interface Workplace {
  /** A directory of its own, which the client was generated into. */
  directory: string
  signal: AbortSignal
}

/** A client that is generated from the document, and its tests, which lie in the directory of its language. */
export interface GeneratedClient {
  generator: string
  /** Additional properties for the generator. */
  properties: string
  /** A command that shows whether the language is there. */
  needs: readonly [command: string, ...args: string[]]
  /** Compiles the client and its tests. */
  build: (workplace: Workplace) => Promise<void>
  /** Forms of credentials that the document has and this client can't send, each with the reason. */
  cannotSend: Readonly<Record<string, string>>
  /** Runs the tests. */
  test: (workplace: Workplace, env: Record<string, string>) => Promise<TestRun>
}

/** What came of running a client's tests. */
export interface TestRun {
  code: number | null
  outcomes: TestOutcome[]
  /** What was printed. */
  output: string
}

const OPEN_ID = 'access tokens go out as Bearer'

/** All of them. */
export const generatedClients: readonly GeneratedClient[] = [
  {
    generator: 'typescript-fetch',
    properties: 'importFileExtension=.js',
    needs: [process.execPath, '--version'],
    cannotSend: { asc_auth_key: 'the generator leaves cookies out', OpenId: OPEN_ID },
    async build({ directory, signal }) {
      await cp(sources('typescript'), directory, { recursive: true })
      const compiler = fileURLToPath(import.meta.resolve('typescript/package.json'))
      const { bin } = JSON.parse(await readFile(compiler, 'utf8'))
      await runOrThrow(process.execPath, [join(compiler, '..', bin.tsc), '-p', directory], { signal })
    },
    async test({ directory, signal }, env) {
      const args = ['--test', '--test-reporter=tap', join(directory, 'dist', 'client.test.js')]
      const { code, stdout, stderr } = await run(process.execPath, args, { signal, env })
      return {
        code,
        outcomes: matches(stdout, /^(?:(not) )?ok \d+ - (.*)$/gm, ([, not]) => not === undefined, 2),
        output: stdout + stderr,
      }
    },
  },
  {
    generator: 'python',
    properties: 'packageName=docspace',
    needs: [PYTHON, '--version'],
    cannotSend: { OpenId: OPEN_ID, 'a user id that is no GUID': 'its type is UUID' },
    async build({ directory }) {
      await cp(sources('python'), directory, { recursive: true })
    },
    async test({ directory, signal }, env) {
      const requirements = [['-r', join(directory, 'requirements.txt')], ['pytest>=8']].flat()
      const python = await virtualEnvironment(`generated-python-${GENERATOR_VERSION}`, requirements, signal)
      const args = ['-m', 'pytest', '-v', '-p', 'no:cacheprovider', '--tb=short', '--color=no', 'test_client.py']
      const { code, stdout, stderr } = await run(python, args, { signal, cwd: directory, env })
      const line = /^test_client\.py::(.*?) (PASSED|FAILED|ERROR) /gm
      return {
        code,
        outcomes: matches(stdout, line, ([, , outcome]) => outcome === 'PASSED', 1),
        output: stdout + stderr,
      }
    },
  },
  {
    generator: 'java',
    // the one library of Java's that knows what to do about openIdConnect: it leaves it out
    properties: 'library=jersey3,openApiNullable=false',
    needs: ['mvn', '--version'],
    cannotSend: { OpenId: OPEN_ID, 'a user id that is no GUID': 'its type is UUID' },
    async build({ directory, signal }) {
      await rm(join(directory, 'src', 'test'), { recursive: true, force: true })
      await cp(sources('java'), directory, { recursive: true })
      await runOrThrow('mvn', ['-q', '-B', '-Dstyle.color=never', 'test-compile'], { signal, cwd: directory })
    },
    async test({ directory, signal }, env) {
      const reports = join(directory, 'target', 'surefire-reports')
      await rm(reports, { recursive: true, force: true })
      const { code, stdout, stderr } = await run('mvn', ['-q', '-B', '-Dstyle.color=never', 'surefire:test'], {
        signal,
        cwd: directory,
        env,
      })
      const files = (await readdir(reports)).filter((file) => file.endsWith('.xml'))
      const xml = (await Promise.all(files.map((file) => readFile(join(reports, file), 'utf8')))).join('\n')
      const testcase = /<testcase name="([^"]+)"[^>]*>\s*(<failure|<error)?/g
      return {
        code,
        outcomes: numbered(matches(xml, testcase, ([, , wrong]) => wrong === undefined, 1)),
        output: stdout + stderr,
      }
    },
  },
  {
    generator: 'go',
    properties: 'packageName=docspace,withGoMod=true',
    needs: ['go', 'version'],
    cannotSend: { asc_auth_key: 'the generator leaves cookies out', OpenId: OPEN_ID },
    async build({ directory, signal }) {
      await rm(join(directory, 'test'), { recursive: true, force: true })
      await cp(sources('go'), directory, { recursive: true })
      await runOrThrow('go', ['mod', 'tidy'], { signal, cwd: directory })
      await runOrThrow('go', ['vet', '.'], { signal, cwd: directory })
    },
    async test({ directory, signal }, env) {
      const { code, stdout, stderr } = await run('go', ['test', '-count=1', '-v', '.'], { signal, cwd: directory, env })
      const line = /^ *--- (PASS|FAIL): (\S+)/gm
      return {
        code,
        outcomes: leaves(matches(stdout, line, ([, outcome]) => outcome === 'PASS', 2)),
        output: stdout + stderr,
      }
    },
  },
]

function sources(language: string): string {
  return fileURLToPath(new URL(language, import.meta.url))
}

/** Reads tests from what a runner says, by a pattern of which one group is the test's name. */
function matches(
  text: string,
  pattern: RegExp,
  passed: (match: RegExpMatchArray) => boolean,
  name: number,
): TestOutcome[] {
  return [...text.matchAll(pattern)].map((match) => ({ name: match[name] ?? '', passed: passed(match) }))
}

/** Without the tests that only hold others. */
function leaves(outcomes: readonly TestOutcome[]): TestOutcome[] {
  return outcomes.filter(({ name }) => !outcomes.some((other) => other.name.startsWith(`${name}/`)))
}

/** With the tests told apart that go by the name of the method that makes them. */
function numbered(outcomes: readonly TestOutcome[]): TestOutcome[] {
  return outcomes.map(({ name, passed }, i) => {
    const before = outcomes.slice(0, i).filter((other) => other.name === name).length
    return { name: `${name} ${before + 1}`, passed }
  })
}

/** Makes a directory for a client. */
export async function workplace(
  parent: string,
  { generator }: GeneratedClient,
  signal: AbortSignal,
): Promise<Workplace> {
  const directory = join(parent, generator)
  await mkdir(directory)
  return { directory, signal }
}
