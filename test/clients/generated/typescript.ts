import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, runOrThrow } from '../command.ts'
import { matches, type TestRun } from './test-run.ts'

/** Compiles a directory with its own `tsconfig.json`. */
export async function compileTypeScript(directory: string, signal: AbortSignal): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json'))
  const { bin } = JSON.parse(await readFile(compiler, 'utf8'))
  await runOrThrow(process.execPath, [join(compiler, '..', bin.tsc), '-p', directory], { signal })
}

/** Runs files of tests with Node.js's own runner. */
export async function runNodeTests(
  files: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<TestRun> {
  const { code, stdout, stderr } = await run(process.execPath, ['--test', '--test-reporter=tap', ...files], {
    signal,
    env,
  })
  return {
    code,
    outcomes: matches(stdout, /^(?:(not) )?ok \d+ - (.*)$/gm, ([, not]) => not === undefined, 2),
    output: stdout + stderr,
  }
}
