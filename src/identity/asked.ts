import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { addressedUrl, requestRoot } from '../wire/root.ts'

/** A request that was handed to the provider, which sees only Node's. */
export interface Asked {
  request: FastifyRequest
  /** Where clients see the portal. */
  root: string
  /** Under which address this one has come. */
  origin: string
}

const asked = new WeakMap<IncomingMessage, Asked>()

/** Notes where a request has come to, before it is dressed for the provider. */
export function handOver(request: FastifyRequest): void {
  asked.set(request.raw, { request, root: requestRoot(request), origin: addressedUrl(request).origin })
}

/** The request that the provider is answering. */
export function askedBy({ req }: { req: IncomingMessage }): Asked {
  const known = asked.get(req)
  if (known === undefined) throw new TypeError('the provider was called past its routes')
  return known
}
