import type { GuardName } from '../../auth/guards.ts'
import { EmployeeStatus } from '../../domain/user.ts'
import { accessTokens } from './access-tokens.ts'
import { apiKeys } from './api-keys.ts'
import { logins } from './logins.ts'
import { sessionTokens } from './session-tokens.ts'
import type { Kind, Recipe, Recipes, Subject } from './subject.ts'

/** A credential as it is sent. */
export interface Credential {
  scheme: GuardName
  /** The header that it is in. */
  sentAs: string
  kind: Kind
  headers: Record<string, string>
}

/** Which credentials to make. What is left out doesn't count. */
export interface CredentialFilter {
  scheme?: GuardName | undefined
  kind?: Kind | undefined
}

interface Scheme {
  name: GuardName
  /** The headers that a credential is sent in, and what stands in them. */
  forms: Record<string, (secret: string) => string>
  recipes: Recipes
}

const bearer = { Authorization: (secret: string) => `Bearer ${secret}` }

const schemes: readonly Scheme[] = [
  {
    name: 'asc_auth_key',
    forms: {
      Cookie: (token) => `asc_auth_key=${encodeURIComponent(token)}`,
      Authorization: (token) => token,
    },
    recipes: sessionTokens,
  },
  { name: 'Basic', forms: { Authorization: (login) => `Basic ${login}` }, recipes: logins },
  {
    name: 'Bearer',
    forms: bearer,
    recipes: accessTokens('Bearer', { scopes: ['*:write'], readScopes: ['*:read'], scope: [] }),
  },
  { name: 'ApiKeyBearer', forms: { ...bearer, ApiKeyBearer: (key) => key }, recipes: apiKeys },
  {
    name: 'OAuth2',
    forms: bearer,
    recipes: accessTokens('OAuth2', { scopes: ['read', 'write'], readScopes: ['read'], scope: [] }),
  },
  {
    name: 'OpenId',
    forms: bearer,
    recipes: accessTokens('OpenId', { scopes: ['read', 'write'], readScopes: ['read'], scope: ['openid'] }),
  },
]

/**
 * A ready-made credential of each kind for somebody, in each form in which it may be sent. They are the same whenever
 * they are asked for on the same day. API keys that are missing are added to the portal.
 */
export async function credentialsOf(subject: Subject, filter: CredentialFilter = {}): Promise<Credential[]> {
  const made: Credential[] = []
  for (const { name: scheme, forms, recipes } of schemes) {
    if (filter.scheme !== undefined && filter.scheme !== scheme) continue
    for (const [kind, recipe] of recipesFor(subject, recipes)) {
      if (filter.kind !== undefined && filter.kind !== kind) continue
      const secret = await recipe(subject)
      if (secret === null) continue
      for (const [sentAs, write] of Object.entries(forms)) {
        made.push({ scheme, sentAs, kind, headers: { [sentAs]: write(secret) } })
      }
    }
  }
  return made
}

/** Of those whose account doesn't work, nothing holds however good it is. */
function recipesFor({ person }: Subject, recipes: Recipes): [Kind, Recipe][] {
  if (person.status === EmployeeStatus.Active) return Object.entries(recipes) as [Kind, Recipe][]
  return recipes.valid === undefined ? [] : [['disabledUser', recipes.valid]]
}
