import type { PortalSlot } from '../../store/portal-slot.ts'
import type { Faults } from './faults.ts'

const registered = new WeakMap<PortalSlot, Faults>()

/** The faults of a portal; `undefined`: nobody has ever asked for any. What they are made of is loaded only then. */
export function knownFaults(slot: PortalSlot): Faults | undefined {
  return registered.get(slot)
}

/** Gives a portal its faults. They stay when it is reset. */
export function registerFaults(slot: PortalSlot, faults: Faults): void {
  registered.set(slot, faults)
}
