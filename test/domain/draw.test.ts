import t from 'tap'
import { drawOf } from '../../src/domain/draw.ts'

const numbers = (seed: number, purpose: string) => Array.from({ length: 10_000 }, (_, i) => drawOf(seed, i)(purpose))

t.test('chance is the same again, on every machine', async (t) => {
  t.same(numbers(42, 'x'), numbers(42, 'x'))
  t.equal(drawOf(42, 1)('probability'), 0.8700817856343619)
})

t.test('seeds, events and purposes have nothing to do with each other', async (t) => {
  const series = [numbers(1, 'x'), numbers(2, 'x'), numbers(1, 'y'), numbers(1, 'x').slice(1)]
  for (const [i, one] of series.entries()) {
    for (const other of series.slice(i + 1)) t.ok(Math.abs(correlation(one, other)) < 0.04)
  }
})

t.test('all numbers from 0 up to 1 are equally likely', async (t) => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (const number of numbers(7, 'x')) counts[Math.floor(number * 10)] = (counts[Math.floor(number * 10)] ?? 0) + 1
  // six standard deviations
  for (const count of counts) t.ok(Math.abs(count - 1000) < 180, `${count} of 1000`)
})

function correlation(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length)
  const products = Array.from({ length }, (_, i) => ((a[i] ?? 0) - 0.5) * ((b[i] ?? 0) - 0.5))
  return (12 * products.reduce((sum, product) => sum + product, 0)) / length
}
