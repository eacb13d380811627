import { API, apiKey } from './operations.ts'
import { ask, bareServer, type Command, ServerProcess } from './server-process.ts'
import { interleave, ratios, type Spread, spread } from './statistics.ts'

/** How long a command takes from spawn to its first 200, and how much longer than a bare server. */
export interface StartFigures {
  command: string
  milliseconds: Spread
  ratio: Spread
}

/** Starts each command and a bare server in turn. The bare server comes first in the result. */
export async function measureStart(commands: readonly Command[], rounds: number): Promise<StartFigures[]> {
  const all = [bareServer(), ...commands]
  await interleave(1, all, timeToFirstAnswer)
  const times = await interleave(rounds, all, timeToFirstAnswer)
  const [bare = []] = times
  return times.map((milliseconds, i) => ({
    command: i === 0 ? 'bare node:http' : `node ${all[i]?.join(' ')}`,
    milliseconds: spread(milliseconds),
    ratio: ratios(milliseconds, bare),
  }))
}

async function timeToFirstAnswer(command: Command): Promise<number> {
  const started = performance.now()
  const server = await ServerProcess.start(command)
  await ask(`${server.url}${API}/userscount`, 'GET', apiKey)
  const duration = performance.now() - started
  await server.stop()
  return duration
}
