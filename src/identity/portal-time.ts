import type { Portal } from '../store/portal.ts'

/**
 * How far a portal's clock is ahead of the machine's, in whole seconds: the provider reckons in those, by the machine's
 * clock, and the portal's may be moved or stand still.
 */
export function secondsAhead({ clock }: Portal): number {
  return Math.floor(clock.now() / 1000) - Math.floor(Date.now() / 1000)
}

/** Members of what the provider keeps that are times, in seconds since 1970. */
const TIMES = ['iat', 'exp', 'iiat', 'loginTs', 'authTime', 'auth_time', 'consumed']

/**
 * Moves every time in an object.
 *
 * @param seconds how far ahead; negative: back
 */
export function shiftTimes<Type extends object>(object: Type, seconds: number): Type {
  const shifted = Object.entries(object).map(([name, value]) => [
    name,
    TIMES.includes(name) && typeof value === 'number' ? value + seconds : value,
  ])
  return Object.fromEntries(shifted)
}
