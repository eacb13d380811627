import type { PortalSlot } from '../../store/portal-slot.ts'
import { Faults } from './faults.ts'
import { knownFaults, registerFaults } from './registry.ts'

/** The faults of a portal, made when they are first asked for. */
export function faultsOf(slot: PortalSlot): Faults {
  const known = knownFaults(slot)
  if (known !== undefined) return known
  const faults = new Faults((count) => slot.randomBytes(count))
  registerFaults(slot, faults)
  return faults
}
