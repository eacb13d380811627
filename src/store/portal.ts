import type { Clock, PortalClock } from '../domain/clock.ts'
import type { KeyIssuer } from '../domain/confirmation-key.ts'
import type { RandomBytes } from '../domain/random.ts'
import type { PortalSettings } from '../domain/settings.ts'
import type { Fixture } from './fixture.ts'
import type { PortalState } from './portal-state.ts'
import type { RowBounds } from './row-bounds.ts'
import type { Store } from './store.ts'

/** The machine key of DocSpace's own default configuration. */
export const DEFAULT_MACHINE_KEY = '1123askdasjklasbnd'

/** One DocSpace tenant with everything that hangs off it. No two portals share anything. */
export interface Portal extends KeyIssuer {
  readonly alias: string
  readonly ownerId: string
  /** Raised by {@link endSessions}. */
  readonly tokenIndex: number
  readonly clock: PortalClock
  readonly randomBytes: RandomBytes
  readonly store: Store
  /** What the portal was made from: the passwords and keys that its people are known to have. */
  readonly fixture: Fixture
  readonly settings: Readonly<PortalSettings>
  /** Changes some of the settings. The next request sees it. */
  changeSettings(changes: Partial<PortalSettings>): void
  /** Ends everybody's sessions: tokens that were given before no longer hold. */
  endSessions(): void
  /** What the portal is now: another one once it was reset or put back. */
  readonly state: PortalState
}

/** How to open a portal. */
export interface PortalOptions {
  fixture: Fixture
  /** In the place of the fixture's alias. */
  alias?: string
  /** In the place of the fixture's tenant id. */
  tenantId?: number
  /** A directory for the portal's file, `{alias}.sqlite`. Without one the portal lives in memory. */
  dataDirectory?: string
  /** In the place of the fixture's machine key. */
  machineKey?: string
  /** How many people to make up, in the place of the fixture's `generatedUsers`. */
  generatedUsers?: number
  /** What the portal's own clock shows until it is set. */
  clock?: Clock
  /** Where ids and keys of links come from. */
  randomBytes?: RandomBytes
  /** Bounds of the rows that clients can create. */
  rowBounds?: Partial<RowBounds>
  /** Called while people are being made up, with how many there are so far. */
  onProgress?: (generated: number, total: number) => void
}
