import type { UtcDate } from './user.ts'

/**
 * Writes a moment as PostgreSQL deployments of DocSpace do: UTC with `Z`, a fraction only where it isn't zero and
 * without trailing zeros.
 *
 * @param moment milliseconds since 1970, or any text that `Date` reads
 */
export function utcDate(moment: number | string): UtcDate {
  return new Date(moment).toISOString().replace(/\.?0+Z$/, 'Z')
}

/**
 * A moment in a sentence, in ISO 8601. A number that is no moment is shown as it is: tokens and keys may say any.
 *
 * @param ms since 1970, UTC
 */
export function momentText(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}
