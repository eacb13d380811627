import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Names that aren't spelled as all others are: each word with a capital. */
const exceptions = [
  'api-supported-versions',
  'ETag',
  'WWW-Authenticate',
  'X-DocSpace-Mock-Explain',
  'X-DocSpace-Mock-Fault',
  'X-DocSpace-Mock-Finding',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
]

const spellings = new Map(exceptions.map((name) => [name.toLowerCase(), name]))

/** How many spellings are remembered. */
const MAX_SPELLINGS = 1000

/**
 * An answer whose headers are spelled as the real server spells them. Fastify writes them in lower case, which is the
 * same in HTTP, but not to clients that hand headers on in a map: the Python SDK's `ApiResponse.headers` is one.
 */
export class SpelledResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** The headers that it was given at once, as a stream is not: names and values in turn. */
  givenHeaders: readonly OutgoingHttpHeader[] | null = null
  /** Whether it was broken off, by whoever makes it. */
  isBrokenOff = false

  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    const given = spelled(typeof reason === 'string' ? headers : (reason ?? headers))
    this.givenHeaders = given ?? null
    return typeof reason === 'string' ? super.writeHead(status, reason, given) : super.writeHead(status, given)
  }

  override destroy(error?: Error): this {
    this.isBrokenOff = !this.writableFinished
    return super.destroy(error)
  }

  /** How headers are written where the body is a stream. */
  override setHeader(name: string, value: number | string | readonly string[]): this {
    return super.setHeader(spell(name), value)
  }
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

function spelled(headers: Headers | undefined): OutgoingHttpHeader[] | undefined {
  if (headers === undefined || Array.isArray(headers)) return headers
  // names and values in turn, which Node writes as they are
  const result: OutgoingHttpHeader[] = []
  for (const name in headers) result.push(spell(name), headers[name] ?? '')
  return result
}

function spell(name: string): string {
  let spelling = spellings.get(name)
  if (spelling === undefined) {
    spelling = name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase())
    // the mock's own names are few, but a fault may have any
    if (spellings.size < MAX_SPELLINGS) spellings.set(name, spelling)
  }
  return spelling
}
