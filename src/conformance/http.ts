import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
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

/** How long an answer may take, in ms. */
const TIMEOUT = 30_000

/** How many bytes the body of an answer may have: DocSpace's have some thousand. */
const MAX_BODY = 1024 * 1024

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
    if (body !== '' || method === 'POST') lines.push(['Content-Length', String(Buffer.byteLength(body))])
    return send({ ...request, headers: [...lines.filter(([name]) => !given.has(name.toLowerCase())), ...headers] })
  }
}

/** Sends to a server over HTTP or HTTPS. Nothing is added but `Connection`. */
export function sender(url: URL): Send {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return ({ method, target, headers, body }) =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port,
        method,
        path: target,
        headers: headers.flat(),
        signal: AbortSignal.timeout(TIMEOUT),
      })
      outgoing.on('response', (incoming) => read(incoming).then(resolve, reject))
      outgoing.on('error', reject)
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
