import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Provider } from 'oidc-provider'
import type { AuthGuard } from '../auth/guard.ts'
import { issuerOf } from '../oauth2/access-token.ts'
import { type SigningKey, signingKeys } from '../oauth2/signing-keys.ts'
import { cachedPerPortal } from '../store/per-portal.ts'
import { requestRoot } from '../wire/root.ts'
import { defaultLifetimes, type OAuth2Options } from './options.ts'

/** Under how many addresses a portal's provider is kept: clients may make up any Host. */
const ADDRESSES = 20

/** How many providers of all portals together are kept. Each takes up to 200 kB. */
const PROVIDERS = 200

/** What the identity service needs. */
export interface IdentityOptions extends OAuth2Options {
  /** The guard of the portal's own sessions, where they count. */
  sessions?: AuthGuard | undefined
}

/** A provider and how it is called. */
export interface MountedProvider {
  provider: Provider
  issuer: URL
  /** What it signs with. */
  keys: readonly SigningKey[]
  handle: (request: IncomingMessage, response: ServerResponse) => unknown
}

/**
 * Gives each portal an authorization server for each address that it is asked under. The library is loaded with the
 * first.
 */
export function providersOf(options: IdentityOptions): (request: FastifyRequest) => Promise<MountedProvider> {
  const byIssuer = cachedPerPortal(() => new LRUCache<string, Place>({ max: ADDRESSES }))
  /** What forgets a provider, by its place: nothing here holds on to the providers of portals that sleep or are gone. */
  const recent = new LRUCache<Place['id'], () => void>({ max: PROVIDERS, dispose: (forget) => forget() })
  return async (request) => {
    const issuer = issuerOf(requestRoot(request))
    const keys = await signingKeys(request.portal)
    const places = byIssuer(request.portal)
    const known = places.get(issuer)
    if (known?.mounted.keys === keys) {
      recent.get(known.id)
      return known.mounted
    }
    const place = { id: {}, mounted: await mount(request, keys, options) }
    const [kept, id] = [new WeakRef(places), place.id]
    places.set(issuer, place)
    recent.set(id, () => {
      const places = kept.deref()
      if (places?.peek(issuer)?.id === id) places.delete(issuer)
    })
    return place.mounted
  }
}

/** A provider that is kept. */
interface Place {
  id: object
  mounted: MountedProvider
}

async function mount(
  request: FastifyRequest,
  keys: readonly SigningKey[],
  { signIn, sessions, ...lifetimes }: IdentityOptions,
): Promise<MountedProvider> {
  const { portal, profile } = request
  const root = requestRoot(request)
  const issuer = issuerOf(root)
  const { createProvider } = await import('./provider.ts')
  const provider = createProvider({
    portal,
    root,
    issuer,
    profile,
    lifetimes: { ...defaultLifetimes, ...lifetimes },
    signIn: { everybody: signIn, sessions },
  })
  return { provider, keys, issuer: new URL(issuer), handle: provider.callback() }
}
