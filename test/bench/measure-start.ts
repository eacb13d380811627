import { setTimeout } from 'node:timers/promises'
import { API, apiKey } from './operations.ts'
import { ask, bareServer, type Command, ServerProcess } from './server-process.ts'
import { interleave, ratios, type Spread, spread } from './statistics.ts'

/** What a command takes until it has answered, and what it holds afterwards. */
export interface StartFigures {
  command: string
  /** From spawn to the first 200. */
  milliseconds: Spread
  /** That of the command over that of a bare server. */
  ratio: Spread
  /** Resident memory after a second of rest, in MB. */
  idleMemory: Spread
}

const MEMORY_ROUNDS = 3

/** How long a server is left alone before its memory counts as idle, in ms. */
const REST = 1_000

/** Starts each command and a bare server in turn. The bare server comes first in the result. */
export async function measureStart(commands: readonly Command[], rounds: number): Promise<StartFigures[]> {
  const all = [bareServer(), ...commands]
  await interleave(1, all, timeToFirstAnswer)
  const times = await interleave(rounds, all, timeToFirstAnswer)
  const memories = await interleave(MEMORY_ROUNDS, all, idleMemory)
  const [bare = []] = times
  return all.map((command, i) => {
    const [milliseconds = [], memory = []] = [times[i], memories[i]]
    return {
      command: i === 0 ? 'bare node:http' : `node ${command.join(' ')}`,
      milliseconds: spread(milliseconds),
      ratio: ratios(milliseconds, bare),
      idleMemory: spread(memory),
    }
  })
}

async function timeToFirstAnswer(command: Command): Promise<number> {
  const started = performance.now()
  const server = await startAndAsk(command)
  const duration = performance.now() - started
  await server.stop()
  return duration
}

async function idleMemory(command: Command): Promise<number> {
  const server = await startAndAsk(command)
  await setTimeout(REST)
  const memory = server.residentMemory()
  await server.stop()
  return memory
}

async function startAndAsk(command: Command): Promise<ServerProcess> {
  const server = await ServerProcess.start(command)
  await ask(`${server.url}${API}/userscount`, 'GET', apiKey)
  return server
}
