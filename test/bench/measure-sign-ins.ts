import { LoadGenerator } from './load.ts'
import { type Effort, type LoadFigures, sumUp } from './measure-requests.ts'
import { API, apiKey } from './operations.ts'
import { type Command, ServerProcess } from './server-process.ts'
import { interleave } from './statistics.ts'

/** What requests pay while others sign in with passwords, whose hashes take their time. */
export interface SignInFigures {
  operation: string
  /** How many sign in at the same time. */
  people: number
  alone: LoadFigures
  meanwhile: LoadFigures
}

const PEOPLE = 50

/** Few, so that latencies are those of the server and not of a queue. */
const CONNECTIONS = 4

const SIGN_IN = { userName: 'owner@example.com', password: 'owner-password' }

/** Measures `userscount` by itself, and while people sign in over connections of their own. */
export async function measureSignIns(
  command: Command,
  generator: LoadGenerator,
  { rounds, seconds }: Effort,
): Promise<SignInFigures> {
  const server = await ServerProcess.start(command)
  const crowd = new LoadGenerator()
  const count = () => {
    const url = `${server.url}${API}/userscount`
    return generator.fire({ url, method: 'GET', headers: apiKey, connections: CONNECTIONS, seconds })
  }
  const signIn = () =>
    crowd.fire({
      url: `${server.url}/api/2.0/authentication`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(SIGN_IN),
      connections: PEOPLE,
      seconds,
    })
  const countMeanwhile = async () => {
    const [load] = await Promise.all([count(), signIn()])
    return load
  }
  const [alone = [], meanwhile = []] = await interleave(rounds, [count, countMeanwhile], (measure) => measure())
  crowd.stop()
  await server.stop()
  return { operation: 'GET userscount', people: PEOPLE, alone: sumUp(alone), meanwhile: sumUp(meanwhile) }
}
