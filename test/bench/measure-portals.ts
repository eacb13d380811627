import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadGenerator } from './load.ts'
import { type Effort, type LoadFigures, requestsPerSecond, sumUp } from './measure-requests.ts'
import { API, apiKey } from './operations.ts'
import { type Command, ServerProcess } from './server-process.ts'
import { interleave, ratios, type Spread } from './statistics.ts'

/** What a number of portals in one process takes. Times are in µs. */
export interface PortalTimes {
  /** What all of them hold in memory while nobody uses them, in MB: the difference that they make. */
  memory: number
  reset: { median: number; p99: number }
  /** To make a portal and to drop it again. */
  create: { median: number; p99: number }
}

/** What a number of portals behind one server takes. */
export interface PortalFigures extends PortalTimes {
  portals: number
  /** `POST /__mock/reset` of one portal after the other, over one connection. */
  resetOverHttp: LoadFigures
  /** `GET userscount` of one portal after the other. */
  inTurn: LoadFigures
  /** Requests per second, round by round: those of so many portals over those of the fewest. */
  ratio: Spread
}

const WARM_UP_SECONDS = 1

/** Measures resets, new portals and requests where there are so many portals. */
export async function measurePortals(
  mockCommand: Command,
  counts: readonly number[],
  generator: LoadGenerator,
  { rounds, seconds, connections }: Effort,
): Promise<PortalFigures[]> {
  const times = counts.map(inProcess)
  const servers = await Promise.all(
    counts.map(async (portals) => ({ portals, server: await ServerProcess.start(mockCommand) })),
  )
  const count = (duration: number) => (to: (typeof servers)[number]) =>
    generator.fire({
      url: `${to.server.url}${API}/userscount`,
      method: 'GET',
      headers: apiKey,
      connections,
      seconds: duration,
      portals: to.portals,
    })
  const reset = ({ server, portals }: (typeof servers)[number]) =>
    generator.fire({
      url: `${server.url}/__mock/reset`,
      method: 'POST',
      headers: {},
      connections: 1,
      seconds: WARM_UP_SECONDS,
      portals,
    })
  await interleave(1, servers, count(WARM_UP_SECONDS))
  const loads = await interleave(rounds, servers, count(seconds))
  const resets = await interleave(rounds, servers, reset)
  await Promise.all(servers.map(({ server }) => server.stop()))
  const fewest = loads[0]?.map(requestsPerSecond) ?? []
  return counts.map((portals, i) => ({
    portals,
    ...(times[i] as PortalTimes),
    resetOverHttp: sumUp(resets[i] ?? []),
    inTurn: sumUp(loads[i] ?? []),
    ratio: ratios(loads[i]?.map(requestsPerSecond) ?? [], fewest),
  }))
}

function inProcess(portals: number): PortalTimes {
  const file = fileURLToPath(new URL('portals-process.ts', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', file, String(portals)], { encoding: 'utf8' }))
}
