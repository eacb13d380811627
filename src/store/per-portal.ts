import type { Portal } from './portal.ts'
import type { PortalSlot } from './portal-slot.ts'

/** Gives each portal a thing of its own, made when it is first asked for, and another one once the portal was reset. */
export function perPortal<Thing>(create: (portal: Portal) => Thing): (portal: Portal) => Thing {
  const things = new WeakMap<object, Thing>()
  return (portal) => thingOf(portal.state, things, () => create(portal))
}

/** Like {@link perPortal}, for values that can be recomputed: they are dropped while the portal isn't used. */
export function cachedPerPortal<Thing>(create: (portal: Portal) => Thing): (portal: Portal) => Thing {
  const things = new WeakMap<object, Thing>()
  return (portal) => thingOf(portal.state.cacheKey, things, () => create(portal))
}

/** Gives each portal a thing of its own, made when it is first asked for, which stays when the portal is reset. */
export function perSlot<Thing>(create: (slot: PortalSlot) => Thing): (slot: PortalSlot) => Thing {
  const things = new WeakMap<object, Thing>()
  return (slot) => thingOf(slot, things, () => create(slot))
}

function thingOf<Thing>(owner: object, things: WeakMap<object, Thing>, create: () => Thing): Thing {
  const known = things.get(owner)
  if (known !== undefined) return known
  const thing = create()
  things.set(owner, thing)
  return thing
}
