/** The CPU time of this process, in milliseconds. That of a thread has a coarse resolution. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The CPU time of a call, in milliseconds: the minimum of several rounds. */
export async function costOf(call: () => unknown, rounds = 5): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < rounds; i += 1) {
    const before = cpuTime()
    await call()
    least = Math.min(least, cpuTime() - before)
  }
  return least
}

/** Costs below this are not compared, in milliseconds. */
const NOISE = 4

/** A busy machine spoils some measurements; a quadratic cost shows in all of them. */
const ATTEMPTS = 4

/**
 * Whether the cost of a call at most triples where its input is twice as long, and twice as long again.
 *
 * @param call with an input of a length
 * @returns the costs where it doesn't; `null` where it does
 */
export async function growthOf(call: (length: number) => () => unknown, length: number): Promise<number[] | null> {
  let costs: number[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    costs = []
    for (const factor of [1, 2, 4]) costs.push(await costOf(call(factor * length)))
    const [first = 0, second = 0, third = 0] = costs
    if (second <= 3 * first + NOISE && third <= 3 * second + NOISE) return null
  }
  return costs
}
