import type { FastifyRequest } from 'fastify'
import { DomainError } from '../domain/errors.ts'
import type { Scope } from '../domain/scopes.ts'
import { type DecodedToken, decodeAccessToken, refusalOf } from '../oauth2/access-token.ts'
import type { IdentityService } from '../oauth2/identity-service.ts'
import { addressedRoot } from '../wire/root.ts'
import { type AuthGuard, accept, type Refused, refuse, type SecurityScheme, type Verdict } from './guard.ts'

/** What the documented scopes of an access token stand for. */
const documented = new Map<string, Scope>([
  ['read', '*:read'],
  ['write', '*:write'],
])

/** The guard of every JSON Web Token that the portal has issued, sent as `Authorization: Bearer`. */
export function bearerGuard(identityService: IdentityService): AuthGuard {
  return accessTokenGuard('Bearer', identityService, () => true, {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: "Enter 'Bearer {JWT Token}'",
  })
}

/** The guard of the access tokens that the authorization-code flow gives. */
export function oauth2Guard(identityService: IdentityService): AuthGuard {
  const flow = {
    authorizationUrl: '/oauth2/authorize',
    tokenUrl: '/oauth2/token',
    scopes: { read: 'Read access to protected resources', write: 'Write access to protected resources' },
  }
  return {
    ...accessTokenGuard('OAuth2', identityService, (scopes) => !scopes.includes('openid'), {
      type: 'oauth2',
      flows: { authorizationCode: flow },
      description: 'OAuth2 flow with Authorization Code',
    }),
    documentedScopes: ['read', 'write'],
  }
}

/** The guard of the access tokens that OpenID Connect gives: those with the scope `openid`. */
export function openIdGuard(identityService: IdentityService): AuthGuard {
  return accessTokenGuard('OpenId', identityService, (scopes) => scopes.includes('openid'), {
    type: 'openIdConnect',
    openIdConnectUrl: '/.well-known/openid-configuration',
    description: 'OpenID Connect authentication',
  })
}

function accessTokenGuard(
  name: string,
  identityService: IdentityService,
  isMine: (scopes: readonly Scope[]) => boolean,
  securityScheme: SecurityScheme,
): AuthGuard {
  return {
    name,
    securityScheme,
    authenticate(request) {
      const { jwts } = request.credentials
      return jwts.length === 0 ? null : judgeAll(jwts, request, identityService, isMine)
    },
  }
}

async function judgeAll(
  tokens: readonly string[],
  request: FastifyRequest,
  identityService: IdentityService,
  isMine: (scopes: readonly Scope[]) => boolean,
): Promise<Verdict[]> {
  const judged = tokens.map((token) => judge(token, request, identityService, isMine))
  return (await Promise.all(judged)).filter((verdict) => verdict !== null)
}

async function judge(
  token: string,
  request: FastifyRequest,
  identityService: IdentityService,
  isMine: (scopes: readonly Scope[]) => boolean,
): Promise<Verdict | null> {
  const { portal, profile } = request
  const decoded = decode(token, profile.malformedCredentialsFail)
  if ('refused' in decoded) return decoded
  const scopes = scopesOf(decoded, profile.documentedScopes)
  if (!isMine(scopes)) return null
  const refusal = await refusalOf(decoded, { portal, root: addressedRoot(request), identityService })
  if (refusal !== null) return refuse(isXSignature(decoded) ? NO_BEARER : refusal)
  const user = portal.store.users.find(decoded.userId)
  return user === undefined ? refuse(`for ${decoded.userId}, who doesn't exist`) : accept(user, scopes)
}

const NO_BEARER = 'an x-signature after Bearer; send it as the header or the cookie x-signature'

/** Whether a token is the one that the identity service takes. */
function isXSignature({ algorithm, claims }: DecodedToken): boolean {
  return algorithm === 'HS256' && 'user_id' in claims && 'tenant_id' in claims
}

function decode(token: string, malformedFails: boolean): DecodedToken | Refused {
  try {
    return decodeAccessToken(token)
  } catch (error) {
    if (malformedFails || !(error instanceof DomainError)) throw error
    return refuse(error.message)
  }
}

/**
 * The scopes that a token carries. To the real server a text is one scope, blanks and all, and `read` is no scope of
 * the portal.
 */
function scopesOf({ claims: { scope } }: DecodedToken, asDocumented: boolean): Scope[] {
  const listed = [scope].flat().filter((entry) => typeof entry === 'string')
  if (!asDocumented) return listed
  const scopes = listed.flatMap((text) => text.split(' '))
  return [...scopes, ...scopes.flatMap((text) => documented.get(text) ?? [])]
}
