import type { FastifyBaseLogger } from 'fastify'
import { API_KEY_PREFIX, apiKeyHash } from '../domain/api-key.ts'
import { apiKeyScopes } from '../domain/scopes.ts'
import { momentText } from '../domain/utc-date.ts'
import { DataFileError } from '../store/data-file-error.ts'
import { logFailure } from '../store/log-failure.ts'
import type { Portal } from '../store/portal.ts'
import { isJoined, JOINED } from './authorization-mistake.ts'
import { type AuthGuard, accept, refuse, refuseKnown, type Verdict } from './guard.ts'
import { remembering } from './remembering.ts'

/** A key's last use is noted at most so often, in ms: a write for every read would be the dearest part of it. */
const TOUCH_INTERVAL = 1000

const WHOLE = /^sk-[0-9a-f]{64}$/i

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
    authenticate({ portal, credentials: { apiKeys }, log }) {
      return apiKeys.length === 0 ? null : apiKeys.map((key) => judge(key, remembered(key, portal), portal, log))
    },
  }
}

/** What the store knows of a key. */
function lookUp(key: string, { store }: Portal) {
  const hash = apiKeyHash(key)
  const known = store.apiKeys.find(hash)
  return { hash, known, user: known && store.users.find(known.userId) }
}

function judge(
  key: string,
  { hash, known, user }: ReturnType<typeof lookUp>,
  { store, clock }: Portal,
  log: FastifyBaseLogger,
): Verdict {
  if (known === undefined) return refuse(whyUnknown(key, store))
  const now = clock.now()
  const whose = user === undefined ? '' : `; ${user.email} made it`
  if (!known.active) return refuseKnown(`the API key was revoked${whose}`)
  if (known.expiresAt !== null && known.expiresAt <= now) {
    return refuseKnown(`the API key expired at ${momentText(known.expiresAt)}${whose}`)
  }
  if (user === undefined) return refuseKnown('the user who made the API key was removed')
  // the clock may have been moved back
  if (known.lastUsed === null || Math.abs(now - known.lastUsed) >= TOUCH_INTERVAL) {
    touch(store, hash, now, log)
  }
  return { ...accept(user, apiKeyScopes(known.permissions)), apiKeyId: known.id }
}

/** Records the use of a key. A full disk must not fail requests that only read. */
function touch({ apiKeys }: Portal['store'], hash: string, now: number, log: FastifyBaseLogger): void {
  try {
    apiKeys.touch(hash, now)
  } catch (error) {
    if (!(error instanceof DataFileError)) throw error
    logFailure(log, error)
  }
}

function whyUnknown(key: string, { apiKeys }: Portal['store']): string {
  if (isJoined(key)) return JOINED
  if (/^\s/.test(key)) return `an API key after more than one blank; send Bearer ${API_KEY_PREFIX}…`
  if (/[*…]/.test(key))
    return 'the masked form of an API key, which lists show: only the answer that made it has the key'
  const lowerCase = key.toLowerCase()
  if (lowerCase !== key && apiKeys.find(apiKeyHash(lowerCase)) !== undefined) {
    return `no API key ends in ${key.slice(-4)}; there is one in lower case`
  }
  const digits = key.length - API_KEY_PREFIX.length
  if (!WHOLE.test(key))
    return `no API key: one is ${API_KEY_PREFIX} and 64 hex digits, and this has ${digits} characters there`
  return `no API key ends in ${key.slice(-4)}: unknown, deleted, or of another portal`
}
