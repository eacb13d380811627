import type { DateForm } from '../domain/profile.ts'

/**
 * A moment as DocSpace's newer operations write one: seven digits of a second, and the offset of the portal's time
 * zone, which is UTC.
 *
 * @param moment milliseconds since 1970, UTC
 */
export function apiDateTime(moment: number): string {
  return new Date(moment).toISOString().replace('Z', '0000Z')
}

/** What .NET writes for a moment that isn't set. Without a zone, as the real server has it, Java and Go refuse it. */
export function unsetDateTime(dates: DateForm): string {
  return dates === 'postgresql' ? '0001-01-01T00:00:00Z' : '0001-01-01T00:00:00'
}
