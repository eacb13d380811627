import { hash } from 'node:crypto'

/** How every API key begins. */
export const API_KEY_PREFIX = 'sk-'

/**
 * What a portal keeps of an API key. A plain SHA-256: the key itself is 32 random bytes, so there is nothing to guess
 * that a slow hash would protect.
 */
export function apiKeyHash(key: string): string {
  return hash('sha256', key)
}
