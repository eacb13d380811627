import type { GuardName } from './auth/guards.ts'
import { CERTIFICATE } from './control/certificate.ts'
import { portalAt } from './http/tenant.ts'
import { curlCommand, curlCredential } from './pages/curl.ts'
import { knownPeople } from './pages/known-people.ts'
import type { PortalSlot } from './store/portal-slot.ts'
import type { Portals } from './store/portals.ts'

/** What the banner says besides who is there. */
export interface BannerOptions {
  version: string
  url: string
  profile: string
  /** The guards that are on: a credential that nobody would look at isn't shown. */
  guards: readonly GuardName[]
  dataDirectory: string | undefined
}

/** A portal, and an address that always reaches it. */
interface AddressedPortal {
  portal: PortalSlot
  address: string
}

/**
 * What is printed at start: where the server listens, the portals with their addresses, their people with a credential
 * for each that can be pasted into a curl line, and one such line for each portal.
 */
export function banner(portals: Portals, options: BannerOptions): string {
  const { version, url, profile, dataDirectory } = options
  const all = portals.list().map((portal) => ({ portal, address: addressOf(portal, url, portals) }))
  const commands = all.flatMap((one) => firstRequest(one, options))
  const pages = all.map(({ address }) => `${address}/`).join(' or ')
  const lines = [
    `docspace-mock ${version}, profile ${profile}, ${dataDirectory ? `data in ${dataDirectory}` : 'in memory'}`,
    `Listening on ${url}`,
    ...all.flatMap((one) => ['', ...describePortal(one, options)]),
    '',
    ...(isTls(url) ? [`Trust ${url}${CERTIFICATE} to do without curl's -k`] : []),
    ...commands.map((command, i) => `${i === 0 ? 'Try' : '   '}   ${command}`),
    `Open  ${pages} for these people and their credentials, ${all[0]?.address}/docs to try the operations out`,
  ]
  return `${lines.join('\n')}\n`
}

/** The plain address where that leads to the portal, else the one with its name. */
function addressOf(portal: PortalSlot, url: string, portals: Portals): string {
  return portalAt(new URL(url).hostname, portals) === portal ? url : `${url}/@${portal.alias}`
}

function isTls(url: string): boolean {
  return url.startsWith('https:')
}

/** A request as the portal's owner; none where the owner cannot sign in. */
function firstRequest({ portal, address }: AddressedPortal, { guards }: BannerOptions): string[] {
  const owner = knownPeople(portal).find(({ id }) => id === portal.ownerId)
  const credential = owner && curlCredential(owner, portal, guards)
  if (credential === undefined) return []
  return [curlCommand([`${address}/api/2.0/portal/userscount`, credential], isTls(address))]
}

function describePortal({ portal, address }: AddressedPortal, { guards }: BannerOptions): string[] {
  const users = portal.store.users.count()
  const people = knownPeople(portal).map((person) => {
    return `  ${person.role.padEnd(18)} ${person.email.padEnd(30)} ${curlCredential(person, portal, guards) ?? 'cannot sign in'}`
  })
  return [`Portal ${portal.alias}, tenant ${portal.tenantId}, ${users} active users, at ${address}`, ...people]
}
