/** What several rounds gave: the middle, and how far they were apart. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** Sums up the rounds of a measurement. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  const median = (at(sorted, Math.ceil(half) - 1) + at(sorted, Math.floor(half))) / 2
  return { median, min: at(sorted, 0), max: at(sorted, sorted.length - 1) }
}

/** The value below which so many percent are. */
export function percentile(sorted: readonly number[], percent: number): number {
  return at(sorted, Math.floor((sorted.length * percent) / 100))
}

/** The spread of the rounds' ratios. What slows down both sides of a round is not in it. */
export function ratios(values: readonly number[], references: readonly number[]): Spread {
  return spread(values.map((value, i) => value / at(references, i)))
}

/**
 * Measures several things in turn, and in the opposite order in every other round, so that what changes in the course
 * of time happens to all of them.
 */
export async function interleave<Thing, Measured>(
  rounds: number,
  things: readonly Thing[],
  measure: (thing: Thing) => Promise<Measured>,
): Promise<Measured[][]> {
  const measured: Measured[][] = things.map(() => [])
  for (let round = 0; round < rounds; round++) {
    const order = [...things.keys()]
    if (round % 2 === 1) order.reverse()
    for (const i of order) measured[i]?.push(await measure(things[i] as Thing))
  }
  return measured
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN
}
