import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { type ErrorDetail, errorPage } from '../pages/error-page.ts'
import { headersOfPage } from '../pages/page-headers.ts'
import { askedBy } from './asked.ts'
import { SWAGGER_UI_REDIRECT } from './redirect-uris.ts'

/** Answers an error that isn't sent back to the client: with a page, or with JSON where the request doesn't prefer HTML. */
export function renderError(context: KoaContextWithOIDC, { error, error_description }: ErrorOut): void {
  const details = redirectDetails(context, error)
  if (context.accepts('json', 'html') === 'json') {
    const texts = details.map(({ name, values }) => `${name}: ${values.join(', ') || 'none'}`)
    context.body = { error, error_description: [error_description, ...texts].filter(Boolean).join('; ') }
  } else {
    context.set(headersOfPage())
    Object.assign(context, { type: 'html', body: errorPage(error, error_description, details) })
  }
}

const SWAGGER_UI: ErrorDetail = {
  name: "addresses of the portal's own Swagger UI",
  values: ['where the server listens', 'what --public-url says'],
}

/** The redirect URI that was sent and those that would do, where an authorization request fails for its own. */
function redirectDetails(context: KoaContextWithOIDC, error: string): ErrorDetail[] {
  if (context.oidc?.route !== 'authorization') return []
  const { client_id: clientId, redirect_uri: sent } = context.oidc.params ?? context.query
  const client = askedBy(context).request.portal.store.oauth2Clients.find(String(clientId))
  if (client?.enabled !== true || (error !== 'invalid_redirect_uri' && sent)) return []
  const values = [sent].flat().filter((uri) => typeof uri === 'string')
  return [
    { name: 'redirect_uri of this request', values },
    { name: 'redirect_uris that the client has registered', values: client.redirectUris },
    ...(values.some((uri) => uri.endsWith(SWAGGER_UI_REDIRECT)) ? [SWAGGER_UI] : []),
  ]
}
