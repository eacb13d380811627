import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { PORTAL_NAME_FORM, readPortalName } from '../domain/portal-name.ts'
import type { Profile } from '../domain/profile.ts'
import type { Portal } from '../store/portal.ts'
import type { PortalSlot } from '../store/portal-slot.ts'
import { type Portals, PortalsInUseError } from '../store/portals.ts'
import { queryOf } from '../wire/query.ts'
import { MockRefusal } from '../wire/refusals.ts'
import { addressedUrl, isLoopback } from '../wire/root.ts'
import { portalOfTarget } from '../wire/target.ts'
import type { RequestHead } from './request-head.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the portal is that was asked: what stays the same when it is reset. */
    slot: PortalSlot
    /** The portal that was asked, as it was when the request came. */
    portal: Portal
    /** `/@name` where the client has named the portal by a path or a header, else nothing. */
    portalPath: string
    /** Which contract the server speaks. */
    profile: Profile
    /** What the portal's own links begin with, where that was configured. */
    publicUrl: string | null
  }
}

/** What the hook of {@link tenant} needs. */
export interface TenantOptions {
  portals: Portals
  profile: Profile
  publicUrl: string | null
}

/** The header by which a client may name the portal that it asks. */
export const PORTAL_HEADER = 'x-docspace-mock-portal'

/** A host that names a portal: one label under `localhost`. */
const PORTAL_HOST = /^([^.]+)\.localhost$/i

/** What a host that names a portal has in it. */
const ANY_PORTAL_HOST = /\.localhost/i

/**
 * Finds the portal that a request is for. A path that begins with `/@name`, a header or the host `name.localhost` names
 * any portal, which is made if need be. Else the host of the Origin header counts, then the host that the request was
 * sent to, as in a DocSpace of one's own: the alias of a portal that the server was started with, or a portal's own
 * domain. All other hosts lead to the first portal, and so do the machine's own, whatever the aliases are.
 */
export const tenant = fp<TenantOptions>(
  async (app, { portals, profile, publicUrl }) => {
    app.decorateRequest('slot')
    app.decorateRequest('portal')
    app.decorateRequest('portalPath', '')
    app.decorateRequest('profile', { getter: () => profile })
    app.decorateRequest('publicUrl', { getter: () => publicUrl })

    app.addHook('onRequest', (request, { raw }, done) => {
      // until one has been chosen, errors speak for the first
      enter(request, portals.first)
      const refusal = chosen(request, portals)
      stayUntilAnswered(request.slot, raw, portals)
      done(refusal)
    })
  },
  { name: 'tenant' },
)

/**
 * The portal that a request is for; of one that was refused before it was chosen, the one that it names, if it is there.
 *
 * @returns `null` where none is there that is meant
 */
export function askedPortal(request: FastifyRequest, portals: Portals): PortalSlot | null {
  if (request.slot !== undefined) return request.slot
  const name = portalOfTarget(request.originalUrl) ?? request.headers[PORTAL_HEADER]?.toString()
  if (name === undefined) return byHosts(request, portals, (known) => portals.find(known) ?? null)
  return portals.find(readPortalName(name) ?? '') ?? null
}

/**
 * The portal of a request that could not be parsed, found from the readable part of its head: the one it names, or the
 * first.
 *
 * @returns `null` where it names one that is not there
 */
export function portalOfHead({ target, headers }: RequestHead, portals: Portals): PortalSlot | null {
  const byName = new Map<string, string>()
  for (let i = 0; i + 1 < headers.length; i += 2) byName.set(String(headers[i]).toLowerCase(), String(headers[i + 1]))
  const name = portalOfTarget(target) ?? byName.get(PORTAL_HEADER)
  if (name !== undefined) return portals.find(readPortalName(name) ?? '') ?? null
  const host = URL.parse(`http://${byName.get('host') ?? ''}`)?.hostname
  return (host === undefined ? undefined : known(host, portals)) ?? portals.first
}

/** Enters a portal, and leaves it once. */
function stayUntilAnswered(slot: PortalSlot, answer: ServerResponse, portals: Portals): void {
  const visit = slot.enter()
  const leave = () => {
    answer.off('close', abandon)
    visit.leave()
    portals.settle(slot)
  }
  // who hangs up leaves a handler behind that may still want to write
  const abandon = () => {
    answer.off('finish', leave)
    visit.abandon()
    portals.settle(slot)
  }
  answer.once('finish', leave)
  answer.once('close', abandon)
}

function enter(request: FastifyRequest, slot: PortalSlot): void {
  request.slot = slot
  request.portal = slot.state
}

/** Selects the portal, or refuses the request if it can't be opened at the moment. */
function chosen(request: FastifyRequest, portals: Portals): Error | undefined {
  try {
    return choose(request, portals)
  } catch (error) {
    if (error instanceof PortalsInUseError) return portalsInUse(error)
    throw error
  }
}

/** The refusal of a request whose portal can't be opened at the moment. */
export function portalsInUse({ message }: PortalsInUseError): MockRefusal {
  return new MockRefusal(503, message, { 'retry-after': '1' })
}

function choose(request: FastifyRequest, portals: Portals): Error | undefined {
  const { headers, originalUrl } = request
  const path = portalOfTarget(originalUrl)
  const named = path ?? headers[PORTAL_HEADER]?.toString()
  if (named === undefined) {
    enter(
      request,
      byHosts(request, portals, (name) => portals.obtain(name)),
    )
    return undefined
  }
  const name = readPortalName(named)
  const where = path === null ? 'the header X-DocSpace-Mock-Portal' : `the path /@${named}`
  if (name === null) return new MockRefusal(400, `${where} takes ${PORTAL_NAME_FORM}`)
  const slot = portals.obtain(name)
  if (slot === null) return new MockRefusal(404, `${where} names no portal, and --portals fixed makes none`)
  request.portalPath = `/@${name}`
  enter(request, slot)
  return undefined
}

/** @param obtain gives a portal by the name that its host has */
function byHosts(request: FastifyRequest, portals: Portals, obtain: (name: string) => PortalSlot | null): PortalSlot {
  const { origin } = request.headers
  const originHost = origin ? URL.parse(origin)?.hostname : undefined
  const byOrigin = originHost === undefined ? undefined : known(originHost, portals)
  if (byOrigin !== undefined) return byOrigin
  if (!mayNamePortal(request)) {
    return portals.size === 1 ? portals.first : (known(request.hostname.toLowerCase(), portals) ?? portals.first)
  }
  const { hostname } = addressedUrl(request)
  const name = nameIn(hostname)
  return (name === null ? known(hostname, portals) : obtain(name)) ?? portals.first
}

/** The portal that a request to a host reaches without a name in its path or header; `null`: one that it would make. */
export function portalAt(hostname: string, portals: Portals): PortalSlot | null {
  const name = nameIn(hostname)
  if (name === null) return known(hostname, portals) ?? portals.first
  return portals.find(name) ?? (portals.makesMore ? null : portals.first)
}

/** The name of a portal that a host has in it. */
function nameIn(host: string): string | null {
  return readPortalName(PORTAL_HOST.exec(host)?.[1] ?? '')
}

/** Looking closely takes time, and most requests name no portal. */
function mayNamePortal(request: FastifyRequest): boolean {
  const { host = '', 'x-forwarded-host': forwarded } = request.headers
  if (ANY_PORTAL_HOST.test(host) || forwarded !== undefined) return true
  return request.originalUrl.includes('?') && queryOf(request).first('origin') !== undefined
}

/** A portal that is there, by its name or a domain of its own. */
function known(host: string, portals: Portals): PortalSlot | undefined {
  // a portal may have the alias localhost, which doesn't make it the first
  if (isLoopback(host)) return undefined
  const name = nameIn(host)
  if (name !== null) return portals.find(name) ?? portals.findByDomain(host)
  const byAlias = portals.find(host)
  // a portal that a test has made may be called as the machine is
  return byAlias !== undefined && portals.isFixed(byAlias) ? byAlias : portals.findByDomain(host)
}
