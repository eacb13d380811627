import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runOrThrow } from '../command.ts'
import { CACHE } from '../venv.ts'

/** The version of openapi-generator. */
export const GENERATOR_VERSION = '7.25.0'

/** The committed document. */
export const DOCUMENT = fileURLToPath(new URL('../../../openapi/openapi.json', import.meta.url))

const SOURCES_ONLY = { apiTests: 'false', modelTests: 'false', apiDocs: 'false', modelDocs: 'false' }

/**
 * Gets openapi-generator from Maven Central, unless an earlier run has.
 *
 * @returns the path of its jar
 * @throws Error where there is no Maven, or the artifact isn't served
 */
export async function openApiGenerator(signal: AbortSignal): Promise<string> {
  const jar = join(CACHE, `openapi-generator-cli-${GENERATOR_VERSION}.jar`)
  if (existsSync(jar)) return jar
  const directory = join(CACHE, 'download')
  await mkdir(directory, { recursive: true })
  const artifact = `org.openapitools:openapi-generator-cli:${GENERATOR_VERSION}`
  await runOrThrow(
    'mvn',
    ['-q', '-B', '-C', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${directory}`],
    {
      signal,
      cwd: directory,
    },
  )
  await rename(join(directory, `openapi-generator-cli-${GENERATOR_VERSION}.jar`), jar)
  return jar
}

/** What is generated, and where. */
export interface Generation {
  generator: string
  properties: Readonly<Record<string, string>>
  directory: string
}

/** Generates clients from the committed document, all in one run: starting the generator takes seconds. */
export async function generate(jar: string, generations: readonly Generation[], signal: AbortSignal): Promise<void> {
  const files = []
  for (const { generator, properties, directory } of generations) {
    const file = `${directory}.json`
    const settings = {
      generatorName: generator,
      inputSpec: DOCUMENT,
      outputDir: directory,
      globalProperties: SOURCES_ONLY,
      additionalProperties: properties,
    }
    await writeFile(file, JSON.stringify(settings))
    files.push(file)
  }
  await runOrThrow('java', ['-jar', jar, 'batch', '--fail-fast', ...files], { signal })
}
