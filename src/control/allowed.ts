import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isKnownHost } from '../http/known-host.ts'
import { isLoopback } from '../wire/root.ts'

/** Who may use the control API. */
export interface ControlOptions {
  /** What callers have to send as `Authorization: Bearer`; `null`: nothing. */
  token: string | null
  /** Whether callers on other machines are answered. */
  remote: boolean
}

/** Visible characters separated by single spaces: a token has to survive in a header. */
const TOKEN = /^[^\s\p{Cc}]+( [^\s\p{Cc}]+)*$/u

/** The valid form of a token, for messages. */
export const TOKEN_FORM = 'a token without line breaks and without leading, trailing or consecutive spaces'

/** Whether a client can send a token. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/**
 * Whether the address of a caller permits a response: on this machine, unless other machines are allowed.
 *
 * @param ip `undefined`: the client reset the connection before its address was known
 */
export function isWithinReach(ip: string | undefined, { remote }: ControlOptions): boolean {
  return remote || (ip !== undefined && isLoopback(ip.replace(/^::ffff:/, '')))
}

/** Whether credentials may be shown under the host of a request: any with a token or `--control-remote`. */
export function isAllowedHost(request: FastifyRequest, control: ControlOptions | false): boolean {
  return (control !== false && (control.token !== null || control.remote)) || isKnownHost(request)
}

/** Whether an Authorization header has the token, in UTF-8 or, if its characters allow it, in ISO 8859-1. */
export function hasToken(authorization: string | undefined, token: string): boolean {
  const header = authorization ?? ''
  const expected = digestOf(Buffer.from(`Bearer ${token}`))
  // Node reads each byte of a header as a character
  return [Buffer.from(header, 'latin1'), Buffer.from(header)]
    .map((given) => timingSafeEqual(digestOf(given), expected))
    .includes(true)
}

/** Digests have equal lengths, so that comparing them doesn't reveal the length of the token. */
function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
