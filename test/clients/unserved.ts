import { run } from './command.ts'
import type { Tally } from './tally.ts'

/** The vendor's other SDKs, and commands that ask whether a registry has them by now. */
const unserved: readonly [name: string, registry: string, command: string, ...args: string[]][] = [
  [
    'com.onlyoffice:docspace-api-sdk',
    'Maven Central',
    'mvn',
    ...['-q', '-B', 'dependency:get', '-Dtransitive=false', '-Dartifact=com.onlyoffice:docspace-api-sdk:LATEST'],
  ],
  [
    'github.com/ONLYOFFICE/docspace-api-sdk-go',
    'the Go module proxy',
    'go',
    ...['list', '-m', 'github.com/ONLYOFFICE/docspace-api-sdk-go@latest'],
  ],
  ['@onlyoffice/docspace-api-sdk', 'the npm registry', 'npm', 'view', '@onlyoffice/docspace-api-sdk', 'version'],
]

/** Says of each SDK that can't be had that it did not run, and why. */
export async function skipUnserved(tally: Tally, signal: AbortSignal): Promise<void> {
  for (const [name, registry, command, ...args] of unserved)
    tally.skip(name, await whyNot(registry, command, args, signal))
}

async function whyNot(registry: string, command: string, args: string[], signal: AbortSignal): Promise<string> {
  try {
    const { code, stdout } = await run(command, args, { signal })
    return code === 0
      ? `${registry} has it now, and there is no test for it yet: ${stdout.trim()}`
      : `${registry} hasn't got it`
  } catch (error) {
    return `nobody could ask ${registry}: ${(error as Error).message}`
  }
}
