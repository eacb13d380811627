import { AsyncLocalStorage } from 'node:async_hooks'
import type { Portal } from '../store/portal.ts'

/** Members of what the provider keeps that are times, in seconds since 1970, and have come by the time of writing. */
const PAST = ['iat', 'iiat', 'loginTs', 'authTime', 'auth_time', 'consumed']

/**
 * The second in which a request is answered, by both clocks: the provider reckons in seconds by the machine's clock,
 * and the portal's may be moved or stand still. It stays what it was at the start, though the machine's second may end
 * meanwhile: a time that is read and written again doesn't change.
 */
class PortalTime {
  readonly #portal: number
  readonly #machine: number

  /** Takes the time that it is now. */
  constructor({ clock }: Portal) {
    this.#portal = Math.floor(clock.now() / 1000)
    this.#machine = Math.floor(Date.now() / 1000)
  }

  /** Whether both clocks show the same. */
  get isMachines(): boolean {
    return this.#portal === this.#machine
  }

  /** Times by the machine's clock, as the provider wrote them, by the portal's. */
  toPortal<Type extends object>(object: Type): Type {
    const { iat } = object as { iat?: unknown }
    // what was made late ends late
    const late = typeof iat === 'number' ? this.#lateness(iat) : 0
    return mapTimes(object, (time, name) => this.#shift(name === 'exp' ? time - late : time - this.#lateness(time)))
  }

  /** Times by the portal's clock, as they are kept, by the machine's. */
  toMachine<Type extends object>(object: Type): Type {
    return mapTimes(object, (time) => time - this.#portal + this.#machine)
  }

  /** By how many seconds a time was taken after the machine's second had ended. */
  #lateness(time: number): number {
    return time > this.#machine && time * 1000 <= Date.now() ? time - this.#machine : 0
  }

  #shift(time: number): number {
    return time - this.#machine + this.#portal
  }
}

const current = new AsyncLocalStorage<PortalTime>()

/** Does something in one second: whatever asks for {@link portalTime} within gets the same. */
export function inOneSecond<Result>(portal: Portal, act: () => Result): Result {
  return current.run(new PortalTime(portal), act)
}

/** The second in which the portal is answering. */
export function portalTime(portal: Portal): PortalTime {
  return current.getStore() ?? new PortalTime(portal)
}

function mapTimes<Type extends object>(object: Type, map: (time: number, name: string) => number): Type {
  const mapped = Object.entries(object).map(([name, value]) => [
    name,
    (name === 'exp' || PAST.includes(name)) && typeof value === 'number' ? map(value, name) : value,
  ])
  return Object.fromEntries(mapped)
}
