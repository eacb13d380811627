import { isIP } from 'node:net'
import { isLoopback } from '../wire/root.ts'

/** Who may use the control API. */
export interface ControlOptions {
  /** What callers have to send as `Authorization: Bearer`; `null`: nothing. */
  token: string | null
  /** Whether callers on other machines are answered. */
  remote: boolean
}

/**
 * Whether a caller may be answered by its address: on this machine, unless all are let in.
 *
 * @param ip `undefined`: the client has reset the connection before its address was known
 */
export function isWithinReach(ip: string | undefined, { remote }: ControlOptions): boolean {
  return remote || (ip !== undefined && isLoopback(ip.replace(/^::ffff:/, '')))
}

/**
 * Whether a host can only be this machine: its own names, those of portals below them, and addresses. Any other name may
 * be that of a web site which gives it this machine's address, so that its pages count as those of the mock.
 *
 * @param hostname as in a URL: IPv6 addresses in brackets
 */
export function isOwnHost(hostname: string): boolean {
  return isLoopback(hostname) || hostname.endsWith('.localhost') || isIP(hostname.replace(/^\[(.*)\]$/, '$1')) > 0
}
