import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultFixture, type Fixture } from '../../src/index.ts'
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

/** Measures `userscount` by itself, and while people sign in, each over a connection of their own. */
export async function measureSignIns(
  command: Command,
  generator: LoadGenerator,
  { rounds, seconds }: Effort,
): Promise<SignInFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'docspace-mock-bench-'))
  const fixture = join(directory, 'people.json')
  const logins = Array.from({ length: PEOPLE }, (_, i) => ({
    userName: `p${i}@bench.example`,
    password: `password-${i}`,
  }))
  await writeFile(fixture, JSON.stringify(withLogins(logins)))
  const server = await ServerProcess.start([...command, '--fixture', fixture])
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
      bodies: logins.map((login) => JSON.stringify(login)),
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
  await rm(directory, { recursive: true })
  return { operation: 'GET userscount', people: PEOPLE, alone: sumUp(alone), meanwhile: sumUp(meanwhile) }
}

function withLogins(logins: readonly { userName: string; password: string }[]): Fixture {
  const people = logins.map(({ userName, password }, i) => ({
    id: `00000000-0000-4000-9000-${String(i).padStart(12, '0')}`,
    email: userName,
    firstName: 'Person',
    lastName: String(i),
    type: 'User' as const,
    password,
  }))
  return { ...defaultFixture, users: [...defaultFixture.users, ...people] }
}
