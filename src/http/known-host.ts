import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../wire/root.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The name or address that the server was configured to listen on; `null` if unknown. */
    listenHost: string | null
    /** Whether credentials may be shown under the host of a request. */
    isTrustedHost: (request: FastifyRequest) => boolean
  }
}

/**
 * Whether the Host header of a request names this server. Any other name may belong to a web site that resolves it to
 * this machine's address, so that the browser takes its pages for those of the server (DNS rebinding). Headers of
 * proxies don't count: pages can send them.
 */
export function isKnownHost(request: FastifyRequest): boolean {
  const { host } = request.headers
  // every browser sends a Host
  if (host === undefined || host === '') return true
  const url = URL.parse(`http://${host}`)
  // a user, a path or a query makes the host invalid
  return url !== null && url.href === `${url.origin}/` && isKnownHostname(url.hostname, request)
}

/**
 * Whether a host name belongs to this server: loopback names and portals below them, IP addresses, the name that the
 * server listens on, the host of `--public-url`, and the mapped domains of portals.
 *
 * @param hostname as in a URL: IPv6 addresses in brackets
 */
export function isKnownHostname(hostname: string, { publicUrl, server }: FastifyRequest): boolean {
  if (isLoopback(hostname) || hostname.endsWith('.localhost') || isIP(withoutBrackets(hostname)) > 0) return true
  const configured = [server.listenHost?.toLowerCase(), publicUrl && new URL(publicUrl).hostname]
  return configured.includes(hostname) || server.portals.findByDomain(hostname) !== undefined
}

/** The address in a host name of a URL. */
export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
