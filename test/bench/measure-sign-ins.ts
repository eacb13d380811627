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

/** Few, and far from all that the server can do, so that latencies are its own and not those of a queue. */
const CONNECTIONS = 4
const RATE = 200

const WARM_UP_SECONDS = 1

/**
 * Measures `userscount` by itself, and while people sign in, each once a second over a connection of their own. Each
 * round is a new server's, which has hashed none of their passwords yet.
 */
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
  const crowd = new LoadGenerator()
  const count = (url: string, during: number) =>
    generator.fire({
      url: `${url}${API}/userscount`,
      method: 'GET',
      headers: apiKey,
      connections: CONNECTIONS,
      seconds: during,
      rate: RATE,
    })
  const signIn = (url: string) =>
    crowd.fire({
      url: `${url}/api/2.0/authentication`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      bodies: logins.map((login) => JSON.stringify(login)),
      connections: PEOPLE,
      seconds,
      rate: 1,
    })
  const measure = async (others: (url: string) => Promise<unknown>) => {
    const server = await ServerProcess.start([...command, '--fixture', fixture])
    await count(server.url, WARM_UP_SECONDS)
    const [load] = await Promise.all([count(server.url, seconds), others(server.url)])
    await server.stop()
    return load
  }
  const [alone = [], meanwhile = []] = await interleave(rounds, [async () => {}, signIn], measure)
  crowd.stop()
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
