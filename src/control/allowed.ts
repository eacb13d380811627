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

/** What a token may be: visible characters and single blanks between them, so that it survives in a header. */
const TOKEN = /^[^\s\p{Cc}]+( [^\s\p{Cc}]+)*$/u

/** What a token may be, for messages. */
export const TOKEN_FORM = 'a token without line breaks, and without blanks at its ends or next to each other'

/** Whether a token is one that a client can send. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/**
 * Whether a caller may be answered by its address: on this machine, unless all are let in.
 *
 * @param ip `undefined`: the client has reset the connection before its address was known
 */
export function isWithinReach(ip: string | undefined, { remote }: ControlOptions): boolean {
  return remote || (ip !== undefined && isLoopback(ip.replace(/^::ffff:/, '')))
}

/** Whether a request is sent to a host that may see credentials: any where a token or `--control-remote` says so. */
export function isAllowedHost(request: FastifyRequest, control: ControlOptions | false): boolean {
  return (control !== false && (control.token !== null || control.remote)) || isKnownHost(request)
}

/** Whether an Authorization header has the token, in UTF-8 or, where its characters allow it, in ISO 8859-1. */
export function hasToken(authorization: string | undefined, token: string): boolean {
  const header = authorization ?? ''
  const expected = digestOf(Buffer.from(`Bearer ${token}`))
  // Node reads each byte of a header as a character
  return [Buffer.from(header, 'latin1'), Buffer.from(header)]
    .map((given) => timingSafeEqual(digestOf(given), expected))
    .includes(true)
}

/** Digests are equally long, so that comparing them doesn't tell the length of the token. */
function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
