import { apiKeyHash } from '../domain/api-key.ts'
import { apiKeyScopes } from '../domain/scopes.ts'
import type { Portal } from '../store/portal.ts'
import { type AuthGuard, accept, refuse, type Verdict } from './guard.ts'
import { remembering } from './remembering.ts'

/** A key's last use is noted at most so often, in ms: a write for every read would be the dearest part of it. */
const TOUCH_INTERVAL = 1000

/** The guard of API keys: `sk-` and 64 hex digits. */
export function apiKeyGuard(): AuthGuard {
  const remembered = remembering(lookUp)
  return {
    name: 'ApiKeyBearer',
    securityScheme: {
      type: 'apiKey',
      in: 'header',
      name: 'ApiKeyBearer',
      description: "Authentication is determined by the 'Authorization' header",
    },
    documentedScopes: ['read', 'write'],
    authenticate({ portal, credentials: { apiKeys } }) {
      return apiKeys.length === 0 ? null : apiKeys.map((key) => judge(key, remembered(key, portal), portal))
    },
  }
}

/** What the store knows of a key. */
function lookUp(key: string, { store }: Portal) {
  const hash = apiKeyHash(key)
  const known = store.apiKeys.find(hash)
  return { hash, known, user: known && store.users.find(known.userId) }
}

function judge(key: string, { hash, known, user }: ReturnType<typeof lookUp>, { store, clock }: Portal): Verdict {
  if (known === undefined) return refuse(`no API key ends in ${key.slice(-4)}`)
  const now = clock.now()
  if (!known.active) return refuse('the API key was revoked')
  if (known.expiresAt !== null && known.expiresAt <= now) {
    return refuse(`the API key expired at ${new Date(known.expiresAt).toISOString()}`)
  }
  if (user === undefined) return refuse('whoever made the API key was removed')
  // the clock may have been moved back
  if (known.lastUsed === null || Math.abs(now - known.lastUsed) >= TOUCH_INTERVAL) store.apiKeys.touch(hash, now)
  return { ...accept(user, apiKeyScopes(known.permissions)), apiKeyId: known.id }
}
