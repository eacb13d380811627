import { checkConfirmationKey, createConfirmationKey, type KeyIssuer, type KeyValidity } from './confirmation-key.ts'
import { decrypt, encrypt } from './instance-crypto.ts'

/** How long the links of e-mails hold, in ms, inclusive: DocSpace's default of seven days. */
export const CONFIRM_INTERVAL = 7 * 24 * 60 * 60 * 1000

/** What an e-mail's link lets somebody do. */
export type ConfirmType = 'EmailActivation' | 'PasswordChange'

/** Who is to confirm what: what the key of a link is made of. */
export interface ConfirmSubject {
  type: ConfirmType
  /** Empty for somebody who doesn't exist. */
  email: string
  /** When a change of password was asked for, in milliseconds since 1970, UTC; `null` for other links. */
  askedAt: number | null
}

/**
 * Makes the long form of a link that an e-mail carries. The address in it is for the portal only.
 *
 * @param userId id of whoever gets the e-mail
 * @param root scheme, host and port of the portal, without a slash at the end
 * @param now milliseconds since 1970, UTC
 */
export function createConfirmLink(
  subject: ConfirmSubject,
  userId: string,
  issuer: KeyIssuer,
  root: string,
  now: number,
): string {
  const { type, email } = subject
  const key = createConfirmationKey(keySubject(subject), issuer, now)
  const address = email === '' ? '' : `&encemail=${encrypt(email, issuer.machineKey).toString('base64url')}`
  return `${root}/confirm/${type}?type=${type}&key=${key}${address}&uid=${userId}`
}

/** Checks the key of an e-mail's link. */
export function checkConfirmLinkKey(key: string, subject: ConfirmSubject, issuer: KeyIssuer, now: number): KeyValidity {
  return checkConfirmationKey(key, keySubject(subject), issuer, now, CONFIRM_INTERVAL)
}

/** Reads the address in a link, its `encemail`; `null` where it is none of this machine key's. */
export function readLinkEmail(encrypted: string, machineKey: string): string | null {
  return decrypt(Buffer.from(encrypted, 'base64url'), machineKey)
}

/** A new request for a change of password makes the links of those before it void: the key knows its second. */
function keySubject({ type, email, askedAt }: ConfirmSubject): string {
  const second = askedAt === null ? '' : new Date(askedAt).toISOString().slice(0, 19)
  return `${email}${type}${second}`
}
