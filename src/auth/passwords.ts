import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { clientPasswordHash, passwordSalt, storedPasswordHash } from '../domain/password.ts'
import { sameSecret } from '../domain/same-secret.ts'
import { perPortal } from '../store/per-portal.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredPassword } from '../store/users.ts'

/** How many passwords' hashes a portal remembers, right ones and wrong ones: each costs some 30 ms to make. */
const REMEMBERED = 200

/** The salt that a portal's clients hash passwords with. */
export const saltOf: (portal: Portal) => Promise<string> = perPortal(({ machineKey }) => passwordSalt(machineKey))

const rememberedHashes = perPortal(() => new LRUCache<string, Promise<string>>({ max: REMEMBERED }))

/** Hashes a password as the portal's clients do. Runs off the event loop. */
export function hashPassword(password: string, portal: Portal): Promise<string> {
  const hashes = rememberedHashes(portal)
  const key = createHash('sha256').update(password).digest('base64')
  const known = hashes.get(key)
  if (known !== undefined) return known
  // the promise is what is remembered, so that a burst of equal sign-ins hashes once
  const made = saltOf(portal).then((salt) => clientPasswordHash(password, salt))
  hashes.set(key, made)
  return made
}

/** Whether a password is somebody's. A blank one is nobody's. */
export async function isPassword(password: string, known: StoredPassword, portal: Portal): Promise<boolean> {
  const isRight = await isPasswordHash(await hashPassword(password, portal), known, portal)
  return isRight && password.trim() !== ''
}

/** Whether a client's hash of a password is that of somebody's. */
export async function isPasswordHash(clientHash: string, known: StoredPassword, portal: Portal): Promise<boolean> {
  const { id, seedPassword } = known
  let { passwordHash } = known
  if (passwordHash === null && seedPassword !== null) {
    passwordHash = storedPasswordHash(await hashPassword(seedPassword, portal), id, portal.machineKey)
    portal.store.users.setPasswordHash(id, passwordHash)
  }
  return passwordHash !== null && sameSecret(storedPasswordHash(clientHash, id, portal.machineKey), passwordHash)
}
