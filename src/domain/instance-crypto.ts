import { createCipheriv, createDecipheriv } from 'node:crypto'
import { machineConstant } from './machine-constant.ts'

const CIPHER = 'aes-256-cbc'
const NO_IV = Buffer.alloc(16)
const KEY_LENGTH = 32

/** Encrypts a text as DocSpace does wherever only the portal itself is to read it: AES-256-CBC without a vector. */
export function encrypt(plain: string, machineKey: string): Buffer {
  const cipher = createCipheriv(CIPHER, instanceKey(machineKey), NO_IV)
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
}

/** Reads what {@link encrypt} wrote; `null` where it is something else, or of another machine key. */
export function decrypt(encrypted: Buffer, machineKey: string): string | null {
  try {
    const decipher = createDecipheriv(CIPHER, instanceKey(machineKey), NO_IV)
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/** The AES key. */
export function instanceKey(machineKey: string): Buffer {
  return machineConstant(machineKey, KEY_LENGTH)
}
