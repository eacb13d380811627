import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { RequestLink } from './envelope.ts'
import { queryOf } from './query.ts'
import { displayPath, portalOfTarget, splitTarget } from './target.ts'

/**
 * The request as an answer's `links` show it: the address under which the client asked, path decoded. Where a header has
 * named the portal the path does it, so that the link leads to the same one.
 */
export function requestLink(request: FastifyRequest): RequestLink {
  const { path, query } = splitTarget(request.originalUrl)
  const { portalPath } = request
  const shown = displayPath(path)
  const prefix = portalPath === '' || shown.startsWith('/@') ? '' : portalPath
  return { href: `${request.protocol}://${request.host}${prefix}${shown}${query}`, action: request.method }
}

/**
 * What the portal's own links begin with: the configured public URL, else the address under which the client asked (or
 * that its query parameter `origin` names), with the portal's domain in the place of a loopback address. Behind it comes
 * the path below which the client finds the portal, if it named the portal so.
 */
export function portalRoot(request: FastifyRequest): string {
  const { publicUrl, portalPath } = request
  if (publicUrl !== null) return publicUrl + portalPath
  const { protocol, host, hostname } = addressedUrl(request)
  if (portalPath !== '') return `${protocol}//${host}${portalPath}`
  const { alias, settings } = request.portal
  if (!isLoopback(hostname)) return `${protocol}//${host}`
  const domain = settings.mappedDomain ?? (alias === 'localhost' ? alias : `${alias}.localhost`)
  return `${protocol}//${domain}${host.slice(hostname.length)}`
}

/** The path that cookies are set for: all of the portal and, where it is below a path, no other portal. */
export function cookiePath({ originalUrl }: FastifyRequest): string {
  const name = portalOfTarget(originalUrl)
  return name === null ? '/' : `/@${name}`
}

/** The URL under which the portal was asked for, which a query parameter `origin` overrides. */
export function addressedUrl(request: FastifyRequest): URL {
  const candidates = [queryOf(request).first('origin'), `${request.protocol}://${request.host}`]
  const urls = candidates.map((text) => URL.parse(text ?? '')).filter((url) => url !== null)
  // old clients send no Host, and proxies that are believed may forward nonsense
  return urls.find(({ protocol }) => protocol === 'http:' || protocol === 'https:') ?? new URL('http://localhost')
}

/** Whether a host name is that of the machine itself. */
export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return hostname === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}
