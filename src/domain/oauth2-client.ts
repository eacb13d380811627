import { createHmac } from 'node:crypto'
import type { RandomBytes } from './random.ts'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const SECRET_LENGTH = 36

/** A new secret of an OAuth2 client: 36 letters and digits. */
export function createClientSecret(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(SECRET_LENGTH), (byte) => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('')
}

/** What lists show in the place of a client's secret: a text that is the same each time and tells nothing of it. */
export function hiddenClientSecret(secret: string, machineKey: string): string {
  return createHmac('sha256', machineKey).update(secret).digest('base64')
}
