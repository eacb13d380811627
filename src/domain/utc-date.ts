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
