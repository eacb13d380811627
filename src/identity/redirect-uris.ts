import type { FastifyRequest } from 'fastify'
import type { StoredOAuth2Client } from '../store/oauth2-clients.ts'
import { isOwnOrigin } from './own-origin.ts'

/** The page of Swagger UI that receives the answer to an authorization request. */
export const SWAGGER_UI_REDIRECT = '/docs/static/oauth2-redirect.html'

/** That page below any portal, as a path. */
const ANY_SWAGGER_UI_REDIRECT = /^(\/@[^/]+)?\/docs\/static\/oauth2-redirect\.html$/

/** A URI at a loopback address, in two parts around the port. `localhost` is none: Spring takes it as registered only. */
const LOOPBACK = /^(https?:\/\/(?:127(?:\.\d{1,3}){3}|\[::1\]|\[0:0:0:0:0:0:0:1\]))(?::\d{1,5})?((?:[/?].*)?)$/

/**
 * The redirect URIs that a request may name: those that the client has registered; one that differs from these only by
 * the port of a loopback address (RFC 8252 §7.3, as in Spring); and, for clients that have registered a Swagger UI, that
 * of the portal's own Swagger UI where the server listens, or at its public URL. No header of a request adds one.
 *
 * @param requested the `redirect_uri` of the request
 */
export function redirectUrisOf(
  { redirectUris }: StoredOAuth2Client,
  request: FastifyRequest,
  requested: unknown,
): string[] {
  if (typeof requested !== 'string' || redirectUris.includes(requested)) return [...redirectUris]
  const isAllowed = isAtOtherPort(requested, redirectUris) || isOwnSwaggerUi(requested, redirectUris, request)
  return isAllowed ? [...redirectUris, requested] : [...redirectUris]
}

function isAtOtherPort(requested: string, registered: readonly string[]): boolean {
  const plain = withoutLoopbackPort(requested)
  return plain !== null && URL.canParse(requested) && registered.some((uri) => withoutLoopbackPort(uri) === plain)
}

/** `null`: the URI isn't at a loopback address. */
function withoutLoopbackPort(uri: string): string | null {
  const [, before, behind] = LOOPBACK.exec(uri) ?? []
  return before === undefined || behind === undefined ? null : before + behind
}

/** No client can register the address of its portal's Swagger UI beforehand: the port is often a free one. */
function isOwnSwaggerUi(requested: string, registered: readonly string[], request: FastifyRequest): boolean {
  if (!requested.endsWith(SWAGGER_UI_REDIRECT)) return false
  if (!registered.some((uri) => ANY_SWAGGER_UI_REDIRECT.test(URL.parse(uri)?.pathname ?? ''))) return false
  // the page sends its own address, in the letter case and with the slashes that were typed
  const root = withoutFinalSlashes(requested.slice(0, -SWAGGER_UI_REDIRECT.length)).toLowerCase()
  const url = URL.parse(root)
  return url !== null && root === url.origin + request.portalPath && isOwnOrigin(url, request)
}

/** Written without a regular expression, which would take quadratic time. */
function withoutFinalSlashes(text: string): string {
  let end = text.length
  while (text[end - 1] === '/') end--
  return text.slice(0, end)
}
