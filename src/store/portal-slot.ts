import { existsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PortalClock } from '../domain/clock.ts'
import type { PortalSettings } from '../domain/settings.ts'
import { DataFileError } from './data-file-error.ts'
import { removeFiles, requireRemovable } from './data-files.ts'
import type { Fixture } from './fixture.ts'
import { PortalMemory } from './memory-budget.ts'
import type { Portal, PortalOptions } from './portal.ts'
import { copyState, fileOf, type GivenIds, openState, type PortalState } from './portal-state.ts'
import { PortalTemplate } from './portal-template.ts'
import type { BoundName } from './row-bounds.ts'

/** A portal through all of its states: it can be reset, put back and made anew, and is the same portal. */
export class PortalSlot implements Portal {
  readonly alias: string
  readonly tenantId: number
  /** The memory of the portal, its journal, snapshots and marks. */
  readonly memory = new PortalMemory()
  #template: PortalTemplate
  #state: PortalState
  #isClosed = false
  /** How many requests use the portal, whichever of its states they have entered. */
  #inside = 0
  #isAbandoned = false
  readonly #boundsReached = new Set<BoundName>()
  /** Called once per bound of rows and life of the portal, when the bound is reached. */
  onBoundReached: (name: BoundName, bound: number) => void = () => {}

  constructor(state: PortalState, template: PortalTemplate) {
    this.alias = state.alias
    this.tenantId = state.tenantId
    this.#template = template
    this.#state = state
    this.#watchBounds()
  }

  /** The portal as it is now. */
  get state(): PortalState {
    return this.#state
  }

  /** Whether it was closed. What is written from then on is in memory only. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** What it is made from when it is reset. */
  get template(): PortalTemplate {
    return this.#template
  }

  get machineKey() {
    return this.#state.machineKey
  }

  get ownerId() {
    return this.#state.ownerId
  }

  get tokenIndex() {
    return this.#state.tokenIndex
  }

  get clock() {
    return this.#state.clock
  }

  get randomBytes() {
    return this.#state.randomBytes
  }

  get store() {
    return this.#state.store
  }

  get fixture() {
    return this.#state.fixture
  }

  get settings() {
    return this.#state.settings
  }

  changeSettings(changes: Partial<PortalSettings>): void {
    this.#state.changeSettings(changes)
  }

  endSessions(): void {
    this.#state.endSessions()
  }

  /** Whether a request is in progress in the portal. */
  get isInUse(): boolean {
    return this.#inside > 0 || this.#state.isInUse
  }

  /**
   * Says that a request uses the portal as it is now, and perhaps as it will be: it stays open until the request leaves.
   *
   * @returns what says how it left: once it was answered, or with a handler that may still use the portal
   */
  enter(): Record<'leave' | 'abandon', () => void> {
    const state = this.#state
    state.enter()
    this.#inside += 1
    return {
      leave: () => {
        this.#inside -= 1
        state.leave()
      },
      abandon: () => {
        this.#inside -= 1
        this.#isAbandoned = true
        state.abandon()
      },
    }
  }

  /** A portal in memory that is as this one is now, and has the same time. Whoever asks for it closes it. */
  async copy(): Promise<PortalSlot> {
    const { dataDirectory: _, ...options } = this.#template.options
    const { alias, tenantId, clock } = this
    const image = this.image()
    // each step takes about 40 ms for 100,000 users; other requests are answered in between
    await nextTurn()
    return new PortalSlot(copyState(image, { ...options, alias, tenantId }, { clock }), this.#template)
  }

  /** The highest ids so far, for {@link skipIds} of the next portal with this name. */
  givenIds(): GivenIds {
    return this.#state.givenIds()
  }

  /** Makes later rows get higher ids. */
  skipIds(ids: GivenIds): void {
    this.#state.skipIds(ids)
  }

  /** Everything that the portal's database holds now, for {@link restore}. */
  image(): Buffer {
    return this.#state.image()
  }

  /** Makes everything as it is in the fixture: people, credentials, settings, links, mails, the time. */
  reset(): void {
    this.#replace(this.#template.image)
  }

  /** Puts people, credentials, settings, links and mails back to what they were when an image was taken. */
  restore(image: Buffer): void {
    this.#replace(image, this.#state.clock)
  }

  /**
   * Makes the portal anew from another fixture. Its alias and its tenant id stay.
   *
   * @throws FixtureError
   */
  load(fixture: Fixture): void {
    this.#useTemplate(this.#templateOf(fixture))
  }

  /**
   * Like {@link load}, but lets other requests be answered while the new portal is created.
   *
   * @throws FixtureError
   */
  async loadInTurns(fixture: Fixture): Promise<void> {
    const template = this.#templateOf(fixture)
    await template.prepare()
    this.#useTemplate(template)
  }

  /** Closes the portal. Those who are in it may finish: what they still make of it is in memory only. */
  close(): void {
    this.#isClosed = true
    // a request may have entered an earlier state
    this.#state.end(this.#inside > 0 || this.#isAbandoned)
  }

  /**
   * Closes the portal and deletes its file.
   *
   * @throws DataFileError if the file can't be deleted: the portal stays open
   */
  drop(): void {
    const file = fileOf({ ...this.#template.options, alias: this.alias })
    if (file !== null) requireRemovable(file)
    this.close()
    if (file !== null) removeFiles(file)
  }

  #templateOf(fixture: Fixture): PortalTemplate {
    const { generatedUsers: _, ...options } = this.#template.options
    return new PortalTemplate({ ...options, fixture })
  }

  #useTemplate(template: PortalTemplate): void {
    // an invalid fixture changes nothing
    this.#replace(template.image, undefined, template)
    this.#template = template
  }

  /** Everything that can fail happens before the old state ends. */
  #replace(image: Buffer, clock?: PortalClock, template = this.#template): void {
    const { alias, tenantId } = this
    const { dataDirectory, ...options } = template.options
    // the file of a portal that was closed may be that of the next one of its name
    const place = dataDirectory === undefined || this.#isClosed ? {} : { dataDirectory }
    const old = this.#state
    // a portal keeps its keys: making others takes long, and what the old ones have signed is still its own
    const keys = old.store.signingKeys.list()
    // rows of the new state must not reuse ids of the old one
    const givenIds = old.givenIds()
    const all = { ...options, ...place, alias, tenantId }
    let isReleased = false
    const release = () => {
      isReleased = true
      old.end()
    }
    try {
      this.#state = copyState(image, all, { clock, keys, givenIds, release })
    } catch (error) {
      if (isReleased) this.#state = openState(all)
      throw error
    }
    this.#watchBounds()
  }

  #watchBounds(): void {
    this.#boundsReached.clear()
    this.#state.store.onBoundReached = (name, bound) => {
      if (this.#boundsReached.has(name)) return
      this.#boundsReached.add(name)
      this.onBoundReached(name, bound)
    }
  }
}

/**
 * Opens a portal: a new one is seeded from the fixture, one that has a file goes on where it was.
 *
 * @throws DataFileError where the file can't be used
 * @throws FixtureError
 * @throws TypeError where the directory or the machine key is empty
 */
export function openPortal(options: PortalOptions): PortalSlot {
  for (const name of ['dataDirectory', 'machineKey'] as const) {
    if (options[name] === '') throw new TypeError(`${name} is empty; give it a value, or leave it out`)
  }
  const template = new PortalTemplate(options)
  const state = openState(options, true, (created) => {
    // so that a reset needn't create all users again; the pages of files have another size
    if (fileOf(options) === null) template.image = created.image()
  })
  return new PortalSlot(state, template)
}

/**
 * Opens a portal as a copy of a template, or the one that its file holds.
 *
 * @param tenantId of a new one
 * @throws DataFileError
 */
export function openCopy(template: PortalTemplate, alias: string, tenantId: number): PortalSlot {
  const options = { ...template.options, alias, tenantId }
  return new PortalSlot(hasFile(template, alias) ? openState(options) : copyState(template.image, options), template)
}

/**
 * Deletes the file of a portal that is not open, damaged or not.
 *
 * @throws DataFileError if it isn't a portal's, or can't be deleted
 */
export function dropFile({ options }: PortalTemplate, alias: string): void {
  const named = { ...options, alias }
  const file = fileOf(named)
  if (file === null) return
  try {
    // proves that the file is a portal's
    openState(named).close()
  } catch (error) {
    if (!(error instanceof DataFileError && error.isOurs)) throw error
  }
  requireRemovable(file)
  removeFiles(file)
}

/** Whether a portal of a name has a file, which {@link openCopy} would open. */
export function hasFile({ options }: PortalTemplate, alias: string): boolean {
  const file = fileOf({ ...options, alias })
  return file !== null && existsSync(file)
}
