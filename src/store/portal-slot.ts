import { existsSync, rmSync } from 'node:fs'
import type { PortalClock } from '../domain/clock.ts'
import type { PortalSettings } from '../domain/settings.ts'
import type { Fixture } from './fixture.ts'
import { PortalMemory } from './memory-budget.ts'
import type { Portal, PortalOptions } from './portal.ts'
import { copyState, fileOf, openState, type PortalState } from './portal-state.ts'
import { PortalTemplate } from './portal-template.ts'

/** A portal through all of its states: it can be reset, put back and made anew, and is the same portal. */
export class PortalSlot implements Portal {
  readonly alias: string
  readonly tenantId: number
  /** What the portal and all that is kept for it take. */
  readonly memory = new PortalMemory()
  #template: PortalTemplate
  #state: PortalState
  #isClosed = false

  constructor(state: PortalState, template: PortalTemplate) {
    this.alias = state.alias
    this.tenantId = state.tenantId
    this.#template = template
    this.#state = state
  }

  /** The portal as it is now. */
  get state(): PortalState {
    return this.#state
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

  /** A portal in memory that is as this one is now, and has the same time. Whoever asks for it closes it. */
  copy(): PortalSlot {
    const { dataDirectory: _, ...options } = this.#template.options
    const { alias, tenantId, clock } = this
    return new PortalSlot(copyState(this.image(), { ...options, alias, tenantId }, clock), this.#template)
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
    const { generatedUsers: _, ...options } = this.#template.options
    const template = new PortalTemplate({ ...options, fixture })
    // a fixture that can't be used leaves everything as it is
    const { image } = template
    this.#template = template
    this.#replace(image)
  }

  /** Closes the portal. Those who are in it may finish: what they still make of it is in memory only. */
  close(): void {
    this.#isClosed = true
    this.#state.end()
  }

  /** Closes the portal and deletes its file. */
  drop(): void {
    this.close()
    const file = fileOf({ ...this.#template.options, alias: this.alias })
    if (file !== null) rmSync(file, { force: true })
  }

  #replace(image: Buffer, clock?: PortalClock): void {
    const { alias, tenantId } = this
    const { dataDirectory, ...options } = this.#template.options
    // the file of a portal that was closed may be that of the next one of its name
    const place = dataDirectory === undefined || this.#isClosed ? {} : { dataDirectory }
    // a portal keeps its keys: making others takes long, and what the old ones have signed is still its own
    const keys = this.#state.store.signingKeys.list()
    this.#state.end()
    this.#state = copyState(image, { ...options, ...place, alias, tenantId }, clock)
    this.#state.store.signingKeys.replace(keys)
  }
}

/**
 * Opens a portal: a new one is seeded from the fixture, one that has a file goes on where it was.
 *
 * @throws DataFileError where the file is no database, another program's, newer, open elsewhere, or of another
 *   machine key
 * @throws FixtureError
 */
export function openPortal(options: PortalOptions): PortalSlot {
  return new PortalSlot(openState(options), new PortalTemplate(options))
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

/** Whether a portal of a name has a file, which {@link openCopy} would open. */
export function hasFile({ options }: PortalTemplate, alias: string): boolean {
  const file = fileOf({ ...options, alias })
  return file !== null && existsSync(file)
}
