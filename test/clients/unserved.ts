import { run } from './command.ts'
import type { Tally } from './tally.ts'

/** The vendor's other SDKs, and the commands that ask whether a registry has them by now. */
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
  ['@onlyoffice/docspace-api-sdk', 'the npm registry', 'npm', ...viewed('@onlyoffice/docspace-api-sdk')],
]

/** Generators that run on .NET, and the packages of npm's that would start them. */
const onDotNet: readonly [name: string, npmPackage: string][] = [
  ['NSwag', 'nswag'],
  ['Kiota', '@microsoft/kiota'],
]

/** How npm is asked for a package, and told to say what is wrong whatever `npm run --silent` says. */
function viewed(npmPackage: string): string[] {
  return ['view', '--loglevel', 'error', npmPackage, 'version']
}

/** Says of each client that can't be had that it did not run, and why. */
export async function skipUnserved(tally: Tally, signal: AbortSignal): Promise<void> {
  for (const [name, registry, command, ...args] of unserved)
    tally.skip(name, await whyNot(registry, command, args, signal))
  const hasDotNet = await run('dotnet', ['--version'], { signal }).then(
    ({ code }) => code === 0,
    () => false,
  )
  for (const [name, npmPackage] of onDotNet) {
    const served = await whyNot('the npm registry', 'npm', viewed(npmPackage), signal)
    tally.skip(name, `${hasDotNet ? 'there is .NET to run it with' : 'there is no .NET to run it with'}; ${served}`)
  }
}

/** What registries, or the tools that ask them, say of a package that they haven't got. */
const UNKNOWN = /could not find (artifact|metadata)|not available|not found|\b(404|410)\b/i

/** No answer is worth waiting longer for, in ms. */
const PATIENCE = 60_000

async function whyNot(registry: string, command: string, args: string[], stop: AbortSignal): Promise<string> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)])
  try {
    const { code, stdout, stderr } = await run(command, args, { signal })
    if (code === 0) return `${registry} has ${stdout.trim() || 'it'}, and there is no test for it yet`
    const said = (stderr + stdout).trim()
    return UNKNOWN.test(said) ? `${registry} hasn't got it` : `${registry} couldn't be asked: ${said.split('\n')[0]}`
  } catch (error) {
    return `${registry} couldn't be asked: ${(error as Error).message}`
  }
}
