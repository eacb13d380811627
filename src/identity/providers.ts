import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Provider } from 'oidc-provider'
import type { AuthGuard } from '../auth/guard.ts'
import { issuerOf } from '../oauth2/access-token.ts'
import { signingKeys } from '../oauth2/signing-keys.ts'
import { perPortal } from '../store/per-portal.ts'
import { portalRoot } from '../wire/root.ts'
import { defaultLifetimes, type OAuth2Options } from './options.ts'

/** Under how many addresses a portal's provider is kept: clients may make up any Host. */
const ADDRESSES = 20

/** What the identity service needs. */
export interface IdentityOptions extends OAuth2Options {
  /** The guard of the portal's own sessions, where they count. */
  sessions?: AuthGuard | undefined
}

/** A provider and how it is called. */
export interface MountedProvider {
  provider: Provider
  issuer: URL
  handle: (request: IncomingMessage, response: ServerResponse) => unknown
}

/**
 * Gives each portal an authorization server for each address that it is asked under. The library is loaded with the
 * first.
 */
export function providersOf(options: IdentityOptions): (request: FastifyRequest) => Promise<MountedProvider> {
  const byIssuer = perPortal(() => new LRUCache<string, Promise<MountedProvider>>({ max: ADDRESSES }))
  return (request) => {
    const { portal } = request
    const issuer = issuerOf(portalRoot(request))
    const known = byIssuer(portal).get(issuer)
    if (known !== undefined) return known
    const mounting = mount(request, options)
    byIssuer(portal).set(issuer, mounting)
    // what failed is tried again
    mounting.catch(() => byIssuer(portal).delete(issuer))
    return mounting
  }
}

async function mount(
  request: FastifyRequest,
  { signIn, sessions, ...lifetimes }: IdentityOptions,
): Promise<MountedProvider> {
  const { portal, profile } = request
  const root = portalRoot(request)
  const issuer = issuerOf(root)
  const [{ createProvider }] = await Promise.all([import('./provider.ts'), signingKeys(portal)])
  const provider = createProvider({
    portal,
    root,
    issuer,
    profile,
    lifetimes: { ...defaultLifetimes, ...lifetimes },
    signIn: { everybody: signIn, sessions },
  })
  return { provider, issuer: new URL(issuer), handle: provider.callback() }
}
