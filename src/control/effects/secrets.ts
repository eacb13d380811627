import { MASK } from '../../journal/masks.ts'

/** Names of what nobody may read in a report, in any table that there will ever be. */
const SECRET = /(secret|password|hash|verifier|jwks?|token|(machine|private|signing|encryption)_?key)$/i

/** Columns that hold secrets although their names don't say so: keys, and codes and tokens, whose ids they are. */
const SECRET_COLUMNS = new Set(['api_keys.key', 'oauth2_artifacts.id'])

/** Whether a column holds secrets. */
export function isSecretColumn(table: string, column: string): boolean {
  return SECRET.test(column) || SECRET_COLUMNS.has(`${table}.${column}`)
}

/** A value of JSON with the secrets in it masked, however deep they are. What isn't set stays so. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretMember(name) ? mask(inner) : maskSecrets(inner)]),
  )
}

/** A secret as it is shown. */
export function mask(value: unknown): unknown {
  return value === null || value === undefined ? value : MASK
}

/** The id of a code or of an opaque token is what it consists of. */
function isSecretMember(name: string): boolean {
  return name === 'jti' || SECRET.test(name)
}
