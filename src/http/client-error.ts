import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { arrivingRequest, type BodyKeepingRequest, SMALL_CHUNKS } from './body-keeping-request.ts'
import { type ClientError, isHandshake, isHangUp, reasonOf } from './client-error-reasons.ts'
import { headOf, readRequestHead } from './request-head.ts'
import { type Refusal, tellRefusal } from './tell-refusal.ts'

const statuses: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  [SMALL_CHUNKS]: '413 Payload Too Large',
}

/** How long a client that was refused may go on sending, in ms. */
const LINGER = 2000

const refused = new WeakSet<Socket>()

/** Answers what Node's HTTP parser refuses, and tells why. */
export function refuseClient(error: ClientError, socket: Socket, server: FastifyInstance): void {
  if (refused.has(socket)) return
  const arriving = arrivingRequest(socket)
  const reason = reasonOf(error, socket, arriving)
  const answered = answerClientError(error, socket)
  if (reason === null) return
  if (isHandshake(error)) {
    // there is no request that the journal could keep
    server.log.warn(reason)
    return
  }
  const refusal = { status: isHangUp(error) ? null : answered, reason, isHangUp: isHangUp(error) }
  if (arriving && interrupt(arriving, refusal)) return
  // a client that hangs up once it has its answer misses nothing
  if (arriving && refusal.isHangUp) return
  tellRefusal(arriving ? headOf(arriving) : readRequestHead(error), refusal, server)
}

/**
 * Refuses what is no HTTP as the real server does: with a status and no body. What the client sends after that is thrown
 * away for a while, since one whose connection is reset while it sends never reads the status.
 *
 * In the middle of another response no status can be sent: the connection is only closed.
 *
 * @returns the status; `null` if none was sent
 */
export function answerClientError(error: { code?: string }, socket: Socket): number | null {
  if (refused.has(socket)) return null
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return null
  }
  refused.add(socket)
  const begun = begunAnswer(socket)
  if (begun !== null) {
    if (begun.writableEnded) socket.end()
    else socket.destroy()
    return null
  }
  const status = statuses[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  const timer = setTimeout(() => socket.destroy(), LINGER).unref()
  socket.once('close', () => clearTimeout(timer))
  return Number.parseInt(status, 10)
}

/** The response in flight. Node stores it on the socket, and its own handler of these errors reads it there. */
function begunAnswer(socket: Socket): ServerResponse | null {
  const answer: ServerResponse | null | undefined = Reflect.get(socket, '_httpMessage')
  return answer?.headersSent ? answer : null
}

/**
 * Notes at a request that the rest of its body never comes. The journal tells it with the request's own entry, unless
 * that is written already.
 */
function interrupt(request: BodyKeepingRequest, { status, reason }: Refusal): boolean {
  const { answer } = request
  if (answer === null || answer.writableFinished) return false
  request.interruption = { status, isAnswered: answer.headersSent, reason }
  return true
}
