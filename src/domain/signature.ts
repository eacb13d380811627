import { createHash } from 'node:crypto'
import { sameSecret } from './same-secret.ts'

/**
 * Signs a text the way DocSpace signs what it puts into a link: the text as JSON behind a hash over it and the machine
 * key, all of it in Base64 for URLs.
 */
export function createSignature(text: string, machineKey: string): string {
  const json = JSON.stringify(text)
  return Buffer.from(`${digestOf(json, machineKey)}?${json}`).toString('base64url')
}

/** @returns the text that was signed, or `null` where the signature doesn't hold */
export function readSignature(signature: string, machineKey: string): string | null {
  const plain = Buffer.from(signature, 'base64url').toString('utf8')
  const mark = plain.indexOf('?')
  const json = plain.slice(mark + 1)
  // decoding skips what belongs to no Base64
  if (Buffer.from(plain).toString('base64url') !== signature) return null
  if (mark === -1 || !sameSecret(plain.slice(0, mark), digestOf(json, machineKey))) return null
  return String(JSON.parse(json))
}

function digestOf(json: string, machineKey: string): string {
  return createHash('sha256')
    .update(json + machineKey)
    .digest('base64')
}
