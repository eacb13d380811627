import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '../../../src/start.ts'
import { run } from '../command.ts'
import { runPytest } from '../pytest.ts'
import { newestSdk } from '../python/suite.ts'
import type { Tally } from '../tally.ts'

const NAME = 'the examples in Python'
const ROOT = new URL('../../../', import.meta.url)

/** Runs the examples in Python of the README, and the tests of the page about them, as they stand there. */
export async function runExamples(tally: Tally, { signal }: { signal: AbortSignal }): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-examples-'))
  const { url, close } = await start({ port: 0 })
  try {
    const python = await newestSdk(signal)
    for (const [i, example] of (await examplesOf('README.md')).entries()) {
      await writeFile(join(directory, 'example.py'), example.replaceAll('http://localhost:8092', url))
      const { code, stdout, stderr } = await run(python, ['example.py'], { signal, cwd: directory })
      const promised = [...example.matchAll(/^ *print\(.*\) {2}# (.*)$/gm)].map(([, value]) => value)
      tally.check(`README.md, example ${i + 1}`, () => {
        if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1))
        if (promised.length === 0 || stdout !== promised.join('\n')) throw new Error(`printed ${stdout}`)
      })
    }
    for (const example of await examplesOf('docs/python.md')) {
      const [, file = ''] = /^# (\w+\.py)$/m.exec(example) ?? []
      await writeFile(join(directory, file), example)
    }
    const tests = { name: 'docs/python.md', variables: { DOCSPACE_MOCK_URL: url } }
    await runPytest({ python, directory }, [tests], tally, signal)
  } catch (error) {
    tally.fail(NAME, (error as Error).message)
  } finally {
    await close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function examplesOf(file: string): Promise<string[]> {
  const text = await readFile(new URL(file, ROOT), 'utf8')
  return [...text.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example)
}
