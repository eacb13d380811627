import type { Load, LoadGenerator } from './load.ts'
import { type Operation, operations } from './operations.ts'
import { ask, bareServer, type Command, ServerProcess } from './server-process.ts'
import { interleave, ratios, type Spread, spread } from './statistics.ts'

/** How much to measure. */
export interface Effort {
  rounds: number
  /** How long to fire in each. */
  seconds: number
  connections: number
}

/** The speed of one operation, and that of a bare server which sends the same bytes. */
export interface RequestFigures {
  operation: string
  credential: string
  mock: LoadFigures
  bare: LoadFigures
  /** Requests per second, round by round: the mock's over the bare server's. */
  ratio: Spread
}

/** Several loads, summed up. Latencies are in ms. */
export interface LoadFigures {
  requestsPerSecond: Spread
  p50: Spread
  p99: Spread
}

const WARM_UP_SECONDS = 1

/** Measures every operation against a bare server of its own, and what the mock holds after all the GETs, in MB. */
export async function measureRequests(
  mockCommand: Command,
  generator: LoadGenerator,
  effort: Effort,
  onProgress: (what: string) => void,
): Promise<{ requests: RequestFigures[]; memoryAfterLoad: number }> {
  const mock = await ServerProcess.start(mockCommand)
  const requests: RequestFigures[] = []
  let memoryAfterLoad = Number.NaN
  for (const operation of operations()) {
    onProgress(`${operation.name}, ${operation.credential}`)
    requests.push(await measureOperation(operation, mock, generator, effort))
    // the e-mails that POSTs leave in the portal's state are no garbage
    if (operation.method === 'GET') memoryAfterLoad = mock.residentMemory()
  }
  await mock.stop()
  return { requests, memoryAfterLoad }
}

async function measureOperation(
  { name, credential, method, path, headers }: Operation,
  mock: ServerProcess,
  generator: LoadGenerator,
  { rounds, seconds, connections }: Effort,
): Promise<RequestFigures> {
  const answer = await ask(`${mock.url}${path}`, method, headers)
  const bare = await ServerProcess.start(bareServer(answer))
  const fire = (duration: number) => (server: ServerProcess) =>
    generator.fire({ url: `${server.url}${path}`, method, headers, connections, seconds: duration })
  await interleave(1, [mock, bare], fire(WARM_UP_SECONDS))
  const [mockLoads = [], bareLoads = []] = await interleave(rounds, [mock, bare], fire(seconds))
  await bare.stop()
  return {
    operation: `${method} ${name}`,
    credential,
    mock: sumUp(mockLoads),
    bare: sumUp(bareLoads),
    ratio: ratios(mockLoads.map(requestsPerSecond), bareLoads.map(requestsPerSecond)),
  }
}

/** Sums up the loads that one server was under. */
export function sumUp(loads: readonly Load[]): LoadFigures {
  return {
    requestsPerSecond: spread(loads.map(requestsPerSecond)),
    p50: spread(loads.map(({ p50 }) => p50)),
    p99: spread(loads.map(({ p99 }) => p99)),
  }
}

/** The speed of a load. */
export function requestsPerSecond(load: Load): number {
  return load.requestsPerSecond
}
