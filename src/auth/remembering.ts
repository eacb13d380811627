import { cachedPerPortal } from '../store/per-portal.ts'
import type { Portal } from '../store/portal.ts'

/** How many findings a portal remembers. */
const REMEMBERED = 1000

/** Longer keys are nobody's, and would take up room. */
const LONGEST_KEY = 100

/**
 * Remembers what was found in a portal's store until something is written to it: reads are many, writes are few, and
 * none can be missed.
 */
export function remembering<Found>(
  find: (key: string, portal: Portal) => Found,
): (key: string, portal: Portal) => Found {
  const memoryOf = cachedPerPortal(() => ({ revision: -1, found: new Map<string, Found>() }))
  return (key, portal) => {
    if (key.length > LONGEST_KEY) return find(key, portal)
    const memory = memoryOf(portal)
    const { revision } = portal.store
    if (memory.revision !== revision || memory.found.size >= REMEMBERED) {
      memory.found.clear()
      memory.revision = revision
    }
    let found = memory.found.get(key)
    if (found === undefined) {
      found = find(key, portal)
      memory.found.set(key, found)
    }
    return found
  }
}
