/** What the name of a portal looks like: one label of a host name. */
export const PORTAL_NAME = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'

/** The same in words. */
export const PORTAL_NAME_FORM = '1 to 63 letters, digits and hyphens, no hyphen first or last'

const pattern = new RegExp(PORTAL_NAME)

/** Reads the name of a portal. As in host names, letter case is ignored; `null`: it is none. */
export function readPortalName(text: string): string | null {
  const name = text.toLowerCase()
  return pattern.test(name) ? name : null
}
