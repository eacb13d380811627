import type { Portal } from './portal.ts'

/** Gives each portal a thing of its own, made when it is first asked for, and gone with the portal. */
export function perPortal<Thing>(create: (portal: Portal) => Thing): (portal: Portal) => Thing {
  const things = new WeakMap<Portal, Thing>()
  return (portal) => {
    const known = things.get(portal)
    if (known !== undefined) return known
    const thing = create(portal)
    things.set(portal, thing)
    return thing
  }
}
