import { isLoopback } from '../wire/root.ts'

/** Who may use the control API. */
export interface ControlOptions {
  /** What callers have to send as `Authorization: Bearer`; `null`: nothing. */
  token: string | null
  /** Whether callers on other machines are answered. */
  remote: boolean
}

/** Whether a caller is near enough: on this machine, unless all are let in. */
export function isWithinReach(ip: string, { remote }: ControlOptions): boolean {
  return remote || isLoopback(ip.replace(/^::ffff:/, ''))
}
