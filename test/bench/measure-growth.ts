import type { LoadGenerator } from './load.ts'
import { type Effort, type LoadFigures, requestsPerSecond, sumUp } from './measure-requests.ts'
import { API, apiKey } from './operations.ts'
import { type Command, ServerProcess } from './server-process.ts'
import { interleave, ratios, type Spread } from './statistics.ts'

/** The speed of an operation in a small portal and in a large one. */
export interface GrowthFigures {
  operation: string
  few: LoadFigures
  many: LoadFigures
  /** Requests per second, round by round: the large portal's over the small one's. */
  ratio: Spread
}

const WARM_UP_SECONDS = 1

/** Measures a portal with few people against one with many, asking for random ones. */
export async function measureGrowth(
  mockCommand: Command,
  people: { few: number; many: number },
  generator: LoadGenerator,
  { rounds, seconds, connections }: Effort,
): Promise<GrowthFigures[]> {
  const sizes = await Promise.all(
    [people.few, people.many].map(async (size) => {
      return { size, server: await ServerProcess.start([...mockCommand, '--users', String(size)]) }
    }),
  )
  const figures: GrowthFigures[] = []
  for (const name of ['userscount', 'users']) {
    const fire =
      (duration: number) =>
      ({ size, server }: (typeof sizes)[number]) =>
        generator.fire({
          url: `${server.url}${API}/${name}`,
          method: 'GET',
          headers: apiKey,
          connections,
          seconds: duration,
          ...(name === 'users' && { people: size }),
        })
    await interleave(1, sizes, fire(WARM_UP_SECONDS))
    const [few = [], many = []] = await interleave(rounds, sizes, fire(seconds))
    figures.push({
      operation: name === 'users' ? 'GET users/{id}, random ids' : `GET ${name}`,
      few: sumUp(few),
      many: sumUp(many),
      ratio: ratios(many.map(requestsPerSecond), few.map(requestsPerSecond)),
    })
  }
  await Promise.all(sizes.map(({ server }) => server.stop()))
  return figures
}
