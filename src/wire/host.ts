/**
 * A host, with a port or without, as it is without the dot that may end a name: `localhost.` is `localhost`. An origin,
 * which ends in a host, is one of those too.
 */
export function withoutFinalDot(host: string): string {
  // nearly all are without
  if (!host.endsWith('.') && !host.includes('.:')) return host
  return host.replace(/(?<=\w)\.(?=(:\d+)?$)/, '')
}
