import type { Socket } from 'node:net'
import { type BodyKeepingRequest, MAX_SMALL_CHUNKS, SMALL_CHUNKS } from './body-keeping-request.ts'
import { MAX_HEADERS_SIZE } from './request-head.ts'

/** What Node says of a connection that it gives up. */
export interface ClientError {
  code?: string
  message: string
  /** Of the parser: what it found. */
  reason?: string
  /** What came last over the connection. */
  rawPacket?: Buffer
  /** How much of that the parser has taken. */
  bytesParsed?: number
}

const reasons: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'the request did not arrive in time',
  [SMALL_CHUNKS]: `the body came in more than ${MAX_SMALL_CHUNKS} small chunks`,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'the extensions of a chunk are too long',
  HPE_CLOSED_CONNECTION: 'there is something behind a request that said Connection: close',
  HPE_HEADER_OVERFLOW: `the request line and the headers are longer than ${MAX_HEADERS_SIZE} bytes`,
  HPE_INVALID_CHUNK_SIZE: 'the size of a chunk of the body is no hexadecimal number',
  HPE_INVALID_METHOD: 'the request does not begin with a method of HTTP',
  HPE_INVALID_URL: 'the target has a character that must be percent-encoded',
  HPE_PAUSED_H2_UPGRADE: 'HTTP/2; send HTTP/1.1',
}

/** How a record of TLS begins. */
const TLS_HANDSHAKE = 0x16

/** Whether a client went away, rather than sent something wrong. */
export function isHangUp({ code }: ClientError): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_EOF_STATE'
}

/** Whether no TLS connection came about, so that there was no request at all. */
export function isHandshake({ code }: ClientError): boolean {
  return code?.startsWith('ERR_SSL_') === true
}

/**
 * Why a connection was given up.
 *
 * @param arriving the request whose body was on its way; `undefined`: there was no request on the connection so far
 * @returns `null` where there is nothing to tell: no request was on its way
 */
export function reasonOf(
  error: ClientError,
  socket: Socket,
  arriving: BodyKeepingRequest | null | undefined,
): string | null {
  const { code = '', message, reason = message, rawPacket } = error
  if (isHangUp(error)) {
    if (arriving) return 'the client hung up in the middle of the body'
    const isIdle = code !== 'HPE_INVALID_EOF_STATE' && (arriving === null || socket.bytesRead === 0)
    return isIdle ? null : 'the client hung up in the middle of the headers'
  }
  if (isHandshake(error)) return handshakeReason(code, reason)
  if (rawPacket?.[0] === TLS_HANDSHAKE) return 'TLS, and this port speaks plain HTTP: the URL begins with http://'
  return reasons[code] ?? `no HTTP: ${reason}`
}

function handshakeReason(code: string, reason: string): string {
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'plain HTTP, and this port speaks TLS: the URL begins with https://'
  if (/UNKNOWN_CA|CERTIFICATE/.test(code)) return `the client does not trust the certificate (${reason})`
  return `no TLS connection came about (${reason})`
}
