import { timingSafeEqual } from 'node:crypto'

/** Whether two secrets are equal, in a time that doesn't tell where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}
