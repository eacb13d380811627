import type { CryptoKey } from 'jose'
import type { Portal } from '../store/portal.ts'
import { claimsOf } from './claims-of.ts'
import { type SigningAlgorithm, signingKeys } from './signing-keys.ts'

/**
 * The form of the ids of issued access tokens. If the portal doesn't know such an id, the portal was reset or restored
 * since. Minted tokens have other ids, which are not stored.
 */
const GIVEN_ID = /^[\w-]{43}$/

/** What checks access tokens: DocSpace's identity service, as the API server sees it. */
export interface IdentityService {
  /**
   * The published key for an algorithm, or `undefined` where none is published.
   *
   * @throws where the service can't be reached
   */
  publicKey(portal: Portal, algorithm: string): Promise<CryptoKey | undefined>
  /** Whether a token that is right in itself still counts. Where this fails, it doesn't. */
  introspect(portal: Portal, token: string): Promise<boolean>
}

/** The identity service inside the mock: the portal's own keys. */
export const portalIdentityService: IdentityService = {
  async publicKey(portal, algorithm) {
    const keys = await signingKeys(portal)
    return keys.find(({ alg }) => alg === (algorithm as SigningAlgorithm))?.publicKey
  },
  async introspect({ store }, token) {
    const { jti } = claimsOf(token)
    if (typeof jti !== 'string') return true
    const state = store.oauth2AccessTokens.stateOf(jti)
    return state === 'given' || (state === undefined && !GIVEN_ID.test(jti))
  },
}
