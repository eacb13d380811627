import { type ArchivedExchange, type HeaderLines, writeHar } from '../har/har.ts'
import type { Answer, Request } from './http.ts'
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

/** What {@link archive} needs. */
export interface ArchiveOptions {
  /** The server's address. */
  origin: string
  /** Version of this package. */
  version: string
  redact: Redact
}

/** Writes exchanges as an HTTP archive, HAR 1.2. */
export function archive(exchanges: readonly Exchange[], { origin, version, redact }: ArchiveOptions): string {
  return writeHar(
    exchanges.map((exchange) => redacted(exchange, origin, redact)),
    version,
  )
}

function redacted({ request, answer, ...rest }: Exchange, origin: string, redact: Redact): ArchivedExchange {
  const lines = (headers: HeaderLines) => headers.map(([name, value]) => [name, redact(value)] as const)
  const { method, target } = request
  const body = redact(answer.body)
  return {
    ...rest,
    request: {
      method,
      url: redact(origin + target),
      headers: lines(request.headers),
      body: redact(request.body),
      bodySize: Buffer.byteLength(request.body),
    },
    answer: { ...answer, headers: lines(answer.headers), body, bodySize: Buffer.byteLength(body) },
  }
}
