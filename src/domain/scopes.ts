/** A permission that a credential carries, such as `*:read`. */
export type Scope = string

/** The scope that stands for everything. */
export const FULL_ACCESS: Scope = '*:write'

/** Scopes of which any one lets a caller read the portal. */
export const READ_PORTAL: readonly Scope[] = ['*:read', '*:write']

/** Scopes of which any one lets a caller change the portal. */
export const WRITE_PORTAL: readonly Scope[] = ['*:write']

/** Scopes of which any one lets a caller look at themselves. */
export const READ_SELF: readonly Scope[] = [...READ_PORTAL, 'accounts.self:read', 'accounts.self:write']

/** Everything that an API key can be permitted. */
export const PERMISSIONS: readonly Scope[] = [
  '*',
  '*:read',
  '*:write',
  'accounts:read',
  'accounts:write',
  'accounts.self:read',
  'accounts.self:write',
  'files:read',
  'files:write',
  'rooms:read',
  'rooms:write',
]

/** Everything that an OAuth2 client can ask for. None of these lets a caller read or change the portal itself. */
export const CLIENT_SCOPES: readonly Scope[] = [
  'accounts:read',
  'accounts:write',
  'accounts.self:read',
  'accounts.self:write',
  'files:read',
  'files:write',
  'rooms:read',
  'rooms:write',
  'openid',
]

/** What an OAuth2 client can ask for besides: what the API document declares, and what lets a caller at the portal. */
export const DOCUMENTED_CLIENT_SCOPES: readonly Scope[] = ['read', 'write', '*:read', '*:write']

/** The scopes that an OAuth2 client can have, by whether those of the API document count. */
export function clientScopes(documented: boolean): readonly Scope[] {
  return documented ? [...CLIENT_SCOPES, ...DOCUMENTED_CLIENT_SCOPES] : CLIENT_SCOPES
}

/** Whether a caller has one of the scopes that suffice. Scopes are compared as they stand; none includes another. */
export function hasScope(owned: readonly Scope[], sufficient: readonly Scope[]): boolean {
  return sufficient.some((scope) => owned.includes(scope))
}

/** The scopes of an API key: one without permissions, or with `*`, may do everything. */
export function apiKeyScopes(permissions: readonly Scope[]): readonly Scope[] {
  return permissions.length === 0 || permissions.includes('*') ? [FULL_ACCESS] : permissions
}
