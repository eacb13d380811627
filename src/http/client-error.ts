import type { Socket } from 'node:net'

const statuses: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** How long a client that was refused may go on sending, in ms. */
const LINGER = 2000

const refused = new WeakSet<Socket>()

/**
 * Refuses what is no HTTP as the real server does: with a status and no body. What the client sends after that is thrown
 * away for a while, since one whose connection is reset while it sends never reads the status.
 */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (refused.has(socket)) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  refused.add(socket)
  const status = statuses[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  const timer = setTimeout(() => socket.destroy(), LINGER).unref()
  socket.once('close', () => clearTimeout(timer))
}
