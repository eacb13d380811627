import { randomBytes as cryptoBytes } from 'node:crypto'
import { join } from 'node:path'
import { PortalClock, systemClock } from '../domain/clock.ts'
import type { RandomBytes } from '../domain/random.ts'
import { defaultSettings, type PortalSettings } from '../domain/settings.ts'
import { Database, DataFileError, writeFile } from './database.ts'
import { type Fixture, FixtureError } from './fixture.ts'
import { generateUsers } from './generate-users.ts'
import { DEFAULT_MACHINE_KEY, type Portal, type PortalOptions } from './portal.ts'
import { seed } from './seed.ts'
import { Store } from './store.ts'

/**
 * A portal until it is reset or put back to what it was: another state follows then. Whoever is in this one meanwhile finds
 * everything as it was until they leave, so that no request sees the half of either.
 */
export class PortalState implements Portal {
  readonly alias: string
  readonly tenantId: number
  readonly machineKey: string
  readonly ownerId: string
  readonly clock: PortalClock
  readonly randomBytes: RandomBytes
  readonly store: Store
  readonly fixture: Fixture
  readonly state = this
  readonly #options: PortalOptions
  readonly #database: Database
  #settings: PortalSettings
  #tokenIndex: number
  #inside = 0
  #isAbandoned = false
  #hasEnded = false
  #cacheKey = {}

  /** @param clock the portal's own; unless given it shows what the options' clock shows */
  constructor(database: Database, options: PortalOptions, clock = new PortalClock(options.clock ?? systemClock)) {
    const row = findRow(database)
    if (row === undefined) throw new TypeError('the database is that of no portal')
    this.alias = row.alias
    this.tenantId = row.tenantId
    this.machineKey = row.machineKey
    this.ownerId = row.ownerId
    this.store = new Store(database, row.tenantId)
    this.fixture = options.fixture
    this.#options = options
    this.clock = clock
    this.randomBytes = options.randomBytes ?? cryptoBytes
    this.#database = database
    this.#settings = { ...defaultSettings, ...JSON.parse(row.settings) }
    this.#tokenIndex = row.tokenIndex
  }

  get tokenIndex(): number {
    return this.#tokenIndex
  }

  get settings(): Readonly<PortalSettings> {
    return this.#settings
  }

  changeSettings(changes: Partial<PortalSettings>): void {
    this.#settings = { ...this.#settings, ...changes }
    this.store.saveSettings(this.#settings)
  }

  endSessions(): void {
    this.#tokenIndex += 1
    this.store.saveTokenIndex(this.#tokenIndex)
  }

  /**
   * Does something, and takes back what it has written to the portal. Nobody else may use the portal meanwhile.
   *
   * @returns what the work gives
   */
  async rehearse<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#database.exec('BEGIN')
    try {
      return await work()
    } finally {
      this.#database.exec('ROLLBACK')
    }
  }

  /** The portal as it is now, for {@link copyState}. */
  image(): Buffer {
    return this.#database.serialize()
  }

  /** What caches are kept by: another object once the portal has slept. */
  get cacheKey(): object {
    return this.#cacheKey
  }

  /** Whether the database is put aside until something is asked. */
  get isAsleep(): boolean {
    return this.#database.isAsleep
  }

  /** How many bytes the database has. */
  get size(): number {
    return this.#database.size
  }

  /** Whether {@link sleep} can put the database aside. */
  get canSleep(): boolean {
    return this.#database.canSleep
  }

  /**
   * Puts a small database in memory aside until something is asked, and forgets what was cached.
   *
   * @returns how many bytes it takes now; `null`: it stays open
   */
  sleep(): number | null {
    if (this.isInUse || this.#hasEnded) return null
    // lists of portals say how many there are, and must wake none
    this.store.users.count()
    const packed = this.#database.sleep()
    if (packed !== null) this.#cacheKey = {}
    return packed
  }

  /** Says that somebody uses the portal: it stays open until they {@link leave}. */
  enter(): void {
    this.#inside += 1
  }

  /** Says that somebody no longer uses the portal. */
  leave(): void {
    this.#inside -= 1
    if (this.#hasEnded && this.#isLeft) this.close()
  }

  /** Whether somebody is in the portal who waits for something. */
  get isInUse(): boolean {
    return this.#inside > 0
  }

  /** Says that somebody who has entered no longer waits, but that what they asked for may still use the portal. */
  abandon(): void {
    this.#inside -= 1
    this.#isAbandoned = true
  }

  /**
   * Closes the portal's database once everybody has left: one that somebody has abandoned is closed with the garbage.
   * Its file is free at once.
   */
  end(): void {
    this.#hasEnded = true
    if (this.#isLeft) this.close()
    else if (this.#options.dataDirectory !== undefined) this.#database.leaveFile()
  }

  get #isLeft(): boolean {
    return this.#inside === 0 && !this.#isAbandoned
  }

  /** Closes the portal's database. */
  close(): void {
    this.#database.close()
  }
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
export function openState(options: PortalOptions): PortalState {
  const file = fileOf(options)
  const database = new Database(file ?? ':memory:')
  try {
    const known = findRow(database)
    if (known === undefined) createPortal(database, options)
    else if (options.machineKey !== undefined && options.machineKey !== known.machineKey) {
      throw new DataFileError(`${file}: made with another machine key. Leave --machine-key out, or use another --data.`)
    }
    return new PortalState(database, options)
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens a portal that is what another one was, but for the alias and the tenant id where the options give others. It
 * takes the place of the portal that its file had, which nobody may have open.
 *
 * @param image what {@link PortalState.image} gave
 * @param clock the portal's own; unless given it shows what the options' clock shows
 */
export function copyState(image: Buffer, options: PortalOptions, clock?: PortalClock): PortalState {
  const file = fileOf(options)
  if (file !== null) writeFile(file, image)
  const database = new Database(file ?? image)
  const { tenantId, alias } = options
  if (tenantId !== undefined && alias !== undefined) rename(database, tenantId, alias)
  return new PortalState(database, options, clock)
}

function rename(database: Database, tenantId: number, alias: string): void {
  const { tenantId: known, alias: knownAlias } = findRow(database) ?? {}
  if (known === tenantId && knownAlias === alias) return
  database.transaction(() => {
    database.run('UPDATE portal SET tenant_id = ?, alias = ?', tenantId, alias)
    database.run("UPDATE users SET info = json_set(info, '$.tenantId', ?)", tenantId)
  })
}

/** The file that a portal has; `null`: it lives in memory. */
export function fileOf({ dataDirectory, alias, fixture }: PortalOptions): string | null {
  return dataDirectory === undefined ? null : join(dataDirectory, `${alias ?? fixture.alias}.sqlite`)
}

function findRow(database: Database): PortalRow | undefined {
  return database.get(
    `SELECT tenant_id AS tenantId, alias, machine_key AS machineKey, owner_id AS ownerId, token_index AS tokenIndex,
       settings FROM portal`,
  )
}

function createPortal(database: Database, options: PortalOptions): void {
  const { fixture, machineKey, generatedUsers, onProgress } = options
  const row = {
    tenantId: options.tenantId ?? fixture.tenantId ?? 1,
    alias: options.alias ?? fixture.alias,
    machineKey: machineKey ?? fixture.machineKey ?? DEFAULT_MACHINE_KEY,
    ownerId: fixture.owner.toLowerCase(),
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
