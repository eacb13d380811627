import { hash } from 'node:crypto'
import type { RandomBytes } from './random.ts'

/** How every API key begins. */
export const API_KEY_PREFIX = 'sk-'

/** A new API key: the prefix and 64 lower-case hex digits. */
export function createApiKey(randomBytes: RandomBytes): string {
  return API_KEY_PREFIX + Buffer.from(randomBytes(32)).toString('hex')
}

/** What is shown of an API key once it has been handed out. */
export function maskedApiKey(postfix: string): string {
  return `${API_KEY_PREFIX}***${postfix}`
}

/**
 * What a portal keeps of an API key. A plain SHA-256: the key itself is 32 random bytes, so there is nothing to guess
 * that a slow hash would protect.
 */
export function apiKeyHash(key: string): string {
  return hash('sha256', key)
}
