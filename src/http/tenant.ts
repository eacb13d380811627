import fp from 'fastify-plugin'
import { DomainError } from '../domain/errors.ts'
import type { Profile } from '../domain/profile.ts'
import type { Portal } from '../store/portal.ts'
import { addressedUrl } from '../wire/root.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The portal that was asked. */
    portal: Portal
    /** Which contract the server speaks. */
    profile: Profile
    /** What the portal's own links begin with, where that was configured. */
    publicUrl: string | null
  }
}

/** What the hook of {@link tenant} needs. */
export interface TenantOptions {
  /** At least one; the first answers where no other is meant. */
  portals: readonly [Portal, ...Portal[]]
  profile: Profile
  publicUrl: string | null
}

/**
 * Finds the portal that a request is for: by the host of its Origin header, then by the host it was sent to, then the
 * first that there is.
 */
export const tenant = fp<TenantOptions>(
  async (app, { portals, profile, publicUrl }) => {
    const byDomain = new Map(
      portals.flatMap((portal) => [
        [portal.alias, portal],
        [`${portal.alias}.localhost`, portal],
      ]),
    )
    // settings may change, so mapped domains are looked up anew
    const find = (host: string | undefined) =>
      host ? (byDomain.get(host) ?? portals.find(({ settings }) => settings.mappedDomain === host)) : undefined
    const [first] = portals
    if (first === undefined) throw new TypeError('createServer: portals is empty, and a server needs at least one')

    app.decorateRequest('portal')
    app.decorateRequest('profile', { getter: () => profile })
    app.decorateRequest('publicUrl', { getter: () => publicUrl })

    app.addHook('onRequest', (request, _, done) => {
      // until one has been chosen, errors speak for the first
      request.portal = first
      const { origin } = request.headers
      const originHost = origin ? URL.parse(origin)?.hostname : undefined
      if (origin && originHost === undefined && profile.badOriginFails) {
        return done(new DomainError('originNotAbsolute', `the Origin header ${origin} is no absolute URL`))
      }
      if (portals.length > 1) {
        request.portal = find(originHost) ?? find(addressedUrl(request).hostname) ?? first
      }
      done()
    })
  },
  { name: 'tenant' },
)
