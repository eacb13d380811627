import type { GuardName } from './auth/guards.ts'
import { CERTIFICATE } from './control/certificate.ts'
import { curlCredential } from './pages/curl.ts'
import { knownPeople } from './pages/known-people.ts'
import type { Portal } from './store/portal.ts'

/** What the banner says besides who is there. */
export interface BannerOptions {
  version: string
  url: string
  profile: string
  /** The guards that are on: a credential that nobody would look at isn't shown. */
  guards: readonly GuardName[]
  dataDirectory: string | undefined
}

/**
 * What is printed at start: where the server listens, the portals, their people with a credential for each that can be
 * pasted into a curl line, and one such line whole.
 */
export function banner(portals: readonly Portal[], options: BannerOptions): string {
  const { version, url, profile, dataDirectory } = options
  const [first] = portals
  const owner = first && knownPeople(first).find(({ id }) => id === first.ownerId)
  const credential = owner && first && curlCredential(owner, first, options.guards)
  return `docspace-mock ${version}, profile ${profile}, ${dataDirectory ? `data in ${dataDirectory}` : 'in memory'}
Listening on ${url}
${portals.map((portal) => describePortal(portal, options)).join('')}
${url.startsWith('https:') ? `Trust ${url}${CERTIFICATE}, or use curl -k\n` : ''}${credential ? `Try   curl ${url}/api/2.0/portal/userscount ${credential}\n` : ''}Open  ${url}/ for these people and their credentials, ${url}/docs to try the operations out
`
}

function describePortal(portal: Portal, { guards }: BannerOptions): string {
  const people = knownPeople(portal).map((person) => {
    return `  ${person.role.padEnd(18)} ${person.email.padEnd(30)} ${curlCredential(person, portal, guards) ?? 'cannot sign in'}`
  })
  const title = `Portal ${portal.alias}, tenant ${portal.tenantId}, ${portal.store.users.count()} active users`
  return `\n${title}\n${people.join('\n')}\n`
}
