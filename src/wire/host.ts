/**
 * A host, with a port or without, as it is without the dot that may end a name: `localhost.` is `localhost`. An origin,
 * which ends in a host, is one of those too.
 */
export function withoutFinalDot(host: string): string {
  return host.includes('.') ? host.replace(/(?<=\w)\.(?=(:\d+)?$)/, '') : host
}
