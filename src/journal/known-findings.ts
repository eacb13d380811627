import type { FastifyRequest } from 'fastify'
import { isLogin } from '../auth/basic.ts'
import {
  authorizationLines,
  chosenCredentials,
  SESSION_COOKIE,
  type SessionCredential,
  type TolerantPlace,
  tolerantPlace,
} from '../auth/credentials.ts'
import { type SignaturePlace, tolerantSignaturePlace, X_SIGNATURE } from '../auth/x-signature.ts'
import { API_KEY_PREFIX } from '../domain/api-key.ts'
import { FULL_ACCESS, hasScope, type Scope } from '../domain/scopes.ts'
import { decodeAccessToken } from '../oauth2/access-token.ts'
import { queryOf } from '../wire/query.ts'

/** `fails`: a real portal would have refused the request; `note`: it would not, and the client had better be changed. */
export type Severity = 'fails' | 'note'

/** Something that works here and wouldn't on a real portal, or that a client had better not do there. */
export interface KnownFinding {
  code: string
  /** What the request did, and what a real portal makes of it. */
  what: string
  /** What to do instead. */
  instead: string
  severity: Severity
  /** Whether a request did it. What tells most requests from those that did comes first: all are asked. */
  applies(seen: Seen): boolean
}

type Route = FastifyRequest['routeOptions']

/** A request that is being answered, as those see it who look for something. */
class Seen {
  readonly request: FastifyRequest
  /** What the request was for. */
  readonly route: Route
  readonly status: number
  /** Whether it repeats a POST whose client couldn't know whether it was carried out. */
  readonly isRepeated: boolean
  #place: TolerantPlace | null | undefined

  constructor(request: FastifyRequest, route: Route, status: number, isRepeated: boolean) {
    this.request = request
    this.route = route
    this.status = status
    this.isRepeated = isRepeated
  }

  /** Whether the client got what it wanted. */
  get hasWorked(): boolean {
    return this.status < 400
  }

  /** Where the caller's credential stood, if a real portal would not have looked there. */
  get place(): TolerantPlace | null {
    if (this.#place === undefined) this.#place = placeOf(this)
    return this.#place
  }
}

/** Everything that is looked for, in the order in which it is told. */
export const knownFindings: readonly KnownFinding[] = [
  {
    code: 'api-key-header',
    what: 'The API key was in the header ApiKeyBearer, which a real portal never reads: 401.',
    instead: 'Send Authorization: Bearer sk-…',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && seen.place === 'apiKeyHeader',
  },
  {
    code: 'api-key-without-bearer',
    what: 'The API key was in Authorization without Bearer, where a real portal takes it for a session token: 401.',
    instead: 'Send Authorization: Bearer sk-…',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && seen.place === 'rawApiKey',
  },
  {
    code: 'nameless-cookie',
    what: 'The session token was a cookie without a name, which a real portal never reads: 401.',
    instead: `Send Cookie: ${SESSION_COOKIE}=…, or the token as Authorization`,
    severity: 'fails',
    applies: (seen) => seen.hasWorked && seen.place === 'namelessCookie',
  },
  {
    code: 'session-in-query',
    what: `The session token was in the query parameter ${SESSION_COOKIE}, which a real portal never reads: 401.`,
    instead: `Send Cookie: ${SESSION_COOKIE}=…, or the token as Authorization`,
    severity: 'fails',
    applies: (seen) => seen.hasWorked && seen.place === 'query',
  },
  {
    code: 'session-in-header',
    what: `The session token was in a header ${SESSION_COOKIE}, which a real portal never reads: 401.`,
    instead: `Send Cookie: ${SESSION_COOKIE}=…, or the token as Authorization`,
    severity: 'fails',
    applies: (seen) => seen.hasWorked && seen.place === 'header',
  },
  {
    code: 'signature-in-nameless-cookie',
    what: 'The x-signature was a cookie without a name, which a real portal never reads: 403.',
    instead: 'Send the cookie or header x-signature',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && signaturePlaceOf(seen) === 'namelessCookie',
  },
  {
    code: 'signature-in-query',
    what: 'The x-signature was in the query, which a real portal never reads: 403.',
    instead: 'Send the cookie or header x-signature',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && signaturePlaceOf(seen) === 'query',
  },
  {
    code: 'session-as-signature',
    what: `The cookie ${SESSION_COOKIE} stood for the x-signature, which a real portal demands: 403.`,
    instead: 'Get a signature with GET security/oauth2/token, and send it as the cookie or header x-signature',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && signaturePlaceOf(seen) === 'sessionCookie',
  },
  {
    code: 'several-credentials',
    what: 'Of several credentials one was accepted at which a real portal, which looks at one only, would not have looked.',
    instead:
      'Send one credential: a Basic, Bearer JWT or API key Authorization hides the cookie, which hides all others',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && seen.place === 'besideAnother',
  },
  {
    code: 'documented-scope',
    what: 'The access token has the scope read or write, which opens nothing on a real portal: 403.',
    instead: 'Ask for *:read or *:write',
    severity: 'fails',
    applies: ({ request, hasWorked }) => hasWorked && isOpenedBy(request, (scopes) => scopes.flatMap(wordsOf)),
  },
  {
    code: 'scopes-as-text',
    what: "The access token's scopes are one text with blanks between, which is one unknown scope to a real portal: 403.",
    instead: 'Have them issued as an array',
    severity: 'fails',
    applies: ({ request, hasWorked }) => hasWorked && isOpenedBy(request, (scopes) => scopes.flatMap(documentedOf)),
  },
  {
    code: 'malformed-credential',
    what: 'The credential in Authorization could not be decoded and was ignored. A real portal fails: 500, 400 or 401.',
    instead: 'Send Basic with the Base64 of e-mail:password, or Bearer with a whole JWT whose sub is a user id',
    severity: 'fails',
    applies: ({ request, hasWorked }) => hasWorked && isMalformed(request),
  },
  {
    code: 'congratulations-without-key',
    what: 'sendcongratulations without a Key was refused with 403, as documented. A real portal answers 400.',
    instead: 'Take both for a refusal',
    severity: 'note',
    applies: ({ request, route, status }) =>
      status === 403 &&
      route.schema?.operationId === 'sendCongratulations' &&
      request.profile.missingKey === 'accessDenied' &&
      !queryOf(request).first('key')?.trim(),
  },
  {
    code: 'api-key-on-open-operation',
    what: 'An API key that is bad, or has not the scope *:write, was sent to an operation that needs none: 403 on a real portal.',
    instead: 'Leave it out there',
    severity: 'fails',
    applies: (seen) => seen.hasWorked && isHeldToItsScopes(seen),
  },
  {
    code: 'malformed-origin',
    what: "The Origin header was no absolute URL, such as null. A real portal of one's own fails at it: 500.",
    instead: 'Call from a page that has an origin, not from a file or a sandboxed frame',
    severity: 'fails',
    applies: ({ request: { headers, profile }, hasWorked }) =>
      Boolean(headers.origin) && hasWorked && !profile.badOriginFails && !URL.canParse(headers.origin ?? ''),
  },
  {
    code: 'deprecated-operation',
    what: 'The operation is deprecated: it works, and a later portal may not have it.',
    instead: 'See the OpenAPI document for what supersedes it',
    severity: 'note',
    applies: ({ route, hasWorked }) => route.schema?.deprecated === true && hasWorked,
  },
  {
    code: 'unread-credential',
    what: 'A credential was sent to an operation that is the same for everybody: it was of no use, and can leak.',
    instead: 'Leave it out there',
    severity: 'note',
    applies: ({ request: { headers }, route, hasWorked }) =>
      route.config.ignoresCredentials === true && hasWorked && hasCredential(headers),
  },
  {
    code: 'token-in-url',
    what: 'A token or an API key was in the URL, which ends up in logs, histories and Referer headers.',
    instead: 'Send it in a header',
    severity: 'note',
    applies: ({ request: { originalUrl } }) => originalUrl.includes('?') && hasToken(originalUrl),
  },
  {
    code: 'repeated-post',
    what: 'A POST was sent again after one that got no answer, or a 5xx: both may have been carried out.',
    instead: 'Look whether the first was carried out before repeating it',
    severity: 'note',
    applies: ({ isRepeated, hasWorked }) => isRepeated && hasWorked,
  },
]

/** The codes of none, which are those of nearly every request. */
const NONE: readonly string[] = []

/**
 * The codes of what is found at a request.
 *
 * @param route what the request was for: Fastify makes it anew each time that it is asked
 * @param isRepeated whether it repeats a POST whose client couldn't know whether it was carried out
 */
export function findingsOf(
  request: FastifyRequest,
  route: Route,
  status: number,
  isRepeated: boolean,
): readonly string[] {
  const seen = new Seen(request, route, status, isRepeated)
  if (isUsual(seen)) return NONE
  return knownFindings.filter((known) => known.applies(seen)).map(({ code }) => code)
}

/** Whether there is nothing to find at a request, as nearly always: looking closely takes time. */
function isUsual({ request, route, status, isRepeated }: Seen): boolean {
  const { headers, originalUrl, caller } = request
  if (isRepeated || headers.origin !== undefined || route.schema?.deprecated === true) return false
  if (originalUrl.includes('?') && hasToken(originalUrl)) return false
  if (isSigned(route, headers)) return false
  if (caller === null) return status !== 403 && !hasCredential(headers)
  return route.config.ignoresCredentials !== true && kindOf(caller.guard) !== 'jwts' && isAlone(request)
}

/** What the guards that are DocSpace's own look at. */
const kinds = {
  asc_auth_key: 'sessionTokens',
  Basic: 'basic',
  Bearer: 'jwts',
  ApiKeyBearer: 'apiKeys',
  OAuth2: 'jwts',
  OpenId: 'jwts',
} as const

function kindOf(guard: string | undefined) {
  return guard !== undefined && guard in kinds ? kinds[guard as keyof typeof kinds] : undefined
}

/** Where the signature of a request to the identity service stood, if a real portal would not have looked there. */
function signaturePlaceOf({ request, route }: Seen): SignaturePlace | null {
  return isSigned(route, request.headers) ? tolerantSignaturePlace(request) : null
}

/** Whether a request may have an `x-signature` in another form than that of a real portal's clients. */
function isSigned(route: Route, headers: FastifyRequest['headers']): boolean {
  return route.config.identityService === true && route.schema?.operationId !== undefined && !headers[X_SIGNATURE]
}

function placeOf({ request, route }: Seen): TolerantPlace | null {
  const { caller, profile } = request
  if (caller === null || profile.credentials !== 'any' || isAlone(request)) return null
  // there it has worked without
  if (route.config.ignoresCredentials) return null
  const kind = kindOf(caller.guard)
  return kind === undefined ? null : tolerantPlace(request, kind, caller.credential)
}

/** Whether there is a credential that a client has put there on purpose, as it has not with a cookie. */
function hasCredential(headers: FastifyRequest['headers']): boolean {
  return Boolean(headers.authorization || headers.apikeybearer || headers[SESSION_COOKIE])
}

/** Whether the caller's credential is the only one there, and in a usual place. */
function isAlone({ headers, caller, credentials, originalUrl }: FastifyRequest): boolean {
  const { authorization, cookie, apikeybearer, [SESSION_COOKIE]: named } = headers
  if (apikeybearer !== undefined || named !== undefined || originalUrl.includes('?')) return false
  if (authorization === undefined) return isNamedCookie(credentials.sessionTokens[caller?.credential ?? 0])
  return cookie === undefined && !authorization.includes(',') && !authorization.startsWith(API_KEY_PREFIX)
}

function isNamedCookie(token: SessionCredential | undefined): boolean {
  return token?.fromCookie === true
}

const documented = new Map<string, Scope>([
  ['read', '*:read'],
  ['write', '*:write'],
])

function documentedOf(scope: Scope): Scope[] {
  return [scope, documented.get(scope) ?? scope]
}

function wordsOf(text: string): Scope[] {
  return text.split(' ')
}

/** Whether an access token would not have sufficed if only the other of the two leniencies had been taken. */
function isOpenedBy(request: FastifyRequest, other: (scopes: readonly string[]) => readonly Scope[]): boolean {
  const { caller, sufficientScopes, credentials, profile } = request
  if (caller === null || kindOf(caller.guard) !== 'jwts' || sufficientScopes === undefined) return false
  if (!profile.documentedScopes) return false
  const { scope } = decodeAccessToken(credentials.jwts[caller.credential] ?? '').claims
  return !hasScope(other([scope].flat().filter((entry) => typeof entry === 'string')), sufficientScopes)
}

/** Whether a real portal would have failed at what is in Authorization. */
function isMalformed(request: FastifyRequest): boolean {
  const { caller, headers, profile } = request
  if (headers.authorization === undefined || profile.malformedCredentialsFail) return false
  if (caller !== null && isAlone(request)) return false
  // several lines are well-formed each, and a finding of their own
  if (authorizationLines(request).length > 1) return false
  const { basic, jwts } = chosenCredentials(request)
  return basic.some((payload) => !isLogin(payload)) || jwts.some((token) => !isDecodable(token))
}

function isDecodable(token: string): boolean {
  try {
    decodeAccessToken(token)
    return true
  } catch {
    return false
  }
}

/** A real portal holds an API key to its scopes where it is of no use, too. */
function isHeldToItsScopes({ request, route }: Seen): boolean {
  const { caller, profile, headers, sufficientScopes } = request
  const isOpen = route.schema?.operationId !== undefined && sufficientScopes === undefined
  if (!isOpen || headers.authorization === undefined || profile.apiKeyLimitsAnonymous) return false
  if (route.config.confirms || chosenCredentials(request).apiKeys.length === 0) return false
  // where another credential was taken nobody has asked what the key may do
  return caller === null || (caller.guard === 'ApiKeyBearer' && !hasScope(caller.scopes, [FULL_ACCESS]))
}

const TOKEN_NAME =
  /[?&](asc_auth_key|access_token|id_token|refresh_token|token|api_?key|apikeybearer|authorization)=[^&]/i
const TOKEN = /=(Bearer(%20|\+))?(sk-[0-9a-f]{32}|eyJ[\w-]{8,}\.[\w-]+\.)/i

function hasToken(url: string): boolean {
  return TOKEN_NAME.test(url) || TOKEN.test(url)
}
