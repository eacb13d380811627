import type { Answer, HeaderLines, Request } from './http.ts'
import type { Redact } from './redaction.ts'

/** A request and its answer. */
export interface Exchange {
  /** The case that it belongs to. */
  comment: string
  /** When it was sent, in ms since 1970. */
  startedAt: number
  /** How long it took, in ms. */
  time: number
  request: Request
  answer: Answer
}

/** What {@link writeHar} needs. */
export interface HarOptions {
  /** The server's address. */
  origin: string
  /** Version of this package. */
  version: string
  redact: Redact
}

/** Writes exchanges as an HTTP archive, HAR 1.2. Each stands on a line of its own, so that archives can be compared. */
export function writeHar(exchanges: readonly Exchange[], { origin, version, redact }: HarOptions): string {
  const creator = JSON.stringify({ name: 'docspace-mock', version })
  const entries = exchanges.map((exchange) => JSON.stringify(entry(exchange, origin, redact)))
  return `{"log":{"version":"1.2","creator":${creator},"entries":[\n${entries.join(',\n')}\n]}}\n`
}

function entry({ comment, startedAt, time, request, answer }: Exchange, origin: string, redact: Redact) {
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time,
    request: requestEntry(request, origin, redact),
    response: responseEntry(answer, redact),
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    comment,
  }
}

function requestEntry({ method, target, headers, body }: Request, origin: string, redact: Redact) {
  const url = redact(origin + target)
  const query = new URLSearchParams(url.split('?')[1] ?? '')
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headerEntries(headers, redact),
    queryString: [...query].map(([name, value]) => ({ name, value })),
    ...(body !== '' && { postData: { mimeType: headerOf(headers, 'content-type'), text: redact(body) } }),
    headersSize: -1,
    bodySize: Buffer.byteLength(body),
  }
}

function responseEntry({ status, statusText, headers, body }: Answer, redact: Redact) {
  const text = redact(body)
  return {
    status,
    statusText,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headerEntries(headers, redact),
    content: { size: Buffer.byteLength(text), mimeType: headerOf(headers, 'content-type'), text },
    redirectURL: redact(headerOf(headers, 'location')),
    headersSize: -1,
    bodySize: Buffer.byteLength(text),
  }
}

function headerEntries(headers: HeaderLines, redact: Redact) {
  return headers.map(([name, value]) => ({ name, value: redact(value) }))
}

function headerOf(headers: HeaderLines, name: string): string {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1] ?? ''
}
