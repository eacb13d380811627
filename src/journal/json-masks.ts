import { isDetail, isSecretName } from './secret-names.ts'
import { MASK, maskedSecret, maskedShapes } from './secret-texts.ts'

/** A string, possibly cut off, a punctuation mark, or a word such as a number. */
const TOKEN = /"((?:[^"\\]|\\.)*)("?)|[{}[\],]|[^\s"{}[\],:]+/gs

const COLON = /\s*:/y

/** A member with single or double quotes, which may be escaped any number of times. Python prints single ones. */
const QUOTED_MEMBER = /(?<!\\)(\\{0,15}["'])([^"'\\\s{}[\],:]{1,64})\1\s*:\s*(\\{0,15}["'])/g

const NESTED = /[\\={%]/

/**
 * Masks secret members of JSON, which may be cut off, with all values nested in them; leaves the rest unchanged. Other
 * texts are read as far as they look like JSON: `password: secret` is a member.
 *
 * @param inner masks the text that a string holds
 */
export function maskedMembers(json: string, inner: (text: string) => string): string {
  /** For each open bracket, whether it is part of a secret. */
  const levels: boolean[] = []
  let name: string | null = null
  let end = 0
  let isBegun = false

  return json.replace(TOKEN, (token, escaped: string | undefined, quote: string | undefined, at: number) => {
    // without a comma, a value ends with its line
    if (isBegun && json.slice(end, at).includes('\n')) name = null
    end = at + token.length
    if (isBracket(token)) {
      if (token === '{' || token === '[') levels.push(isSecret())
      else if (token !== ',') levels.pop()
      name = null
      isBegun = false
      return token
    }
    COLON.lastIndex = end
    if (COLON.test(json) && !token.startsWith("'")) {
      name = escaped === undefined ? token : unescaped(escaped)
      isBegun = false
      return token
    }
    isBegun = true
    if (isSecret()) return isOpenWord(token) ? token : `"${maskedSecret(name ?? '', escaped ?? token)}"`
    if (escaped === undefined || !NESTED.test(escaped)) return token
    // the original escapes are kept unless the string contains more to mask
    const plain = maskedShapes(escaped)
    const text = unescaped(plain)
    const shown = inner(text)
    return shown === text ? `"${plain}${quote}` : `"${JSON.stringify(shown).slice(1, -1)}${quote}`
  })

  function isSecret(): boolean {
    const isInSecret = levels.at(-1) === true
    return name === null ? isInSecret : isSecretName(name) || (isInSecret && !isDetail(name))
  }
}

function isBracket(token: string): boolean {
  return token.length === 1 && '{}[],'.includes(token)
}

/** Values that only say whether there is a secret. */
function isOpenWord(token: string): boolean {
  return /^(null|true|false|"")$/.test(token)
}

/** Masks members whose quotes can't be paired from the beginning of a text, since a quotation may be cut anywhere. */
export function maskedQuotedMembers(text: string): string {
  let shown = ''
  let from = 0
  for (const { index, 0: member, 2: name = '', 3: quote = '' } of text.matchAll(QUOTED_MEMBER)) {
    if (index < from || !isSecretName(name)) continue
    const begin = index + member.length
    const found = text.indexOf(quote, begin)
    const end = found === -1 ? text.length : found
    shown += text.slice(from, begin) + maskedSecret(name, text.slice(begin, end))
    from = end
  }
  return shown + text.slice(from)
}

/** Decides which members are secrets, and masks secrets and other texts. */
export interface ValueMask {
  isSecret: (name: string) => boolean
  secret: (name: string, value: string) => string
  text: (text: string) => string
}

/** Masks the secrets in a value, at any depth. `null` and `undefined` are kept. */
export function maskedValues(value: unknown, name: string, mask: ValueMask, isInSecret = false): unknown {
  const isSecret = mask.isSecret(name) || (isInSecret && !isDetail(name))
  if (Array.isArray(value)) return value.map((item) => maskedValues(item, name, mask, isSecret))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Object.fromEntries(entries.map(([key, member]) => [key, maskedValues(member, key, mask, isSecret)]))
  }
  if (typeof value === 'string') return isSecret ? mask.secret(name, value) : mask.text(value)
  return isSecret && typeof value === 'number' ? MASK : value
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(u[0-9a-f]{4}|.)/gis, (_, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return ESCAPES[code] ?? code
  })
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
