import t from 'tap'
import { type Distribution, sample } from '../../src/domain/distribution.ts'
import { drawOf } from '../../src/domain/draw.ts'

const COUNT = 20_000

/** Where so much of what a distribution gives lies below, at each of some parts of the whole. */
const expected: [distribution: Distribution, quantiles: Record<number, number>][] = [
  [{ uniform: { min: 100, max: 500 } }, { 0.1: 140, 0.5: 300, 0.9: 460 }],
  [{ normal: { median: 300, sigma: 50 } }, { 0.1587: 250, 0.5: 300, 0.8413: 350, 0.9772: 400 }],
  [{ lognormal: { median: 300, sigma: 0.5 } }, { 0.1587: 182, 0.5: 300, 0.8413: 495, 0.9772: 815 }],
  [{ uniform: { min: 7, max: 7 } }, { 0.1: 7, 0.9: 7 }],
  [{ lognormal: { median: 7, sigma: 0 } }, { 0.1: 7, 0.9: 7 }],
]

for (const [distribution, quantiles] of expected) {
  t.test(`${JSON.stringify(distribution)} is spread as it says`, async (t) => {
    const samples = Array.from({ length: COUNT }, (_, i) => sample(distribution, drawOf(1, i))).sort((a, b) => a - b)
    for (const [part, value] of Object.entries(quantiles)) {
      const found = samples[Math.floor(Number(part) * COUNT)] ?? 0
      t.ok(Math.abs(found - value) <= value * 0.04, `${found} for ${value}`)
    }
  })
}

t.test('a uniform one keeps its bounds', async (t) => {
  const samples = Array.from({ length: COUNT }, (_, i) => sample({ uniform: { min: 1, max: 2 } }, drawOf(1, i)))
  t.ok(samples.every((value) => value >= 1 && value < 2))
})

t.test('there is none of no kind', async (t) => {
  t.throws(() => sample({}, drawOf(1, 1)), TypeError)
})
