/** What is shown in the place of a secret. */
export const MASK = '***'

/** Names of what nobody may read in a report, in any table that there will ever be. */
const SECRET = /(secret|password|hash|verifier|jwks?|token|(machine|private|signing|encryption)_?key)$/i

/** Whether what has this name, of a column or a member, is a secret. */
export function isSecret(name: string): boolean {
  return SECRET.test(name)
}

/** A value with the secrets in it masked, however deep they are. What isn't set stays so. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecret(name) ? mask(inner) : maskSecrets(inner)]),
  )
}

/** A secret as it is shown. */
export function mask(value: unknown): unknown {
  return value === null || value === undefined ? value : MASK
}
