import { hkdfSync } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import {
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
  Provider,
  type ResourceServer,
} from 'oidc-provider'
import type { Profile } from '../domain/profile.ts'
import { serverTiming } from '../http/arrival.ts'
import { EXPLAIN_HEADER } from '../http/explain.ts'
import { accessTokenClaims, TOKEN_TYPE } from '../oauth2/access-token.ts'
import { canonicalRoot } from '../oauth2/canonical-root.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../oauth2/signing-keys.ts'
import { logFailure } from '../store/log-failure.ts'
import type { Portal } from '../store/portal.ts'
import { PortalAdapter } from './adapter.ts'
import { askedBy } from './asked.ts'
import { ClientAdapter, clientScopes } from './client-adapter.ts'
import { existingGrant } from './grants.ts'
import { idTokensInPortalTime } from './id-token.ts'
import type { Lifetimes } from './options.ts'
import { activePerson, PERSON_CLAIMS, personClaims } from './people.ts'
import { personalAccessToken } from './personal-access-token.ts'
import { renderError } from './render-error.ts'
import { isOwnToken, revokeJwts } from './revocation.ts'
import { checkScopes } from './scopes.ts'
import { type SignInOptions, signInWithoutPage } from './sign-in.ts'

/** The algorithm that DocSpace signs with unless it is told otherwise. */
const ALGORITHM: SigningAlgorithm = 'ES256'

/** How long a sign-in lasts, and how long somebody may take over it, in seconds. */
const SESSION_LIFETIME = 24 * 60 * 60
const INTERACTION_LIFETIME = 60 * 60

/** What a provider is made for. */
export interface ProviderOptions {
  portal: Portal
  /** Where clients see the portal, without a slash at the end. */
  root: string
  issuer: string
  profile: Profile
  lifetimes: Lifetimes
  signIn: SignInOptions
}

/**
 * The authorization server of a portal under one address. It remembers nothing itself: whatever it gives is in the
 * portal's store.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { portal, issuer } = options
  const api = apiOf(options)
  const provider = new Provider(issuer, configurationOf(options, api))
  // the address is the one of the issuer, which the routes say in these headers
  provider.proxy = true
  provider.registerGrantType('personal_access_token', personalAccessToken(api), ['scope'])
  provider.use(onlyIfThere)
  provider.use(asTheServer)
  provider.use(idTokensInPortalTime)
  provider.use(revokeJwts)
  provider.on('access_token.issued', ({ jti, grantId = null }) => {
    const now = portal.clock.now()
    const expiresAt = now + options.lifetimes.accessTokenLifetime * 1000
    portal.store.transaction(() => {
      portal.store.oauth2AccessTokens.prune(now - options.lifetimes.accessTokenLifetime * 1000)
      portal.store.oauth2AccessTokens.insert({ jti, grantId, expiresAt })
    })
  })
  provider.on('server_error', (context, error) => logFailure(askedBy(context).request.log, error))
  const events: EventEmitter = provider
  for (const name of ['authorization.error', 'grant.error', 'revocation.error']) {
    events.on(name, (context: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
      askedBy(context).request.refusal = refusalOf(error)
    })
  }
  // Koa prints errors that have no listener
  events.on('error', () => {})
  return provider
}

/** Why the provider refuses a request, with what its response doesn't reveal. */
function refusalOf({ error, error_description, error_detail }: errors.OIDCProviderError): string {
  return [error, error_description, error_detail].filter(Boolean).join(': ')
}

/** What access tokens are for: the portal itself. */
function apiOf({ root, profile, lifetimes }: ProviderOptions): ResourceServer {
  return {
    scope: clientScopes(profile.documentedScopes).join(' '),
    audience: root,
    accessTokenFormat: 'jwt',
    accessTokenTTL: lifetimes.accessTokenLifetime,
    jwt: { sign: { alg: ALGORITHM } },
  }
}

function configurationOf(options: ProviderOptions, api: ResourceServer): Configuration {
  const { portal, root, issuer, profile, lifetimes } = options
  const resource = canonicalRoot(root, portal)
  return {
    adapter: (name) =>
      name === 'Client' ? new ClientAdapter(() => Provider.ctx as KoaContextWithOIDC) : new PortalAdapter(name, portal),
    claims: { openid: PERSON_CLAIMS },
    clientAuthMethods: [
      'client_secret_post',
      ...(profile.basicClients ? (['client_secret_basic'] as const) : []),
      'none',
    ],
    clientDefaults: { id_token_signed_response_alg: ALGORITHM },
    cookies: cookiesOf(portal, issuer),
    discovery: { userinfo_endpoint: `${issuer}/userinfo`, introspection_endpoint: `${issuer}/introspect` },
    enabledJWA: { idTokenSigningAlgValues: [...SIGNING_ALGORITHMS] },
    expiresWithSession: () => false,
    extraParams: {
      scope: checkScopes,
      login_hint: (context) => signInWithoutPage(context, options.signIn),
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: (_, granted) => {
          // requests name none (`ignored-parameters.ts`), so this is what a code or refresh token was given for
          if (granted !== resource) throw new errors.InvalidTarget(`granted at ${granted}, not at ${root}`)
          return api
        },
        useGrantedResource: () => true,
      },
      revocation: { enabled: true, allowedPolicy: isOwnToken },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    findAccount: (_, id) => {
      const person = activePerson(portal, id)
      return person && { accountId: person.id, claims: () => personClaims(person) }
    },
    formats: {
      customizers: {
        jwt: (_, token, jwt) => {
          const { jti, exp = 0, iat = 0 } = jwt.payload as { jti?: string; exp?: number; iat?: number }
          jwt.header = { typ: TOKEN_TYPE }
          jwt.payload = accessTokenClaims(portal, {
            userId: 'accountId' in token ? token.accountId : '',
            clientId: token.clientId ?? '',
            scopes: token.scope?.split(' ') ?? [],
            root,
            expiresIn: exp - iat,
            claims: { jti },
          })
        },
      },
    },
    interactions: {
      policy: policy(),
      url: (_, { prompt, uid }) => `${new URL(issuer).pathname}/${prompt.name}/${uid}`,
    },
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    jwks: { keys: portal.store.signingKeys.list().map(({ kid, alg, jwk }) => ({ ...jwk, kid, alg, use: 'sig' })) },
    loadExistingGrant: existingGrant,
    pkce: { required: () => false },
    renderError,
    responseTypes: ['code'],
    rotateRefreshToken: true,
    routes: {
      authorization: '/authorize',
      token: '/token',
      revocation: '/revoke',
      jwks: '/jwks',
    },
    scopes: clientScopes(profile.documentedScopes),
    ttl: {
      AccessToken: lifetimes.accessTokenLifetime,
      AuthorizationCode: lifetimes.codeLifetime,
      Grant: lifetimes.refreshTokenLifetime,
      IdToken: lifetimes.accessTokenLifetime,
      Interaction: INTERACTION_LIFETIME,
      RefreshToken: lifetimes.refreshTokenLifetime,
      Session: SESSION_LIFETIME,
    },
  }
}

function cookiesOf({ machineKey, alias }: Portal, issuer: string): Configuration['cookies'] {
  const path = new URL(issuer).pathname
  return {
    names: { session: 'oauth2_session', interaction: 'oauth2_interaction', resume: 'oauth2_resume' },
    keys: [Buffer.from(hkdfSync('sha256', machineKey, alias, 'oauth2 cookies', 32)).toString('base64url')],
    long: { path, signed: true, httpOnly: true, sameSite: 'lax' },
    short: { signed: true, httpOnly: true, sameSite: 'lax' },
  }
}

/** Asks somebody to sign in and to consent. Who is signed in and can't be any longer is asked to sign in again. */
function policy(): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base()
  prompts
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'no_account',
        'the account does not work',
        'login_required',
        ({ oidc }) => oidc.account === undefined,
      ),
    )
  return prompts
}

/**
 * Adds the common headers to responses. The CORS rule of the server has been applied before, but no other origin may
 * read pages that users navigate to (RFC 9700 §2.6).
 */
async function asTheServer(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const name = 'Access-Control-Allow-Origin'
  const isAllowed = context.res.hasHeader(name)
  await next()
  const { route } = context.oidc ?? {}
  if (!isAllowed || route === 'authorization' || route === 'resume') {
    context.remove(name)
    context.remove('Access-Control-Allow-Credentials')
  }
  if (route === 'discovery') Object.assign(Object(context.body), { response_modes_supported: ['query', 'fragment'] })
  const { request } = askedBy(context)
  context.set('Server-Timing', serverTiming(request))
  const explanation = request.server.explanationOf(request)
  if (explanation !== null) context.set(EXPLAIN_HEADER, explanation)
}

/** Leaves those alone who have gone before their form came: the provider would print that it misses it. */
async function onlyIfThere(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  if (context.method !== 'POST' || context.req.readable) await next()
}
