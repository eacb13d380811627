import { createHash } from 'node:crypto'
import { DataFileError } from './data-file-error.ts'
import type { MemoryBudget } from './memory-budget.ts'
import { PortalRoom } from './portal-room.ts'
import { dropFile, hasFile, openCopy, type PortalSlot } from './portal-slot.ts'
import { fileOf, type GivenIds } from './portal-state.ts'
import type { PortalTemplate } from './portal-template.ts'

/** How many portals a server has, and who may ask for more. */
export interface PortalsOptions {
  /** At least one; the first answers where no other is meant. */
  portals: readonly [PortalSlot, ...PortalSlot[]]
  /** Whether a portal that is asked for and isn't there is made. */
  onDemand: boolean
  /** How many that were made on demand may be open at the same time. */
  limit: number
  /** Called with a portal that was made, or opened, after the start. */
  onCreated?: (slot: PortalSlot) => void
  /** The bound of their memory; unlimited by default. */
  memory?: MemoryBudget
  /** Called with the name of a portal that was closed because there were too many. */
  onEvicted?: (name: string) => void
  /** Called when the limit is exceeded because all portals are in use. */
  onExceeded?: () => void
}

/** All portals are in use, and there are too many to open another at the moment. */
export class PortalsInUseError extends Error {
  override readonly name = 'PortalsInUseError'
}

/** The multiple of the limit that is allowed while all portals are in use. */
const MOST_EXCESS = 2

/** How many portals that were made on demand are kept open, unless told otherwise. */
export const MAX_PORTALS = 1000

/** Tenant ids are positive numbers of 31 bits. */
const LARGEST_TENANT_ID = 0x7fffffff

/** The portals of a server: those that it was started with, and those that tests have asked for. */
export class Portals {
  /** The first of those that the server was started with. */
  readonly first: PortalSlot
  /** What others are made from unless told: what the first was, whatever is loaded into it later. */
  readonly template: PortalTemplate
  readonly #options: PortalsOptions
  readonly #fixed: ReadonlyMap<string, PortalSlot>
  /** Those that were made on demand, the least recently used first. */
  readonly #onDemand = new Map<string, PortalSlot>()
  readonly #rooms = new Map<PortalSlot, PortalRoom>()
  readonly #tenantIds: Set<number>
  readonly #retiredIds = new RetiredIds()
  /** The portal obtained last, whose request may not have entered it yet. */
  #current: PortalSlot | null = null

  /** @throws TypeError if there is no portal, or two have the same alias or tenant id */
  constructor(options: PortalsOptions) {
    const [first] = options.portals
    if (first === undefined) throw new TypeError('portals is empty, and a server needs at least one')
    this.first = first
    this.template = first.template
    this.#options = options
    this.#fixed = new Map(options.portals.map((slot) => [slot.alias, slot]))
    if (this.#fixed.size < options.portals.length) throw new TypeError('two of the portals have the same alias')
    refuseSharedTenantId(options.portals)
    this.#tenantIds = new Set(options.portals.map(({ tenantId }) => tenantId))
    if (options.memory !== undefined) for (const { memory } of options.portals) memory.join(options.memory)
  }

  /** Whether a portal that is asked for and isn't there is made. */
  get makesMore(): boolean {
    return this.#options.onDemand
  }

  /** How many are open. */
  get size(): number {
    return this.#fixed.size + this.#onDemand.size
  }

  /** All that are open. */
  list(): PortalSlot[] {
    return [...this.#fixed.values(), ...this.#onDemand.values()]
  }

  /**
   * A portal by its name, made where there is none and that is allowed. It counts as used.
   *
   * @param name as `readPortalName` gives it
   * @throws DataFileError where its file can't be used
   * @throws PortalsInUseError
   */
  obtain(name: string): PortalSlot | null {
    const fixed = this.#fixed.get(name)
    if (fixed !== undefined) return fixed
    const known = this.#onDemand.get(name)
    if (known === undefined) return this.#options.onDemand ? this.create(name) : null
    this.#use(known)
    return known
  }

  /** A portal by its name where it is open. */
  find(name: string): PortalSlot | undefined {
    return this.#fixed.get(name) ?? this.#onDemand.get(name)
  }

  /** Whether there is a portal with a name: open, or closed and with a file. */
  has(name: string): boolean {
    return this.find(name) !== undefined || hasFile(this.template, name)
  }

  /** A portal by a domain of its own. */
  findByDomain(domain: string): PortalSlot | undefined {
    // settings may change, so domains are looked up anew
    const isThere = ({ settings }: PortalSlot) => settings.mappedDomain === domain
    const fixed = this.#fixed.values().find(isThere)
    if (fixed !== undefined) return fixed
    const found = this.#onDemand.values().find(isThere)
    if (found !== undefined) this.#use(found)
    return found
  }

  /**
   * Creates a portal, or opens its file. If there are too many, the least recently used idle one is closed. A portal in
   * use is never closed, since answered changes would be lost: the limit is exceeded instead.
   *
   * @param template what a new one is made from
   * @throws DataFileError where its file can't be used
   * @throws PortalsInUseError if the limit is exceeded too far
   */
  create(name: string, template: PortalTemplate = this.template): PortalSlot {
    this.#refuseExcess()
    const slot = openCopy(template, name, this.#freeTenantId(name))
    this.#requireFreeTenantId(slot)
    slot.skipIds(this.#retiredIds.of(name))
    const isHeld = () => slot === this.#current || slot.isInUse
    this.#rooms.set(slot, new PortalRoom(slot, this.template, isHeld, () => this.#close(slot)))
    this.#tenantIds.add(slot.tenantId)
    if (this.#options.memory !== undefined) slot.memory.join(this.#options.memory)
    this.#use(slot)
    this.#makeRoom()
    if (this.#onDemand.size > this.#options.limit) this.#options.onExceeded?.()
    this.#options.onCreated?.(slot)
    return slot
  }

  /** Notes what a request has made of a portal, once it has left, and makes room where that is too much. */
  settle(slot: PortalSlot): void {
    this.#rooms.get(slot)?.remeasure()
    this.#makeRoom()
    this.#options.memory?.settle()
  }

  /** Packs the databases of idle portals, one per step. A step takes about a millisecond. */
  *sleep(): Generator<void> {
    this.#current = null
    for (const room of this.#rooms.values()) yield room.sleep()
  }

  /** Closes a portal that was made on demand, and forgets it: the next one of its name is new. */
  drop(slot: PortalSlot): void {
    const ids = givenIds(slot)
    try {
      slot.drop()
    } finally {
      // one whose file could not be deleted goes on from there
      if (slot.isClosed) this.#forget(slot, ids)
    }
  }

  /**
   * Deletes the file of a closed portal: the next portal with its name is new.
   *
   * @throws DataFileError if it isn't a portal's, or can't be deleted
   */
  dropClosed(name: string): void {
    dropFile(this.template, name)
  }

  /** Whether the server was started with a portal: it can be reset, but not dropped. */
  isFixed(slot: PortalSlot): boolean {
    return this.#fixed.has(slot.alias)
  }

  /** Closes those that were made on demand. */
  close(): void {
    for (const slot of this.#onDemand.values()) slot.close()
    for (const { memory } of this.list()) memory.leave()
  }

  #use(slot: PortalSlot): void {
    this.#current = slot
    this.#onDemand.delete(slot.alias)
    this.#onDemand.set(slot.alias, slot)
    this.#rooms.get(slot)?.use()
  }

  #makeRoom(): void {
    if (this.#onDemand.size <= this.#options.limit) return
    for (const slot of this.#onDemand.values()) {
      if (slot !== this.#current && !slot.isInUse) {
        this.#close(slot)
        this.#options.onEvicted?.(slot.alias)
      }
      if (this.#onDemand.size <= this.#options.limit) return
    }
  }

  #refuseExcess(): void {
    const { limit, memory } = this.#options
    const size = this.#onDemand.size
    if (size >= MOST_EXCESS * limit) {
      throw new PortalsInUseError(
        `all ${size} open portals are in use, and --max-portals is ${limit}: retry in a moment`,
      )
    }
    if (memory !== undefined && memory.used >= MOST_EXCESS * memory.limit) {
      throw new PortalsInUseError('the portals in use take twice what --max-memory allows: retry in a moment')
    }
  }

  #close(slot: PortalSlot): void {
    this.#forget(slot, givenIds(slot))
    slot.close()
  }

  #forget(slot: PortalSlot, ids: GivenIds): void {
    this.#onDemand.delete(slot.alias)
    this.#rooms.delete(slot)
    this.#tenantIds.delete(slot.tenantId)
    slot.memory.leave()
    this.#retiredIds.put(slot.alias, ids)
  }

  /** A portal with a file keeps the tenant id that it was created with. */
  #requireFreeTenantId(slot: PortalSlot): void {
    if (!this.#tenantIds.has(slot.tenantId)) return
    slot.close()
    const other = this.list().find(({ tenantId }) => tenantId === slot.tenantId)
    const file = fileOf({ ...slot.template.options, alias: slot.alias }) ?? slot.alias
    throw new DataFileError(file, 'sharedTenantId', `${slot.tenantId}, as the portal ${other?.alias}`)
  }

  /** The same for the same name, whichever server it is on and whoever came first. */
  #freeTenantId(name: string): number {
    let id = createHash('sha256').update(name).digest().readUInt32BE() & LARGEST_TENANT_ID
    while (id === 0 || this.#tenantIds.has(id)) id = (id + 1) & LARGEST_TENANT_ID
    return id
  }
}

/** The last ids that rows were given. A file that is damaged says nothing of them, and must be closed all the same. */
function givenIds(slot: PortalSlot): GivenIds {
  try {
    return slot.givenIds()
  } catch (error) {
    if (error instanceof DataFileError) return new Map()
    throw error
  }
}

/** How many names of portals are remembered, with the ids that their rows had. */
const REMEMBERED_NAMES = 10_000

/** The highest ids in closed portals, which the next portals with their names must not reuse. */
export class RetiredIds {
  readonly #limit: number
  readonly #byName = new Map<string, GivenIds>()
  /** The highest ids in portals whose names were forgotten. */
  readonly #floor = new Map<string, number>()

  /** @param limit how many names are remembered */
  constructor(limit = REMEMBERED_NAMES) {
    this.#limit = limit
  }

  of(name: string): GivenIds {
    return this.#byName.get(name) ?? this.#floor
  }

  put(name: string, ids: GivenIds): void {
    // most portals have none
    if (ids.size === 0) return
    this.#byName.delete(name)
    this.#byName.set(name, ids)
    const [earliest] = this.#byName
    if (this.#byName.size <= this.#limit || earliest === undefined) return
    this.#byName.delete(earliest[0])
    for (const [table, id] of earliest[1]) this.#floor.set(table, Math.max(id, this.#floor.get(table) ?? 0))
  }
}

/** Session tokens, keys of links and signatures name the portal by its tenant id alone. */
function refuseSharedTenantId(portals: readonly PortalSlot[]): void {
  const byId = Map.groupBy(portals, ({ tenantId }) => tenantId)
  for (const [id, [one, other]] of byId) {
    if (one === undefined || other === undefined) continue
    const both = `the portals ${one.alias} and ${other.alias} have the same tenant id ${id}`
    throw new TypeError(`${both}, and would share credentials: open one of them with another tenantId`)
  }
}
