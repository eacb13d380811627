import { isPasswordName, isSecretName } from './secret-names.ts'

/** Replaces a secret, followed by the end of a long one. */
export const MASK = '…'

/** How many characters of a long secret are shown, so that two can be told apart. */
const SHOWN = 4

/** The end of a secret is shown only if it has at least this length, so that the rest can't be guessed. */
const LONG = 20

/** A masked secret. */
const MASKED = /^…[\s\S]{0,4}$/

/** How often a text may have been percent-encoded. */
const ENCODINGS = 3

/** A scheme followed by credentials. */
const BASIC = /^\W*basic\b/i
const SCHEME = /^(Basic|Bearer|Digest|Token)(\s+)(.+)$/is

type Shape = readonly [pattern: RegExp, mask: (match: string, ...groups: string[]) => string]

/**
 * Credentials that are recognized by pattern, anywhere in a text. Each pattern takes linear time: it doesn't start
 * again within text that it has already scanned.
 */
const CREDENTIALS: readonly Shape[] = [
  [/\bsk-[0-9a-f]{8,}|sk-[0-9a-f]{24,}/gi, (key) => `sk-${masked(key)}`],
  // JSON Web Tokens, complete or cut off
  [/\beyJ[\w-]{4,}(\.[\w-]*(?:\.[\w.-]*)?)?/g, (token, rest) => (rest === undefined ? token : masked(token))],
  // session tokens: Base64, shorter than images
  [
    /(?<![\w+/%-])(?=[A-Za-z+/]*\d)(?=[A-Z0-9+/]*[a-z])(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{64,256}={0,2}(?![\w+/=%-])/g,
    (token) => masked(token),
  ],
  // user and password in a URL
  [/(:\/\/[^\s/@:"'\\<>]*:)[^\s/@"'\\<>]+(?=@)/g, (_, begin = '') => begin + MASK],
  // shorter values are words of a sentence
  [
    /\b(basic|bearer)((?:\s|%20|\+)+)([\w+/=.~%-]{16,})/gi,
    (_, scheme = '', blank = '', value = '') => scheme + blank + maskedCredential(scheme, value),
  ],
  // a URL may be in JSON, which writes an & as an escape, or in another URL; a plain form has a line for each field
  [
    /([?&;#\n]|\\u0026|%3f|%26|%23)([\w.[\]-]+)( ?= ?|%3d)((?:(?!%26|\\)[^&;\s"'<>#])+)/gi,
    (pair, mark = '', name = '', equals = '', value = '') =>
      isSecretName(name) ? mark + name + equals + maskedSecret(name, value) : pair,
  ],
]

/** Further credentials, whose patterns match other texts more easily. */
const LINKS_AND_CODES: readonly Shape[] = [
  // short links, which invite
  [/(\/s\/+)([\w%-]{10,})/gi, (_, path = '', id = '') => path + masked(id)],
  // confirmation keys: a time and a hash
  [/(?<![\w.])\d{6,14}\.[A-Za-z0-9]{30,64}(?![\w.])/g, (key) => masked(key)],
  // codes, refresh tokens and signatures: Base64 for URLs. The boundary of a form begins with two dashes
  [
    /(?<![\w+%-])(?!--)(?=[A-Za-z_-]*\d)(?=[A-Z0-9_-]*[a-z])(?=[a-z0-9_-]*[A-Z])[\w-]{40,256}(?![\w+%-])/g,
    (token) => masked(token),
  ],
]

/** Masks a secret. */
export function masked(secret: string): string {
  if (MASKED.test(secret)) return secret
  return secret.length < LONG ? MASK : MASK + secret.slice(-SHOWN)
}

/** Masks the value of a secret. The scheme before a credential is kept. */
export function maskedSecret(name: string, value: string): string {
  if (value === '' || MASKED.test(value)) return value
  if (isPasswordName(name)) return MASK
  if (/^(Basic|Bearer)$/i.test(value)) return value
  const [, scheme = '', blanks = '', credential = ''] = SCHEME.exec(value) ?? []
  return scheme === '' ? maskedCredential('', value) : scheme + blanks + maskedCredential(scheme, credential)
}

/** Whether a text is an e-mail and a password, in Base64 or not. */
function isLogin(text: string): boolean {
  return text.includes(':') || /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(text, 'base64').toString('latin1'))
}

/** A login is masked completely, since it ends with the password. */
function maskedCredential(scheme: string, credential: string): string {
  return [scheme, credential].some((text) => BASIC.test(text)) || isLogin(credential) ? MASK : masked(credential)
}

/** Masks the secrets in a text that are recognized by pattern, including percent-encoded ones. */
export function maskedText(text: string): string {
  return inEveryEncoding(text, maskedShapes)
}

/** Masks the secrets in a text that are recognized by pattern, without decoding it. */
export function maskedShapes(text: string): string {
  return replaceAll(replaceAll(text, CREDENTIALS), LINKS_AND_CODES)
}

/** Masks the credentials in a message. File names are kept, however random they look. */
export function maskedMessage(message: string): string {
  return replaceAll(message, CREDENTIALS)
}

function replaceAll(text: string, shapes: readonly Shape[]): string {
  return shapes.reduce((result, [pattern, mask]) => result.replace(pattern, mask), text)
}

/** Masks a text. If decoding it reveals more to mask, the result is the decoded text. */
export function inEveryEncoding(text: string, mask: (text: string) => string, encodings = ENCODINGS): string {
  const shown = mask(text)
  const decoded = encodings > 0 ? decodeAscii(shown) : shown
  if (decoded === shown) return shown
  const again = inEveryEncoding(decoded, mask, encodings - 1)
  return again === decoded ? shown : again
}

/** Decodes a name that may be percent-encoded several times. */
export function plainText(text: string): string {
  let plain = text
  for (let i = 0; i < ENCODINGS; i++) plain = decodeAscii(plain)
  return plain
}

/** Decodes printable ASCII only, so that no line feed gets into a log. */
function decodeAscii(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([2-6][0-9a-f]|7[0-9a-e])/gi, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16))
  })
}
