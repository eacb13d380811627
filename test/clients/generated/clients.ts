import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, runOrThrow } from '../command.ts'
import { PYTHON, virtualEnvironment } from '../venv.ts'
import { GENERATOR_VERSION } from './generator.ts'
import type { CalledPortals } from './portals.ts'
import { eachPortal, matches, type TestOutcome, type TestRun } from './test-run.ts'
import { compileTypeScript, runNodeTests } from './typescript.ts'

/** Where a client is, and what it calls. */
export interface Workplace extends Pick<CalledPortals, 'portals' | 'expectations'> {
  /** A directory of its own, which the client was generated into. */
  directory: string
  signal: AbortSignal
}

/** A client that is generated from the document, and its tests, which lie in the directory of its language. */
export interface GeneratedClient {
  generator: string
  /** Additional properties for the generator. */
  properties: Readonly<Record<string, string>>
  /** A command that shows whether the language is there. */
  needs: readonly [command: string, ...args: string[]]
  /** Forms of credentials that the document has and this client can't send, each with the reason. */
  cannotSend: Readonly<Record<string, string>>
  /** Compiles the client and its tests, and runs them for each portal. */
  test: (workplace: Workplace) => Promise<TestRun>
}

const OPEN_ID = 'access tokens go out as Bearer'

/** All of them. */
export const generatedClients: readonly GeneratedClient[] = [
  {
    generator: 'java',
    properties: {
      // the one library of Java's that knows what to do about openIdConnect: it leaves it out
      library: 'jersey3',
      openApiNullable: 'false',
      failOnUnknownProperties: 'true',
    },
    needs: ['mvn', '--version'],
    cannotSend: { OpenId: OPEN_ID, 'a user id that is no GUID': 'its type is UUID' },
    async test({ directory, expectations, signal }) {
      const reports = join(directory, 'target', 'surefire-reports')
      await rm(join(directory, 'src', 'test'), { recursive: true, force: true })
      await cp(sources('java'), directory, { recursive: true })
      const args = ['-q', '-B', '-Dstyle.color=never', 'test']
      const { code, stdout, stderr } = await run('mvn', args, {
        signal,
        cwd: directory,
        // by which Jersey can send PATCH
        env: { EXPECTATIONS: expectations, JDK_JAVA_OPTIONS: '--add-opens java.base/java.net=ALL-UNNAMED' },
      })
      const output = stdout + stderr
      const files = (await readdir(reports).catch(() => [])).filter((file) => file.endsWith('.xml'))
      const xml = (await Promise.all(files.map((file) => readFile(join(reports, file), 'utf8')))).join('\n')
      const testcase = /<testcase name="([^"]+)" classname="(\w+)"[^>]*>\s*(<failure|<error)?/g
      const outcomes = [...xml.matchAll(testcase)].map(([, name, portal, wrong]) => ({
        name: `${portal}: ${name}`,
        passed: wrong === undefined,
      }))
      return { code, outcomes: numbered(outcomes), output }
    },
  },
  {
    generator: 'go',
    properties: { packageName: 'docspace', withGoMod: 'true' },
    needs: ['go', 'version'],
    cannotSend: { asc_auth_key: 'the generator leaves cookies out', OpenId: OPEN_ID },
    async test({ directory, signal, ...rest }) {
      await rm(join(directory, 'test'), { recursive: true, force: true })
      await cp(sources('go'), directory, { recursive: true })
      await runOrThrow('go', ['mod', 'tidy'], { signal, cwd: directory })
      await runOrThrow('go', ['vet', '.'], { signal, cwd: directory })
      await runOrThrow('go', ['test', '-c', '-o', 'client.test', '.'], { signal, cwd: directory })
      const line = /^ *--- (PASS|FAIL): (\S+)/gm
      return eachPortal(rest, async (env) => {
        const { code, stdout, stderr } = await run('./client.test', ['-test.v'], { signal, cwd: directory, env })
        return {
          code,
          outcomes: leaves(matches(stdout, line, ([, outcome]) => outcome === 'PASS', 2)),
          output: stdout + stderr,
        }
      })
    },
  },
  {
    generator: 'python',
    properties: { packageName: 'docspace', disallowAdditionalPropertiesIfNotPresent: 'true' },
    needs: [PYTHON, '--version'],
    cannotSend: { OpenId: OPEN_ID, 'a user id that is no GUID': 'its type is UUID' },
    async test({ directory, signal, ...rest }) {
      await cp(sources('python'), directory, { recursive: true })
      const requirements = [['-r', join(directory, 'requirements.txt')], ['pytest>=8']].flat()
      const python = await virtualEnvironment(`generated-python-${GENERATOR_VERSION}`, requirements, signal)
      const args = ['-m', 'pytest', '-v', '-p', 'no:cacheprovider', '--tb=short', '--color=no', 'test_client.py']
      const line = /^test_client\.py::(.*?) (PASSED|FAILED|ERROR) /gm
      return eachPortal(rest, async (env) => {
        const { code, stdout, stderr } = await run(python, args, { signal, cwd: directory, env })
        return {
          code,
          outcomes: matches(stdout, line, ([, , outcome]) => outcome === 'PASSED', 1),
          output: stdout + stderr,
        }
      })
    },
  },
  {
    generator: 'typescript-fetch',
    properties: { importFileExtension: '.js' },
    needs: [process.execPath, '--version'],
    cannotSend: { asc_auth_key: 'the generator leaves cookies out', OpenId: OPEN_ID },
    async test({ directory, signal, ...rest }) {
      await cp(sources('typescript'), directory, { recursive: true })
      await compileTypeScript(directory, signal)
      return eachPortal(rest, (env) => runNodeTests([join(directory, 'dist', 'client.test.js')], env, signal))
    },
  },
]

function sources(language: string): string {
  return fileURLToPath(new URL(language, import.meta.url))
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
