/** Removes the trailing dot of the host name in a host, with a port or without, or in an origin. */
export function withoutFinalDot(host: string): string {
  // nearly all are without
  if (!host.endsWith('.') && !host.includes('.:')) return host
  return host.replace(/(?<=\w)\.(?=(:\d+)?$)/, '')
}
