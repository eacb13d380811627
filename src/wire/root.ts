import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { RequestLink } from './envelope.ts'
import { withoutFinalDot } from './host.ts'
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
 * Where the client has reached the portal: the public URL if one is configured, else the address of the request, with
 * `/@name` if a path or a header names the portal. No query parameter changes it, so a link can't.
 */
export function requestRoot(request: FastifyRequest): string {
  const { publicUrl, portalPath } = request
  return (publicUrl ?? sentOrigin(request)) + portalPath
}

/** Scheme, host and port that the request was sent to. */
export function sentOrigin({ protocol, host }: FastifyRequest): string {
  return webUrl([`${protocol}://${host}`]).origin
}

/**
 * What the links begin with that the portal hands out. In the profile `server` that is the portal's domain where the
 * request came to a loopback address, as on a real portal (facts §5.1); clients that can't resolve `acme.localhost` get
 * no further there. Otherwise it is {@link addressedRoot} (facts §1.2).
 */
export function portalRoot(request: FastifyRequest): string {
  const { publicUrl, portalPath, profile } = request
  const { protocol, host, hostname } = addressedUrl(request)
  if (!profile.loopbackBecomesDomain || publicUrl !== null || portalPath !== '' || !isLoopback(hostname)) {
    return addressedRoot(request)
  }
  const { alias, settings } = request.portal
  const domain = settings.mappedDomain ?? (alias === 'localhost' ? alias : `${alias}.localhost`)
  return `${protocol}//${domain}${host.slice(hostname.length)}`
}

/** {@link requestRoot}, with the host that the query parameter `origin` names, if any. */
export function addressedRoot(request: FastifyRequest): string {
  return (request.publicUrl ?? addressedUrl(request).origin) + request.portalPath
}

/** The path that cookies are set for: all of the portal and, where it is below a path, no other portal. */
export function cookiePath({ originalUrl }: FastifyRequest): string {
  const name = portalOfTarget(originalUrl)
  return name === null ? '/' : `/@${name}`
}

/** The URL under which the portal was asked for, which a query parameter `origin` overrides. */
export function addressedUrl(request: FastifyRequest): URL {
  return webUrl([queryOf(request).first('origin'), `${request.protocol}://${request.host}`])
}

/** The first of some texts that is a URL of the web; `http://localhost` if none is. */
function webUrl(texts: readonly (string | undefined)[]): URL {
  const urls = texts.map((text) => URL.parse(text ?? '')).filter((url) => url !== null)
  // old clients send no Host, and proxies that are believed may forward nonsense
  const isWeb = ({ protocol }: URL) => protocol === 'http:' || protocol === 'https:'
  const url = urls.find(isWeb) ?? new URL('http://localhost')
  if (url.hostname.endsWith('.')) url.hostname = withoutFinalDot(url.hostname)
  return url
}

/** Whether a host name is that of the machine itself. */
export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return hostname === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}
