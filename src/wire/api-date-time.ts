/**
 * A moment as DocSpace's newer operations write one: seven digits of a second, and the offset of the portal's time
 * zone, which is UTC.
 *
 * @param moment milliseconds since 1970, UTC
 */
export function apiDateTime(moment: number): string {
  return new Date(moment).toISOString().replace('Z', '0000Z')
}
