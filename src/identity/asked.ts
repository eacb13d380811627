import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { canonicalRoot } from '../oauth2/canonical-root.ts'
import { requestRoot } from '../wire/root.ts'

/** A request that was handed to the provider, which sees only Node's. */
export interface Asked {
  request: FastifyRequest
  /** The address of the portal that the request came to. */
  root: string
  /** The name of the portal's API in grants: the same for every name of the machine that the portal is reached by. */
  resource: string
}

const asked = new WeakMap<IncomingMessage, Asked>()

/**
 * Keeps a request for the time when the provider answers it.
 *
 * @param raw what the provider is given
 */
export function handOver(request: FastifyRequest, raw: IncomingMessage): void {
  const root = requestRoot(request)
  asked.set(raw, { request, root, resource: canonicalRoot(root, request.portal) })
}

/** The request that the provider is answering. */
export function askedBy({ req }: { req: IncomingMessage }): Asked {
  const known = asked.get(req)
  if (known === undefined) throw new TypeError('the provider was called past its routes')
  return known
}
