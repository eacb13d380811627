import type { Test } from 'tap'
import { type StartOptions, start } from '../../src/start.ts'
import { oauth2Clients } from '../helper.ts'

/** The OAuth2 clients of the shipped fixture: one that keeps a secret, and one that proves itself with PKCE. */
export const { confidential: webApp, pkce: browserApp } = oauth2Clients

/** Where both are sent back to. */
export const CALLBACK = 'http://localhost:3000/callback'

/** What a token request is answered with. */
export interface TokenAnswer {
  access_token: string
  refresh_token: string
  id_token?: string
  expires_in: number
  scope: string
  token_type: string
}

/** A portal that listens, closed with the test. */
export async function running(t: Test, options: StartOptions = {}) {
  const { url, portals, close } = await start({ port: 0, ...options })
  t.teardown(close)
  return { url, portal: portals[0], close }
}

/** Somebody's browser, as far as a sign-in needs one: it keeps cookies and goes where it is sent. */
export class Visitor {
  readonly #cookies = new Map<string, { value: string; path: string }>()
  readonly #root: string

  /** @param root the only place that is followed */
  constructor(root: string) {
    this.#root = root
  }

  /** What its cookies prove it with: the session, and all signatures, without which the ids in paths are good for nothing. */
  get secrets(): string[] {
    const secret = [...this.#cookies].filter(([name]) => name === 'oauth2_session' || name.endsWith('.sig'))
    return secret.map(([, { value }]) => value)
  }

  /**
   * Asks for a page or sends a form, and follows redirects until a page comes or they lead elsewhere.
   *
   * @param headers what the browser says of the page that sends the form; that it is of the same origin by default
   */
  async go(
    target: string,
    form?: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ url: string; answer: Response | null }> {
    let url = new URL(target, this.#root)
    let body = form
    for (;;) {
      if (url.origin !== new URL(this.#root).origin) return { url: url.href, answer: null }
      const answer = await this.#ask(url, body, headers)
      const location = answer.headers.get('location')
      if (location === null) return { url: url.href, answer }
      url = new URL(location, url)
      body = undefined
    }
  }

  /** Goes through the sign-in and consent pages, and gives where the client is sent. */
  async authorize(target: string | URL, person: string, consent = 'allow'): Promise<URL> {
    let { url, answer } = await this.go(String(target))
    if (url.includes('/oauth2/login')) ({ url, answer } = await this.go(url, { person }))
    if (url.includes('/oauth2/consent')) ({ url, answer } = await this.go(url, { consent }))
    if (answer !== null) throw new Error(`stayed at ${url}: ${answer.status} ${await answer.text()}`)
    return new URL(url)
  }

  async #ask(url: URL, form: Record<string, string> | undefined, sender?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const headers = { cookie, accept: 'text/html', ...(form && (sender ?? { origin: url.origin })) }
    const body = form && new URLSearchParams(form)
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers,
      ...(body && { body }),
    })
    for (const header of answer.headers.getSetCookie()) this.#keep(header)
    return answer
  }

  #keep(header: string): void {
    const [pair = '', ...attributes] = header.split(/; */)
    const equals = pair.indexOf('=')
    const path = attributes.find((text) => text.startsWith('path='))?.slice('path='.length) ?? '/'
    this.#cookies.set(pair.slice(0, equals), { value: pair.slice(equals + 1), path })
  }
}

/** The address at which a client asks for a code. */
export function authorizeUrl(root: string, parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: webApp.clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid read write',
    ...parameters,
  })
  return `${root}/oauth2/authorize?${query}`
}

/** Sends a form to an endpoint. */
export function post(root: string, path: string, form: Record<string, string>, headers = {}): Promise<Response> {
  return fetch(`${root}/oauth2/${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
}

/** Who a client is, as it says so in a form. */
export function asClient({ clientId, clientSecret }: { clientId: string; clientSecret?: string }) {
  return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) }
}

/** Gets a code for somebody, in one request. */
export async function getCode(
  root: string,
  person: string,
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const url = authorizeUrl(root, { prompt: 'none', login_hint: person, ...parameters })
  const answer = await fetch(url, { redirect: 'manual', headers })
  const location = answer.headers.get('location')
  const code = location === null ? null : new URL(location).searchParams.get('code')
  if (code === null) throw new Error(`no code: ${answer.status} ${location ?? (await answer.text())}`)
  return code
}

/** Changes a code for tokens, as the client that keeps a secret. */
export function redeem(root: string, code: string, parameters: Record<string, string> = {}): Promise<Response> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...asClient(webApp), ...parameters }
  return post(root, 'token', form)
}

/** Uses a refresh token, as the client that keeps a secret. */
export function refresh(root: string, token: string, parameters: Record<string, string> = {}): Promise<Response> {
  return post(root, 'token', {
    grant_type: 'refresh_token',
    refresh_token: token,
    ...asClient(webApp),
    ...parameters,
  })
}

/** Gets tokens for somebody. */
export async function getTokens(root: string, person: string, scope = 'openid read write'): Promise<TokenAnswer> {
  const answer = await redeem(root, await getCode(root, person, { scope }))
  if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as TokenAnswer
}

/** The status with which `userscount` is answered to a token. */
export async function statusFor(root: string, token: string): Promise<number> {
  const { status } = await fetch(`${root}/api/2.0/portal/userscount`, { headers: { authorization: `Bearer ${token}` } })
  return status
}
