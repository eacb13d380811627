import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { readAnswers, type WireAnswer } from './answers.ts'
import type { Delivery } from './deliveries.ts'

/** How long to wait for a required response, in ms. */
const PATIENCE = 60_000

/** How long to wait for more after the responses look complete, in ms. */
const IDLE = 60

/** The responses of a connection. */
export interface Exchange {
  answers: WireAnswer[]
  /** The parse error; `null`: none. */
  malformed: string | null
  /** Whether the server has closed the connection. */
  isClosed: boolean
}

/**
 * Sends a delivery over its own connection and reads the responses. Never throws.
 *
 * @param patience how long to wait for an optional response, in ms
 */
export async function send(port: number, { requests, bytes, way }: Delivery, patience: number): Promise<Exchange> {
  const methods = requests.map(({ method }) => method)
  const owed = way.kind === 'hangUp' ? 0 : owedAnswers(requests)
  let text = ''
  let isClosed = false
  const read = (): Exchange => {
    try {
      return { answers: readAnswers(text, methods, isClosed), malformed: null, isClosed }
    } catch (error) {
      return { answers: [], malformed: (error as Error).message, isClosed }
    }
  }
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, owed > 0 ? PATIENCE : patience)
    const look = () => {
      const { answers, malformed } = read()
      const whole = answers.filter(({ isWhole }) => isWhole).length
      if (malformed !== null || whole >= methods.length) return resolve()
      if (whole < owed) return
      clearTimeout(timer)
      timer = setTimeout(resolve, whole > 0 ? IDLE : patience)
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      look()
    })
    // a server may hang up on a client that is still sending
    socket.on('error', () => {})
    socket.on('close', () => {
      isClosed = true
      clearTimeout(timer)
      resolve()
    })
    socket.on('connect', () => void write(socket, bytes, way).then((isGone) => isGone && resolve()))
  })
  const exchange = read()
  socket.destroy()
  return exchange
}

/** The number of required responses: those to the requests before the first badly framed one. */
export function owedAnswers(requests: Delivery['requests']): number {
  // Node.js drops a connection at once that asks for a tunnel
  if (requests.some(({ method }) => method === 'CONNECT')) return 0
  const unsure = requests.findIndex(({ mustBeAnswered }) => !mustBeAnswered)
  return unsure === -1 ? requests.length : unsure
}

/** @returns whether the client has disconnected */
async function write(socket: Socket, bytes: Buffer, way: Delivery['way']): Promise<boolean> {
  if (way.kind === 'whole') socket.write(bytes)
  if (way.kind === 'pieces') {
    const size = Math.ceil(bytes.length / way.count)
    for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
      socket.write(bytes.subarray(at, at + size))
      await delay(way.pause)
    }
  }
  if (way.kind !== 'hangUp') return false
  socket.write(bytes.subarray(0, Math.ceil(bytes.length * way.part)))
  await delay(way.wait)
  if (way.abruptly) socket.resetAndDestroy()
  else socket.destroy()
  return true
}
