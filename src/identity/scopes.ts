import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider'

/**
 * Refuses a scope that a client may not ask for. One that asks for none gets those that it may.
 *
 * @throws errors.InvalidScope
 */
export function checkScopes({ oidc }: KoaContextWithOIDC, wanted: string | undefined, client: Client): void {
  const scope = allowedScopes(client, wanted).join(' ')
  if (oidc.params !== undefined) oidc.params.scope = scope
}

/**
 * The scopes that a client is asking for.
 *
 * @param wanted separated by blanks; `undefined`: all that it may have
 * @throws errors.InvalidScope where it may not have one of them, or none at all
 */
export function allowedScopes({ scope = '' }: Client, wanted: string | undefined): string[] {
  const allowed = scope.split(' ').filter(Boolean)
  const scopes = wanted === undefined ? allowed : wanted.split(' ').filter(Boolean)
  if (scopes.length === 0) throw new errors.InvalidScope('there is no scope that the client may ask for', '')
  const refused = scopes.find((entry) => !allowed.includes(entry))
  if (refused !== undefined) throw new errors.InvalidScope('requested scope is not allowed', refused)
  return scopes
}
