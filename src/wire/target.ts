import { percentDecode } from './percent.ts'

/** The usual paths, if no slash is repeated. */
const PLAIN = /^(\/@[\w-]+)?\/api\/2\.0\/(portal|keys)\/[\w/-]*\w$/

/** `2.0` in the spellings that count as it: without the zero, with more zeros before or behind. */
const VERSION = /^\/api\/0*2(\.0+)?(?=\/|$)/i

/** Where what the identity service has under `/api/2.0` is to be found as well. */
const IDENTITY_API = /^\/api\/2\.0\/oauth2(?=\/(clients|scopes)([/?]|$))/i

/** The authorization server, which the router in front finds under `/api/2.0` as well (facts §1.9). */
const AUTHORIZATION_API =
  /^\/api\/2\.0(?=\/oauth2\/(authorize|token|introspect|revoke|userinfo|jwks|login|consent|\.well-known)([/?]|$))/i

/** The name of a portal in front of a path. RFC 8414 puts a well-known part before the path of an issuer, so before it. */
const PORTAL = /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))?\/@([^/]*)/i

/** What a target in absolute form has in front of its path. */
const ORIGIN = /^https?:\/\/[^/]*\/?/i

/** The path of a request and the query behind it, question mark included. */
export interface Target {
  path: string
  query: string
}

/** Takes a request target apart, without changing anything. */
export function splitTarget(target: string): Target {
  const mark = target.indexOf('?')
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark) }
}

/**
 * The path of a request as the server shows it in `links`: without the host of an absolute target, repeated slashes
 * collapsed as the router in front does (facts §0, P10), escapes decoded (but for that of a slash), dot segments
 * resolved.
 */
export function displayPath(path: string): string {
  if (isPlain(path)) return path
  const decoded = path
    .replace(ORIGIN, '/')
    .replace(/\/{2,}/g, '/')
    .split(/(%2f)/i)
    .map((part, i) => (i % 2 === 1 ? part : percentDecode(part)))
  return removeDotSegments(decoded.join(''))
}

/** The name of a portal that a target begins with, as in `/@name/api/2.0`; `null`: it begins with none. */
export function portalOfTarget(target: string): string | null {
  if (!target.includes('/@') && !target.includes('/%40')) return null
  return PORTAL.exec(displayPath(splitTarget(target).path))?.[2] ?? null
}

/** The target that routes are matched against: there is one route for the two paths that some operations have. */
export function routingTarget(target: string): string {
  return plainTarget(target).replace(IDENTITY_API, '/api/2.0').replace(AUTHORIZATION_API, '')
}

/**
 * A target in one spelling, so that every other spelling of the same path is the same. The name of a portal in front is
 * left out, and one slash at the end is ignored.
 */
export function plainTarget(target: string): string {
  const { path, query } = splitTarget(target)
  if (isPlain(path)) return withoutPortal(target)
  const shown = withoutPortal(displayPath(path)).replace(VERSION, '/api/2.0')
  const trimmed = shown.length > 1 && shown.endsWith('/') ? shown.slice(0, -1) : shown
  const plain = trimmed.split('/').map(routingSegment).join('/')
  // the router takes what doesn't begin with a slash for the root
  return (/^[^/]/.test(plain) ? `/${plain}` : plain) + query
}

/** Whether a path is one of the usual ones, which need no work. */
function isPlain(path: string): boolean {
  return PLAIN.test(path) && !path.includes('//')
}

/** A path without the name of the portal in front. */
function withoutPortal(path: string): string {
  return path.includes('/@') ? path.replace(PORTAL, '$1') || '/' : path
}

/** Routes are written with `@` as it is. */
function routingSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%40', '@')
}

function removeDotSegments(path: string): string {
  if (!/\/\.\.?(?=\/|$)/.test(path)) return path
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const [i, segment] of segments.entries()) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
    // a path that ends in a dot segment ends in a slash
    if (i === segments.length - 1 && (segment === '.' || segment === '..')) kept.push('')
  }
  return `/${kept.join('/')}`
}
