import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { canonicalRoot } from '../oauth2/canonical-root.ts'
import { addressedUrl, requestRoot } from '../wire/root.ts'

/** A request that was handed to the provider, which sees only Node's. */
export interface Asked {
  request: FastifyRequest
  /** The address of the portal that the request came to. */
  root: string
  /** The name of the portal's API in grants: the same for every name of the machine that the portal is reached by. */
  resource: string
  /** Under which address this one has come. */
  origin: string
}

const asked = new WeakMap<IncomingMessage, Asked>()

/** Notes where a request has come to, before it is dressed for the provider. */
export function handOver(request: FastifyRequest): void {
  const root = requestRoot(request)
  const resource = canonicalRoot(root, request.portal)
  asked.set(request.raw, { request, root, resource, origin: addressedUrl(request).origin })
}

/** The request that the provider is answering. */
export function askedBy({ req }: { req: IncomingMessage }): Asked {
  const known = asked.get(req)
  if (known === undefined) throw new TypeError('the provider was called past its routes')
  return known
}
