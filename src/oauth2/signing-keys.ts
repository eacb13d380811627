import type { CryptoKey, JWK } from 'jose'
import type { Portal } from '../store/portal.ts'
import type { StoredSigningKey } from '../store/signing-keys.ts'
import type { Store } from '../store/store.ts'

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

/** Keys that were loaded, and what they were loaded from. */
interface Loaded {
  store: Store
  /** The store's revision at which they were still those of the store. */
  revision: number
  /** Their ids; `undefined` while they are being made. */
  kids: string | undefined
  keys: Promise<SigningKey[]>
}

const loadedKeys = new WeakMap<Portal, Loaded>()

/**
 * The keys that a portal signs access tokens with, one an algorithm. Made when they are first needed, and kept in the
 * portal's store: one that is put back to what it was has the keys that it had. Gives the same list as long as they are
 * the same.
 */
export function signingKeys(portal: Portal): Promise<SigningKey[]> {
  const known = loadedKeys.get(portal)
  if (known !== undefined && isCurrent(known, portal.store)) return known.keys
  const loaded: Loaded = { store: portal.store, revision: 0, kids: undefined, keys: loadOrCreate(portal.store) }
  loadedKeys.set(portal, loaded)
  loaded.keys.then(
    (keys) => {
      loaded.kids = kidsOf(keys)
    },
    () => loadedKeys.delete(portal),
  )
  return loaded.keys
}

function isCurrent(loaded: Loaded, store: Store): boolean {
  if (loaded.store !== store) return false
  if (loaded.kids === undefined || loaded.revision === store.revision) return true
  if (loaded.kids !== kidsOf(store.signingKeys.list())) return false
  loaded.revision = store.revision
  return true
}

function kidsOf(keys: readonly { kid: string }[]): string {
  return keys.map(({ kid }) => kid).join()
}

async function loadOrCreate(store: Store): Promise<SigningKey[]> {
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
