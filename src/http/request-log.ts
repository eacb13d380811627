import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { maskedPath, maskedText } from '../journal/masks.ts'
import { parseQuery, Query } from '../wire/query.ts'
import { splitTarget } from '../wire/target.ts'
import { askedPortal } from './tenant.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

type Line = (...line: unknown[]) => void

/**
 * The logger of one request, whose lines name the portal. Hardly any request logs something, so the logger behind it is
 * made with the first line.
 */
class RequestLog {
  /** `null` until the request begins. */
  request: FastifyRequest | null = null
  readonly server: FastifyBaseLogger
  readonly bindings: Record<string, unknown>

  constructor(server: FastifyBaseLogger, bindings: Record<string, unknown>) {
    this.server = server
    this.bindings = bindings
  }

  get level(): string {
    return this.server.level
  }

  child(bindings: Record<string, unknown>, options?: object): FastifyBaseLogger {
    const portal = this.request === null ? undefined : portalNameOf(this.request)
    return this.server.child({ ...this.bindings, ...(portal !== undefined && { portal }), ...bindings }, options)
  }

  silent(): void {}
}

for (const level of LEVELS) {
  const write: Line = function (this: RequestLog, ...line) {
    const log = this.child({})
    ;(log[level] as Line)(...line.map(withoutSecrets))
  }
  Object.defineProperty(RequestLog.prototype, level, { value: write })
}

function withoutSecrets(part: unknown): unknown {
  return typeof part === 'string' ? maskedText(part) : part
}

/** A line may come before the stages that choose the portal. */
function portalNameOf(request: FastifyRequest): string | undefined {
  if (!(request.query instanceof Query)) request.query = parseQuery(splitTarget(request.originalUrl).query)
  return askedPortal(request, request.server.portals)?.alias
}

/** Makes the logger of a request. */
export function requestLog(server: FastifyBaseLogger, bindings: Record<string, unknown>): FastifyBaseLogger {
  return new RequestLog(server, bindings) as unknown as FastifyBaseLogger
}

/** A request for loggers, without its query, where SDKs put tokens. */
function loggedRequest(request: FastifyRequest): FastifyRequest {
  const value = maskedPath(splitTarget(request.url).path)
  return Object.create(request, { url: { value }, originalUrl: { value } })
}

/** Shows the logger of each request the request that it is for. */
export class RequestLogController extends LogController {
  override incomingRequest(request: FastifyRequest, reply: FastifyReply): void {
    if (request.log instanceof RequestLog) request.log.request = request
    if (!this.isLogDisabled(request)) super.incomingRequest(loggedRequest(request), reply)
  }
}
