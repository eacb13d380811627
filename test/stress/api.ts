import { apiKey } from '../helper.ts'

/** A request to a portal, with its owner's API key unless the headers have another credential. */
export interface Call {
  method?: string
  /** Sent as JSON. */
  body?: object | undefined
  headers?: Record<string, string>
}

/** The response of a portal. */
export interface Answered {
  status: number
  headers: Headers
  text: string
}

const OWNER = { authorization: `Bearer ${apiKey('1')}` }

/** Sends a request to a portal, without following redirects. */
export async function ask(url: string, { body, method, headers = OWNER }: Call = {}): Promise<Answered> {
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    redirect: 'manual',
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/**
 * Calls an operation of DocSpace's API and returns the content of its response.
 *
 * @throws Error where it is refused
 */
export async function call<Result>(root: string, path: string, options: Call = {}): Promise<Result> {
  const { status, text } = await ask(`${root}/api/2.0/${path}`, options)
  if (status >= 300) throw new Error(`${options.method ?? ''} ${path}: ${status} ${text.slice(0, 200)}`)
  const answer = JSON.parse(text)
  return answer.response ?? answer
}

/** The header of an x-signature of the owner. */
export async function signed(root: string): Promise<Record<string, string>> {
  return { 'x-signature': await call<string>(root, 'security/oauth2/token') }
}

/** The body that creates an OAuth2 client. */
export function oauth2Client(name: string): object {
  const page = 'https://example.com'
  return {
    name,
    logo: 'data:image/png;base64,iVBORw0KGgo=',
    ...{ website_url: page, terms_url: page, policy_url: page, logout_redirect_uri: page },
    redirect_uris: ['http://localhost:3000/callback'],
    allowed_origins: ['http://localhost:3000'],
    scopes: ['accounts:read'],
  }
}
