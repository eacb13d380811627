import type { FastifyRequest } from 'fastify'
import { API_KEY_PREFIX } from '../domain/api-key.ts'
import { readCookie } from '../wire/cookies.ts'
import { queryOf } from '../wire/query.ts'

/** The name of DocSpace's session cookie. SDKs also put the token into a header or a query parameter of this name. */
export const SESSION_COOKIE = 'asc_auth_key'

/** The credentials of a request, by what reads them. */
export interface Credentials {
  sessionTokens: readonly SessionCredential[]
  /** What stands behind `Basic `. */
  basic: readonly string[]
  /** What stands behind `Bearer ` and is shaped like a JSON Web Token. */
  jwts: readonly string[]
  apiKeys: readonly string[]
}

/** A session token and whether it came as the cookie, which is then taken away when the token is no good. */
export interface SessionCredential {
  token: string
  fromCookie: boolean
}

const BASIC = 'Basic '
const BEARER = 'Bearer '
const JWS = /^[\w-]+\.[\w-]+\.[\w-]*$/
const JWE = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/
const NAMELESS_COOKIE = /^(Bearer )?[A-Za-z0-9+/]{64,}={0,2}$/

const none: Credentials = { sessionTokens: [], basic: [], jwts: [], apiKeys: [] }

/**
 * The credential that the real server would look at: the Authorization header chooses one scheme, and all others count
 * for nothing. Where it chooses the session, the cookie hides the header.
 */
export function chosenCredentials(request: FastifyRequest): Credentials {
  // several lines are one text, which is judged as any other (facts P3)
  const header = authorizationLines(request).join(',')
  const kind = kindOf(header)
  if (kind === 'basic') return { ...none, basic: [header.slice(BASIC.length)] }
  if (kind === 'jwt') return { ...none, jwts: [header.slice(BEARER.length)] }
  if (kind === 'apiKey') return { ...none, apiKeys: [header.slice(BEARER.length)] }
  const cookie = readCookie(request.headers.cookie, SESSION_COOKIE)
  if (cookie) return { ...none, sessionTokens: [{ token: sessionToken(cookie), fromCookie: true }] }
  return header === '' ? none : { ...none, sessionTokens: [{ token: sessionToken(header), fromCookie: false }] }
}

/**
 * Every credential of a request, in all the places where the published document or an SDK generated from it puts one.
 * Empty ones, which some SDKs always send, are none.
 */
export function allCredentials(request: FastifyRequest): Credentials {
  const sessionTokens = namedSessionTokens(request)
  const basic: string[] = []
  const jwts: string[] = []
  const apiKeys: string[] = []
  for (const line of authorizationLines(request)) {
    if (line === '' || line === BEARER.trim()) continue
    const kind = kindOf(line)
    if (kind === 'basic') basic.push(line.slice(BASIC.length))
    else if (kind === 'jwt') jwts.push(line.slice(BEARER.length).trim())
    else if (kind === 'apiKey') apiKeys.push(line.slice(BEARER.length).trim())
    else if (line.startsWith(API_KEY_PREFIX)) apiKeys.push(line)
    else sessionTokens.push(sessionCredential(line))
  }
  const header = apiKeyHeader(request)
  if (header) apiKeys.push(header)
  return { sessionTokens, basic, jwts, apiKeys }
}

const kindNames: Record<keyof Credentials, string> = {
  sessionTokens: `a session token (send Cookie: ${SESSION_COOKIE}=…, or the token as Authorization)`,
  basic: 'a Basic login (send one Authorization line)',
  jwts: 'an access token (send one Authorization line)',
  apiKeys: 'an API key (send Authorization: Bearer sk-…)',
}

/** The credentials of a request that its profile doesn't read where they were sent, in words, and how to send them. */
export function unreadCredentials(request: FastifyRequest): string[] {
  const all = allCredentials(request)
  const kinds = Object.keys(kindNames) as (keyof Credentials)[]
  return kinds.filter((kind) => all[kind].length > request.credentials[kind].length).map((kind) => kindNames[kind])
}

/** Where a credential was that the real server would not have looked at. */
export type TolerantPlace = 'rawApiKey' | 'apiKeyHeader' | 'namelessCookie' | 'query' | 'header' | 'besideAnother'

/**
 * Where a credential stands that was read here and that the real server would not have read; `null`: it would.
 *
 * @param index which one of its kind it is
 */
export function tolerantPlace(request: FastifyRequest, kind: keyof Credentials, index: number): TolerantPlace | null {
  const used = textOf(request.credentials[kind][index])
  if (used === undefined || used === textOf(chosenCredentials(request)[kind][0])) return null
  const lines = authorizationLines(request)
  if (kind === 'apiKeys') {
    if (lines.includes(used)) return 'rawApiKey'
    return apiKeyHeader(request) === used ? 'apiKeyHeader' : 'besideAnother'
  }
  const cookie = readCookie(request.headers.cookie, SESSION_COOKIE)
  const isUsual = [cookie, ...lines].some((text) => text !== undefined && sessionToken(text) === used)
  if (kind !== 'sessionTokens' || isUsual) return 'besideAnother'
  if (
    queryOf(request)
      .all(SESSION_COOKIE)
      ?.some((token) => sessionToken(token) === used)
  )
    return 'query'
  const header = request.headers[SESSION_COOKIE]?.toString()
  return header !== undefined && sessionToken(header) === used ? 'header' : 'namelessCookie'
}

function textOf(credential: string | SessionCredential | undefined): string | undefined {
  return typeof credential === 'object' ? credential.token : credential
}

type Kind = 'basic' | 'jwt' | 'apiKey' | 'session'

/** Which scheme an Authorization header is of: letter case counts, and whatever is nothing else is a session token. */
function kindOf(header: string): Kind {
  if (header.startsWith(BASIC)) return 'basic'
  if (!header.startsWith(BEARER)) return 'session'
  const token = header.slice(BEARER.length).trim()
  if (token.includes('.') && (JWS.test(token) || JWE.test(token))) return 'jwt'
  return token.startsWith(API_KEY_PREFIX) ? 'apiKey' : 'session'
}

function namedSessionTokens(request: FastifyRequest): SessionCredential[] {
  const { cookie, [SESSION_COOKIE]: header } = request.headers
  const tokens: SessionCredential[] = []
  if (cookie !== undefined) {
    const named = readCookie(cookie, SESSION_COOKIE)
    if (named) tokens.push({ token: sessionToken(named), fromCookie: true })
    if (NAMELESS_COOKIE.test(cookie.trim())) tokens.push(sessionCredential(cookie))
  }
  for (const token of [queryOf(request).first(SESSION_COOKIE), header?.toString()]) {
    if (token) tokens.push(sessionCredential(token))
  }
  return tokens
}

function apiKeyHeader({ headers }: FastifyRequest): string | undefined {
  return headers.apikeybearer
    ?.toString()
    .replace(/^Bearer /, '')
    .trim()
}

function sessionCredential(text: string): SessionCredential {
  return { token: sessionToken(text), fromCookie: false }
}

/** A token that has `Bearer` anywhere in it loses its first seven characters, as the server does it. */
function sessionToken(text: string): string {
  const trimmed = text.trim()
  return trimmed.includes('Bearer') ? trimmed.slice(BEARER.length) : trimmed
}

/** The lines of the Authorization header. Node has joined them by a comma, which one line may hold as well. */
export function authorizationLines({ headers, raw }: FastifyRequest): string[] {
  const header = headers.authorization
  if (header === undefined) return []
  if (!header.includes(',')) return [header]
  return raw.rawHeaders.filter((_, i, all) => i % 2 === 1 && all[i - 1]?.toLowerCase() === 'authorization')
}
