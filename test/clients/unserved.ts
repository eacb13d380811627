import { run } from './command.ts'
import type { Tally } from './tally.ts'

/** The vendor's other SDKs, and commands that ask whether a registry has them by now. */
const unserved: readonly [name: string, registry: string, command: string, ...args: string[]][] = [
  [
    'com.onlyoffice:docspace-api-sdk',
    'Maven Central',
    'mvn',
    ...[
      '-q',
      '-B',
      '-U',
      '-Dstyle.color=never',
      'dependency:get',
      '-Dtransitive=false',
      '-Dartifact=com.onlyoffice:docspace-api-sdk:LATEST',
    ],
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

/** What registries, or the tools that ask them, say of a package that they haven't got. */
const UNKNOWN = /could not find (artifact|metadata)|not available|not found|\b(404|410)\b/i

async function whyNot(registry: string, command: string, args: string[], signal: AbortSignal): Promise<string> {
  try {
    const { code, stdout, stderr } = await run(command, args, { signal })
    if (code === 0) return `${registry} has it now, and there is no test for it yet: ${stdout.trim()}`
    const said = (stderr + stdout).trim()
    return UNKNOWN.test(said) ? `${registry} hasn't got it` : `${registry} couldn't be asked: ${said.split('\n')[0]}`
  } catch (error) {
    return `${registry} couldn't be asked: ${(error as Error).message}`
  }
}
