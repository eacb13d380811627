import { createHash } from 'node:crypto'
import { parseInteger } from './number.ts'
import { sameSecret } from './same-secret.ts'

const EPOCH = Date.UTC(2010, 0, 1)

/** The portal's part of every key: two portals' keys differ even for the same subject. */
export interface KeyIssuer {
  tenantId: number
  machineKey: string
}

/** What a confirmation key turned out to be. */
export type KeyValidity = 'ok' | 'expired' | 'invalid'

/**
 * Makes the key that DocSpace's confirmation and invitation links carry: `{ms}.{hash}`.
 *
 * @param subject what the key is for, such as a user's id followed by `Auth`
 * @param now milliseconds since 1970, UTC
 */
export function createConfirmationKey(subject: string, issuer: KeyIssuer, now: number): string {
  const milliseconds = sinceEpoch(now)
  return `${milliseconds}.${hash(subject, issuer, milliseconds)}`
}

/**
 * Checks a confirmation key as the server does: exactly two parts between dots however many dots there are, a number
 * as lenient as .NET reads one, a hash in any letter case. A key from the future is as good as a new one.
 *
 * @param interval how long a key holds, in ms, inclusive
 */
export function checkConfirmationKey(
  key: string,
  subject: string,
  issuer: KeyIssuer,
  now: number,
  interval: number,
): KeyValidity {
  const parts = key.split('.').filter((part) => part !== '')
  const [time, digest] = parts
  if (parts.length !== 2 || time === undefined || digest === undefined) return 'invalid'
  const milliseconds = parseInteger(time, 64)
  if (milliseconds === null) return 'invalid'
  if (!sameSecret(digest.toUpperCase(), hash(subject, issuer, milliseconds))) return 'invalid'
  return sinceEpoch(now) - milliseconds > BigInt(interval) ? 'expired' : 'ok'
}

/**
 * When a confirmation key was made, by what it says: milliseconds since 1970, UTC.
 *
 * @returns `null` where it has not the form of a key
 */
export function keyMadeAt(key: string): number | null {
  const [time, ...digest] = key.split('.').filter((part) => part !== '')
  const milliseconds = digest.length === 1 ? parseInteger(time ?? '', 64) : null
  return milliseconds === null ? null : Number(milliseconds) + EPOCH
}

/** The subject of the key that lets `sendcongratulations` be called for somebody. */
export function congratulationsSubject(userId: string): string {
  return `${userId}Auth`
}

/** Whole milliseconds, whatever the clock gives. */
function sinceEpoch(now: number): bigint {
  return BigInt(Math.floor(now) - EPOCH)
}

function hash(subject: string, { tenantId, machineKey }: KeyIssuer, milliseconds: bigint): string {
  const text = `${subject.toLowerCase()}|${tenantId}|${machineKey}`
  const time = Buffer.alloc(8)
  time.writeBigInt64LE(milliseconds)
  const digest = createHash('sha256').update(ascii(text)).update(time).digest('base64')
  return digest.toUpperCase().replace(/[=+/\\]/g, '')
}

/** As .NET's ASCII encoding: a character outside it becomes a question mark. */
function ascii(text: string): Buffer {
  return Buffer.from(text.replace(/[\u0080-\uffff]/g, '?'), 'latin1')
}
