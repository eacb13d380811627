import { randomBytes as cryptoBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PortalClock, systemClock } from '../domain/clock.ts'
import type { RandomBytes } from '../domain/random.ts'
import { defaultSettings, type PortalSettings } from '../domain/settings.ts'
import { stepInTurns } from '../util/turns.ts'
import { DataFileError } from './data-file-error.ts'
import { removeFiles, writeFile } from './data-files.ts'
import { Database } from './database.ts'
import { type Fixture, FixtureError } from './fixture.ts'
import { generateUsers } from './generate-users.ts'
import { DEFAULT_MACHINE_KEY, type Portal, type PortalOptions } from './portal.ts'
import { defaultRowBounds } from './row-bounds.ts'
import { seed } from './seed.ts'
import { SigningKeys, type StoredSigningKey } from './signing-keys.ts'
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
    this.store = new Store(database, row.tenantId, { ...defaultRowBounds, ...options.rowBounds })
    this.fixture = options.fixture
    this.#options = options
    this.clock = clock
    this.randomBytes = options.randomBytes ?? cryptoBytes
    this.#database = database
    this.#settings = settingsOf(row, database)
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

  /** The highest ids so far, by table. */
  givenIds(): GivenIds {
    return findGivenIds(this.#database)
  }

  /** Makes later rows get higher ids than those of an earlier life of the portal. */
  skipIds(ids: GivenIds): void {
    skipGivenIds(this.#database, ids)
  }

  /** The key of caches: a new object after each sleep. */
  get cacheKey(): object {
    return this.#cacheKey
  }

  /** Whether the database is packed and closed until its next use. */
  get isAsleep(): boolean {
    return this.#database.isAsleep
  }

  /** How many bytes of memory the database takes. */
  get size(): number {
    return this.#database.size
  }

  /** How many statements are prepared. */
  get statementCount(): number {
    return this.#database.statementCount
  }

  /** Whether {@link sleep} can put the database aside. */
  get canSleep(): boolean {
    return this.#database.canSleep
  }

  /**
   * Packs and closes a small database in memory until its next use, and clears the caches.
   *
   * @returns its packed size in bytes; `null`: it stays open
   */
  sleep(): number | null {
    if (this.isInUse || this.#hasEnded) return null
    // cached, since listing portals must not wake them
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
    this.#finish()
  }

  /** Whether a request is in progress in the portal. */
  get isInUse(): boolean {
    return this.#inside > 0
  }

  /** Says that somebody who has entered no longer waits, but that what they asked for may still use the portal. */
  abandon(): void {
    this.#inside -= 1
    this.#isAbandoned = true
    this.#finish()
  }

  /**
   * Closes the portal's database once everybody has left. Its file is free at once. A database that may be used still
   * is packed, and closed with the garbage.
   *
   * @param isAbandoned whether others than those who have entered may use it
   */
  end(isAbandoned = false): void {
    this.#isAbandoned ||= isAbandoned
    const isUsed = this.#inside > 0 || this.#isAbandoned
    if (isUsed && !this.#hasEnded && this.#options.dataDirectory !== undefined) this.#leaveFile()
    this.#hasEnded = true
    this.#finish()
  }

  #leaveFile(): void {
    try {
      this.#database.leaveFile()
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error
      // a damaged file can't be copied
      this.close()
    }
  }

  /** Frees the memory of an ended state once no request is in progress in it. */
  #finish(): void {
    if (!this.#hasEnded || this.#inside > 0) return
    if (this.#isAbandoned) this.#database.sleep()
    else this.close()
  }

  /** Closes the portal's database. */
  close(): void {
    this.#database.close()
  }
}

function settingsOf({ settings }: PortalRow, { file }: Database): PortalSettings {
  try {
    return { ...defaultSettings, ...JSON.parse(settings) }
  } catch (error) {
    throw file === null ? error : new DataFileError(file, 'damaged', 'its settings are no JSON')
  }
}

/** The highest ids of a portal's rows so far, by table. */
export type GivenIds = ReadonlyMap<string, number>

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
 * @param isChecked whether to check a file for damage
 * @param onCreated called with a new state
 * @throws DataFileError if the file can't be used: it is unchanged, and a new one is deleted
 */
export function openState(
  options: PortalOptions,
  isChecked = false,
  onCreated: (state: PortalState) => void = () => {},
): PortalState {
  const file = fileOf(options)
  const isNew = file !== null && !existsSync(file)
  const database = new Database(file ?? ':memory:')
  try {
    if (isChecked) database.check()
    const known = findRow(database)
    // one transaction, so that a killed process leaves no incomplete portal
    if (known === undefined) database.transaction(() => finish(createPortal(database, options)))
    else if (file !== null && options.machineKey !== undefined && options.machineKey !== known.machineKey) {
      throw new DataFileError(file, 'otherKey')
    }
    const state = new PortalState(database, options)
    if (known === undefined) onCreated(state)
    return state
  } catch (error) {
    database.close()
    if (isNew) removeFiles(file)
    throw error
  }
}

export interface CopyOptions {
  /** The portal's own clock. By default it follows the clock of the options. */
  clock?: PortalClock | undefined
  /** Replaces the signing keys of the image. */
  keys?: readonly StoredSigningKey[]
  /** Ids of an earlier life of the portal, which the copy must not reuse. */
  givenIds?: GivenIds
  /** Called before the copy is opened, to close its file. Only opening it can fail afterwards. */
  release?: () => void
}

/**
 * Opens a portal that is what another one was, but for the alias and the tenant id where the options give others. It
 * takes the place of the portal that its file had.
 *
 * @param image what {@link PortalState.image} gave
 * @throws DataFileError if the file can't be written: before the release nothing has changed
 */
export function copyState(image: Buffer, options: PortalOptions, copy: CopyOptions = {}): PortalState {
  const { clock, keys = [], givenIds, release } = copy
  const file = fileOf(options)
  let database = new Database(image)
  try {
    rename(database, options)
    if (keys.length > 0) database.transaction(() => new SigningKeys(database).replace(keys))
    if (givenIds !== undefined) skipGivenIds(database, givenIds)
    if (file === null) release?.()
    else {
      const adapted = database.serialize()
      database.close()
      writeFile(file, adapted, release)
      database = new Database(file)
    }
    return new PortalState(database, options, clock)
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Creates a portal from the fixture in memory, letting other requests be answered in between.
 *
 * @returns its {@link PortalState.image}
 * @throws FixtureError
 */
export async function createImage(options: PortalOptions): Promise<Buffer> {
  const database = new Database(':memory:')
  try {
    database.exec('BEGIN')
    await stepInTurns(createPortal(database, options))
    database.exec('COMMIT')
    return database.serialize()
  } finally {
    database.close()
  }
}

function rename(database: Database, { tenantId, alias }: PortalOptions): void {
  if (tenantId === undefined || alias === undefined) return
  const { tenantId: known, alias: knownAlias } = findRow(database) ?? {}
  if (known === tenantId && knownAlias === alias) return
  database.run('UPDATE portal SET tenant_id = ?, alias = ?', tenantId, alias)
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

function findGivenIds(database: Database): GivenIds {
  const rows = database.all<{ name: string; seq: number }>('SELECT name, seq FROM sqlite_sequence')
  return new Map(rows.map(({ name, seq }) => [name, seq]))
}

function skipGivenIds(database: Database, ids: GivenIds): void {
  const known = findGivenIds(database)
  const skipped = [...ids].filter(([name, id]) => id > (known.get(name) ?? 0))
  if (skipped.length === 0) return
  database.transaction(() => {
    for (const [name, id] of skipped) {
      database.run('DELETE FROM sqlite_sequence WHERE name = ?', name)
      database.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', name, id)
    }
  })
}

function finish(steps: Iterable<unknown>): void {
  for (const _ of steps);
}

/** @yields after each user and each client */
function* createPortal(database: Database, options: PortalOptions): Generator<void, void> {
  const { fixture, machineKey, generatedUsers, onProgress } = options
  const row = {
    tenantId: options.tenantId ?? fixture.tenantId ?? 1,
    alias: options.alias ?? fixture.alias,
    machineKey: machineKey ?? fixture.machineKey ?? DEFAULT_MACHINE_KEY,
    ownerId: fixture.owner.toLowerCase(),
    settings: JSON.stringify({ ...defaultSettings, ...fixture.settings }),
  }
  const store = new Store(database, row.tenantId)
  database.run(
    'INSERT INTO portal (tenant_id, alias, machine_key, owner_id, settings) VALUES (?, ?, ?, ?, ?)',
    row.tenantId,
    row.alias,
    row.machineKey,
    row.ownerId,
    row.settings,
  )
  yield* seed(store, fixture)
  yield* refuseCollision(
    fixture,
    generateUsers(store, generatedUsers ?? fixture.generatedUsers ?? 0, row.ownerId, onProgress),
  )
}

/** Reports a user of the fixture with the id or e-mail of a generated user. */
function* refuseCollision({ alias }: Fixture, generate: Generator<void, void>): Generator<void, void> {
  try {
    yield* generate
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT'))) throw error
    throw new FixtureError(
      `portal ${alias}: /users has an e-mail or id that --users makes up, such as user1@example.com`,
    )
  }
}
