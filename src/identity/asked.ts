import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'

const requests = new WeakMap<IncomingMessage, FastifyRequest>()

/** Notes which request it is that is handed to the provider, which sees only Node's. */
export function handOver(request: FastifyRequest): void {
  requests.set(request.raw, request)
}

/** The request that the provider is answering. */
export function askedBy({ req }: { req: IncomingMessage }): FastifyRequest {
  const request = requests.get(req)
  if (request === undefined) throw new TypeError('the provider was called past its routes')
  return request
}
