import { createHash } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { parseGuid, undashed } from './guid.ts'
import { decrypt, encrypt } from './instance-crypto.ts'
import { parseInteger } from './number.ts'

/** How long the session of a sign-in lasts by default, in ms: a year. */
export const SESSION_LIFETIME = 365 * 24 * 60 * 60 * 1000

const EXPIRY = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3})$/

/** What the value of the cookie `asc_auth_key` says. */
export interface SessionToken {
  tenantId: number
  userId: string
  /** Raised by the portal to end everybody's sessions. */
  tenantIndex: number
  /** Milliseconds since 1970, UTC; `null`: never. */
  expires: number | null
  /** Raised to end all sessions of one person. */
  userIndex: number
  /** The sign-in that gave this token; 0: none. */
  loginEventId: number
}

/** Writes a session token the way DocSpace encrypts one. The client's address is part of it and is never checked. */
export function createSessionToken(token: SessionToken, machineKey: string, address = '127.0.0.1'): string {
  const plain = [
    '',
    token.tenantId,
    '',
    createHash('sha256').update(address).digest('base64'),
    undashed(token.userId),
    token.tenantIndex,
    formatExpiry(token.expires),
    token.userIndex,
    token.loginEventId === 0 ? '' : token.loginEventId,
  ].join('$')
  return encrypt(plain, machineKey).toString('base64')
}

/**
 * Reads a session token as leniently as the server: missing fields at the end take their defaults, further ones are
 * ignored, white space in the Base64 is skipped.
 *
 * @param text percent-encoded or not; a blank counts as `+`
 * @returns `null` where it is no token, or one of another machine key
 */
export function readSessionToken(text: string, machineKey: string): SessionToken | null {
  const encrypted = decodeBase64(unescapeToken(text).replaceAll(' ', '+'))
  const plain = encrypted === null ? null : decrypt(encrypted, machineKey)
  return plain === null ? null : parseFields(plain.split('$'))
}

function parseFields(fields: string[]): SessionToken | null {
  const [, tenantId, , , user = '', tenantIndex = '0', expires, userIndex = '0', loginEvent = ''] = fields
  const userId = parseGuid(user)
  const numbers = [tenantId ?? '', tenantIndex, userIndex, loginEvent || '0'].map((field) => parseInteger(field, 32))
  const [tenant, tenantTurn, userTurn, loginEventId] = numbers
  const expiry = expires === undefined ? null : parseExpiry(expires)
  if (userId === null || expiry === undefined) return null
  if (tenant == null || tenantTurn == null || userTurn == null || loginEventId == null) return null
  return {
    tenantId: Number(tenant),
    userId,
    tenantIndex: Number(tenantTurn),
    expires: expiry,
    userIndex: Number(userTurn),
    loginEventId: Number(loginEventId),
  }
}

function formatExpiry(expires: number | null): string {
  if (expires === null) return '9999-12-31 23:59:59,999'
  return new Date(expires).toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')
}

function parseExpiry(text: string): number | undefined {
  const [, ...parts] = EXPIRY.exec(text) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts.map(Number)
  const moment = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  // a day that no calendar has would have rolled over
  return parts.length > 0 && formatExpiry(moment) === text ? moment : undefined
}

function unescapeToken(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
