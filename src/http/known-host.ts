import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../wire/root.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The name or address that the server was told to listen on; `null` if unknown. */
    listenHost: string | null
    /** Whether the host that a request is sent to may be shown credentials. */
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
  // a host with a user, a path or a query in it isn't one
  return url !== null && url.href === `${url.origin}/` && isKnownHostname(url.hostname, request)
}

/**
 * Whether a host name is one of this server's: those of the machine and of portals below them, IP addresses, the name
 * that the server listens on, the one of `--public-url`, and portals' own domains.
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
