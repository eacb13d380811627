import type { Portal } from '../store/portal.ts'
import { isLoopback } from '../wire/root.ts'

/** Scheme, host, port and path of an address that has no user, query or fragment. */
const ADDRESS = /^(https?:\/\/)(\[[^\]]*\]|[^/:?#@[\]]+)((?::\d+)?(?:\/[^?#]*)?)$/i

/**
 * The address of a portal in one spelling. A portal has several names for the same machine: every loopback address and
 * its own domains stand for `localhost` here, so that what the portal gave under one of them holds under the others.
 * Scheme, port and path stay, and so does any other host.
 */
export function canonicalRoot(root: string, portal: Portal): string {
  const [, scheme = '', host = '', rest = ''] = ADDRESS.exec(root) ?? []
  return host !== '' && isOwnName(host.toLowerCase(), portal) ? `${scheme}localhost${rest}` : root
}

/** Whether a host name, in lower case, is one of the portal's names for this machine. */
export function isOwnName(host: string, { alias, settings }: Portal): boolean {
  return isLoopback(host) || host === `${alias}.localhost` || host === settings.mappedDomain
}
