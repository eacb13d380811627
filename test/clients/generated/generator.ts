import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runOrThrow } from '../command.ts'
import { CACHE } from '../venv.ts'

/** The version of openapi-generator. */
export const GENERATOR_VERSION = '7.25.0'

const DOCUMENT = fileURLToPath(new URL('../../../openapi/openapi.json', import.meta.url))

const SOURCES_ONLY = 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false'

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

/** Generates a client from the committed document. */
export async function generate(
  jar: string,
  { generator, properties, directory }: { generator: string; properties: string; directory: string },
  signal: AbortSignal,
): Promise<void> {
  const args = ['generate', '-i', DOCUMENT, '-g', generator, '-o', directory, '--global-property', SOURCES_ONLY]
  await runOrThrow('java', ['-jar', jar, ...args, ...(properties ? ['--additional-properties', properties] : [])], {
    signal,
  })
}
