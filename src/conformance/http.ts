import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { HeaderLines } from '../har/har.ts'

/** A request as it goes out. */
export interface Request {
  method: string
  /** Path and query as they stand on the request line. */
  target: string
  headers: HeaderLines
  body: string
}

/** An answer as it came. */
export interface Answer {
  status: number
  statusText: string
  headers: HeaderLines
  body: string
}

/** How requests reach the server. Throws where they don't, or no answer comes. */
export type Send = (request: Request) => Promise<Answer>

/** How long an answer may take unless told otherwise, in ms. */
const TIMEOUT = 30_000

/** How many bytes the body of an answer may have: DocSpace's have some thousand. */
const MAX_BODY = 1024 * 1024

/** Methods whose requests say how long their body is even where there is none. */
const WITH_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Adds the headers that HTTP can't do without, where they aren't given.
 *
 * @param host the value of Host
 */
export function framed(host: string, send: Send): Send {
  return (request) => {
    const { method, headers, body } = request
    const given = new Set(headers.map(([name]) => name.toLowerCase()))
    const lines: [string, string][] = [['Host', host]]
    if (body !== '' || WITH_CONTENT.has(method)) lines.push(['Content-Length', String(Buffer.byteLength(body))])
    return send({ ...request, headers: [...lines.filter(([name]) => !given.has(name.toLowerCase())), ...headers] })
  }
}

/** How to send. */
export interface SenderOptions {
  /** How long an answer may take, in ms. */
  timeout?: number | undefined
  /** Certificates to trust besides those that everybody does, as PEM. */
  ca?: string | undefined
  /** Gives up what is under way. */
  signal?: AbortSignal | undefined
}

/** No answer came in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/**
 * Sends to a server over HTTP or HTTPS. Nothing is added but `Connection`. What it gives throws a NoAnswerError where
 * the time is up, else the error of the connection.
 */
export function sender(url: URL, { timeout = TIMEOUT, ca, signal }: SenderOptions = {}): Send {
  const isSecure = url.protocol === 'https:'
  const request = isSecure ? requestHttps : requestHttp
  const trust = isSecure && ca !== undefined ? { ca: [...rootCertificates, ca] } : {}
  return ({ method, target, headers, body }) =>
    new Promise((resolve, reject) => {
      const deadline = AbortSignal.timeout(timeout)
      const fail = (error: Error) =>
        reject(deadline.aborted ? new NoAnswerError(`nothing within ${timeout / 1000} s`) : error)
      const outgoing = request({
        ...trust,
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port,
        method,
        path: target,
        headers: headers.flat(),
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      })
      outgoing.on('response', (incoming) => read(incoming).then(resolve, fail))
      outgoing.on('error', fail)
      outgoing.end(body)
    })
}

async function read(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_BODY) throw new Error(`the answer's body is longer than ${MAX_BODY} bytes`)
  }
  const { statusCode = 0, statusMessage = '', rawHeaders } = incoming
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, i): [string, string] => [
    rawHeaders[2 * i] ?? '',
    rawHeaders[2 * i + 1] ?? '',
  ])
  return { status: statusCode, statusText: statusMessage, headers, body: Buffer.concat(chunks).toString('utf8') }
}
