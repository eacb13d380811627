import type { IdentityService } from '../oauth2/identity-service.ts'
import { bearerGuard, oauth2Guard, openIdGuard } from './access-token.ts'
import { apiKeyGuard } from './api-key.ts'
import { basicGuard } from './basic.ts'
import type { AuthGuard } from './guard.ts'
import { sessionTokenGuard } from './session-token.ts'

/** The names of DocSpace's own security schemes, in the order in which a request's credentials are tried. */
export const GUARD_NAMES = ['asc_auth_key', 'Basic', 'Bearer', 'ApiKeyBearer', 'OAuth2', 'OpenId'] as const

/** One of DocSpace's own security schemes. */
export type GuardName = (typeof GUARD_NAMES)[number]

const creators: Record<GuardName, (identityService: IdentityService) => AuthGuard> = {
  asc_auth_key: sessionTokenGuard,
  Basic: basicGuard,
  Bearer: bearerGuard,
  ApiKeyBearer: apiKeyGuard,
  OAuth2: oauth2Guard,
  OpenId: openIdGuard,
}

/**
 * Makes one of DocSpace's own guards. A server has its own: guards remember what they have checked.
 *
 * @throws TypeError where no guard has that name
 */
export function createGuard(name: GuardName, identityService: IdentityService): AuthGuard {
  if (!Object.hasOwn(creators, name)) {
    throw new TypeError(`no guard is called ${name}; there are ${GUARD_NAMES.join(', ')}`)
  }
  return creators[name](identityService)
}
