import { type ApiKeyOptions, mintApiKey } from '../../auth/mint.ts'
import { API_KEY_PREFIX } from '../../domain/api-key.ts'
import { apiKeyScopes, FULL_ACCESS } from '../../domain/scopes.ts'
import type { KnownApiKey } from '../../store/api-keys.ts'
import { DAY, digits, type Kind, type Recipes, type Subject } from './subject.ts'

/** API keys. One that somebody has already is taken where it is of the kind; else one is added to the portal. */
export const apiKeys: Recipes = {
  valid: (subject) => apiKey(subject, 'valid', {}, { permissions: null, holds: true }),
  readOnly: (subject) =>
    apiKey(subject, 'readOnly', { permissions: ['*:read'] }, { permissions: '*:read', holds: true }),
  weakScope: (subject) =>
    apiKey(subject, 'weakScope', { permissions: ['files:read'] }, { permissions: 'files:read', holds: true }),
  expired: (subject) =>
    apiKey(subject, 'expired', { expiresIn: -DAY / 1000 }, { permissions: null, holds: false, active: true }),
  revoked: (subject) =>
    apiKey(subject, 'revoked', { active: false }, { permissions: null, holds: false, active: false }),
  otherPortal: (subject) => API_KEY_PREFIX + digits(subject, 'otherPortal'),
  malformed: () => `${API_KEY_PREFIX}no-hexadecimal-digits`,
}

/** What a key that somebody has already has to be like. */
interface Wanted {
  /** Its only one; `null`: it may do everything. */
  permissions: string | null
  holds: boolean
  active?: boolean
}

function apiKey(subject: Subject, kind: Kind, options: ApiKeyOptions, wanted: Wanted): string {
  const { portal, person } = subject
  const known = portal.store.apiKeys.listKnownOf([person.id]).find((key) => fits(key, wanted, portal.clock.now()))
  if (known !== undefined) return known.key
  const key = API_KEY_PREFIX + digits(subject, kind)
  return mintApiKey(portal, person.id, { ...options, key, name: kind }).key
}

function fits(key: KnownApiKey, { permissions, holds, active = true }: Wanted, now: number): boolean {
  const isExpired = key.expiresAt !== null && key.expiresAt <= now
  if (key.active !== active || (holds && isExpired) || (!holds && active && !isExpired)) return false
  const scopes = apiKeyScopes(key.permissions)
  return permissions === null ? scopes.includes(FULL_ACCESS) : scopes.join() === permissions
}
