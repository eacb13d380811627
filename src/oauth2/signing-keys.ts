import type { CryptoKey, JWK } from 'jose'
import { perPortal } from '../store/per-portal.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredSigningKey } from '../store/signing-keys.ts'

/** The algorithms that DocSpace signs access tokens with. */
export const SIGNING_ALGORITHMS = ['ES256', 'RS256'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/** A pair of a portal's keys. */
export interface SigningKey {
  kid: string
  alg: SigningAlgorithm
  privateKey: CryptoKey
  publicKey: CryptoKey
  /** The public key as it is published. */
  publicJwk: JWK
}

/**
 * The keys that a portal signs access tokens with, one an algorithm. Made when they are first needed, and kept in the
 * portal's store.
 */
export const signingKeys: (portal: Portal) => Promise<SigningKey[]> = perPortal(loadOrCreate)

async function loadOrCreate({ store }: Portal): Promise<SigningKey[]> {
  const stored = store.signingKeys
  if (stored.list().length === 0) {
    const created = await Promise.all(SIGNING_ALGORITHMS.map(create))
    store.transaction(() => {
      for (const key of created) stored.insert(key)
    })
  }
  return Promise.all(stored.list().map(load))
}

async function create(alg: SigningAlgorithm): Promise<StoredSigningKey> {
  const { calculateJwkThumbprint, exportJWK, generateKeyPair } = await import('jose')
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { kid: await calculateJwkThumbprint(jwk), alg, jwk }
}

async function load({ kid, alg, jwk }: StoredSigningKey): Promise<SigningKey> {
  const { importJWK } = await import('jose')
  const publicJwk = { ...publicPart(jwk), kid, alg, use: 'sig' }
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, alg), importJWK(publicJwk, alg)])
  return { kid, alg, publicJwk, privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey }
}

function publicPart({ kty, crv, x, y, n, e }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e }))
}
