import { createHash, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** How many rounds of PBKDF2 a password takes. Published to clients that hash by themselves. */
export const PASSWORD_ITERATIONS = 100_000

const SALT_SEED = '{9450BEF7-7D9F-4E4F-A18A-971D8681722D}'

/** The salt that a portal's clients hash passwords with: 64 hex digits, always the same for one machine key. */
export async function passwordSalt(machineKey: string): Promise<string> {
  const seed = createHash('sha256').update(SALT_SEED).digest()
  return (await derive(machineKey, seed, PASSWORD_ITERATIONS, 32, 'sha256')).toString('hex')
}

/**
 * The hash that a client sends instead of a password: PBKDF2 with HMAC-SHA-256, 64 hex digits. Runs off the event
 * loop.
 *
 * @param salt see {@link passwordSalt}
 */
export async function clientPasswordHash(password: string, salt: string): Promise<string> {
  return (await derive(password, salt, PASSWORD_ITERATIONS, 32, 'sha256')).toString('hex')
}

/** What a portal keeps of a password: Base64 of a SHA-512 over the client's hash, the user's id and the machine key. */
export function storedPasswordHash(clientHash: string, userId: string, machineKey: string): string {
  return createHash('sha512')
    .update(clientHash + userId + machineKey)
    .digest('base64')
}
