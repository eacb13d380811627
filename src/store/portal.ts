import { randomBytes as cryptoBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Clock, systemClock } from '../domain/clock.ts'
import type { KeyIssuer } from '../domain/confirmation-key.ts'
import type { RandomBytes } from '../domain/random.ts'
import { defaultSettings, type PortalSettings } from '../domain/settings.ts'
import { Database, DataFileError } from './database.ts'
import { type Fixture, FixtureError } from './fixture.ts'
import { generateUsers } from './generate-users.ts'
import { seed } from './seed.ts'
import { Store } from './store.ts'

/** The machine key of DocSpace's own default configuration. */
export const DEFAULT_MACHINE_KEY = '1123askdasjklasbnd'

/** One DocSpace tenant with everything that hangs off it. No two portals share anything. */
export class Portal implements KeyIssuer {
  readonly alias: string
  readonly tenantId: number
  readonly machineKey: string
  readonly ownerId: string
  /** Raised to end everybody's sessions. */
  readonly tokenIndex: number
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly store: Store
  /** What the portal was made from: the passwords and keys that its people are known to have. */
  readonly fixture: Fixture
  #settings: PortalSettings

  constructor(
    row: PortalRow,
    store: Store,
    { fixture, clock = systemClock, randomBytes = cryptoBytes }: PortalOptions,
  ) {
    this.alias = row.alias
    this.tenantId = row.tenantId
    this.machineKey = row.machineKey
    this.ownerId = row.ownerId
    this.tokenIndex = row.tokenIndex
    this.store = store
    this.fixture = fixture
    this.clock = clock
    this.randomBytes = randomBytes
    this.#settings = { ...defaultSettings, ...JSON.parse(row.settings) }
  }

  get settings(): Readonly<PortalSettings> {
    return this.#settings
  }

  /** Changes some of the settings. The next request sees it. */
  changeSettings(changes: Partial<PortalSettings>): void {
    this.#settings = { ...this.#settings, ...changes }
    this.store.saveSettings(this.#settings)
  }

  /**
   * Remembers the portal as it is now.
   *
   * @returns what puts everything back: people, credentials, settings, mails, links. It can be used once
   */
  mark(): () => void {
    const mark = this.store.mark()
    return () => {
      mark.rewind()
      this.#settings = { ...defaultSettings, ...JSON.parse(this.store.settings()) }
    }
  }

  /** Closes the portal's database. */
  close(): void {
    this.store.close()
  }
}

/** How to open a portal. */
export interface PortalOptions {
  fixture: Fixture
  /** A directory for the portal's file, `{alias}.sqlite`. Without one the portal lives in memory. */
  dataDirectory?: string
  /** In the place of the fixture's machine key. */
  machineKey?: string
  /** How many people to make up, in the place of the fixture's `generatedUsers`. */
  generatedUsers?: number
  clock?: Clock
  /** Where ids and keys of links come from. */
  randomBytes?: RandomBytes
  /** Called while people are being made up, with how many there are so far. */
  onProgress?: (generated: number, total: number) => void
}

interface PortalRow {
  tenantId: number
  alias: string
  machineKey: string
  ownerId: string
  tokenIndex: number
  settings: string
}

/**
 * Opens a portal: a new one is seeded from the fixture, one that has a file goes on where it was.
 *
 * @throws DataFileError where the file is no database, another program's, newer, open elsewhere, or of another
 *   machine key
 */
export function openPortal(options: PortalOptions): Portal {
  const { fixture, dataDirectory } = options
  const file = dataDirectory === undefined ? ':memory:' : join(dataDirectory, `${fixture.alias}.sqlite`)
  const database = new Database(file)
  try {
    const row = findRow(database) ?? createPortal(database, options)
    if (options.machineKey !== undefined && options.machineKey !== row.machineKey) {
      throw new DataFileError(`${file}: made with another machine key. Leave --machine-key out, or use another --data.`)
    }
    return new Portal(row, new Store(database, row.tenantId), options)
  } catch (error) {
    database.close()
    throw error
  }
}

function findRow(database: Database): PortalRow | undefined {
  return database.get(
    `SELECT tenant_id AS tenantId, alias, machine_key AS machineKey, owner_id AS ownerId, token_index AS tokenIndex,
       settings FROM portal`,
  )
}

function createPortal(
  database: Database,
  { fixture, machineKey, generatedUsers, onProgress }: PortalOptions,
): PortalRow {
  const row: PortalRow = {
    tenantId: fixture.tenantId ?? 1,
    alias: fixture.alias,
    machineKey: machineKey ?? fixture.machineKey ?? DEFAULT_MACHINE_KEY,
    ownerId: fixture.owner.toLowerCase(),
    tokenIndex: 0,
    settings: JSON.stringify({ ...defaultSettings, ...fixture.settings }),
  }
  const store = new Store(database, row.tenantId)
  // one transaction for all: a process that is killed half-way leaves no half portal
  database.transaction(() => {
    database.run(
      'INSERT INTO portal (tenant_id, alias, machine_key, owner_id, settings) VALUES (?, ?, ?, ?, ?)',
      row.tenantId,
      row.alias,
      row.machineKey,
      row.ownerId,
      row.settings,
    )
    seed(store, fixture)
    refuseCollision(fixture, () => {
      generateUsers(store, generatedUsers ?? fixture.generatedUsers ?? 0, row.ownerId, onProgress)
    })
  })
  return row
}

/** People who are made up have ids and e-mails of their own, which somebody of the fixture may have as well. */
function refuseCollision({ alias }: Fixture, generate: () => void): void {
  try {
    generate()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT'))) throw error
    throw new FixtureError(
      `portal ${alias}: /users has an e-mail or id that --users makes up, such as user1@example.com`,
    )
  }
}
