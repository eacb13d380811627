import type { LoadGenerator } from './load.ts'
import { type Effort, type LoadFigures, requestsPerSecond, sumUp } from './measure-requests.ts'
import { operations } from './operations.ts'
import { type Command, ServerProcess } from './server-process.ts'
import { interleave, ratios, type Spread } from './statistics.ts'

/** The speed of an operation with the journal and without. */
export interface JournalFigures {
  operation: string
  credential: string
  on: LoadFigures
  off: LoadFigures
  /** Requests per second, round by round: with the journal over without. */
  ratio: Spread
}

const WARM_UP_SECONDS = 1

/** Measures a mock that keeps a journal against one that keeps none, with the first credential of each operation. */
export async function measureJournal(
  mockCommand: Command,
  generator: LoadGenerator,
  { rounds, seconds, connections }: Effort,
): Promise<JournalFigures[]> {
  const servers = await Promise.all([
    ServerProcess.start(mockCommand),
    ServerProcess.start([...mockCommand, '--journal', '0']),
  ])
  const figures: JournalFigures[] = []
  const measured = operations().filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i)
  for (const { name, credential, method, path, headers } of measured) {
    const fire = (duration: number) => (server: ServerProcess) =>
      generator.fire({ url: `${server.url}${path}`, method, headers, connections, seconds: duration })
    await interleave(1, servers, fire(WARM_UP_SECONDS))
    const [on = [], off = []] = await interleave(rounds, servers, fire(seconds))
    figures.push({
      operation: `${method} ${name}`,
      credential,
      on: sumUp(on),
      off: sumUp(off),
      ratio: ratios(on.map(requestsPerSecond), off.map(requestsPerSecond)),
    })
  }
  await Promise.all(servers.map((server) => server.stop()))
  return figures
}
