import { displayPath, splitTarget } from '../wire/target.ts'
import { maskedBody, maskedField, maskedPairs } from './body-masks.ts'
import { maskedQuotedMembers, maskedValues, type ValueMask } from './json-masks.ts'
import { isSecretMember, isSecretName } from './secret-names.ts'
import { inEveryEncoding, MASK, masked, maskedMessage, maskedSecret, maskedShapes, maskedText } from './secret-texts.ts'

// secret-names and secret-texts define which names and patterns are secret
export { isSecretColumn } from './secret-names.ts'
export { MASK, maskedBody, maskedMessage, maskedPairs as maskedQuery, maskedText }

/** The path of a second step contains its code. */
const SECOND_STEP = /(\/authentication\/+)(?!(?:logout|confirm|sendsms|setphone)\/*$)([^/]+)/i

/** Masks the value of a parameter, a header or a member. */
export function maskedValue(name: string, value: string): string {
  return maskedField(name, value)
}

const MEMBERS: ValueMask = { isSecret: isSecretName, secret: maskedSecret, text: maskedBody }

/** Masks a member of parsed JSON. */
export function maskedMember(name: string, value: unknown): unknown {
  return maskedValues(value, name, MEMBERS)
}

const CELLS: ValueMask = { isSecret: isSecretMember, secret: () => MASK, text: maskedBody }

/** Masks the value of a column of a portal's database. */
export function maskedCell(value: unknown): unknown {
  return maskedValues(value, '', CELLS)
}

/** A header's value, as it may be shown: its scheme, the names of its cookies or parameters, and the ends of secrets. */
export function maskedHeader(name: string, value: string): string {
  switch (name.toLowerCase()) {
    case 'cookie':
      return value
        .split(/(;\s*)/)
        .map(maskedCookie)
        .join('')
    case 'set-cookie':
      return value.replace(/^[^;]*/, maskedCookie)
    case 'host':
      return value.replace(/^.*@/s, `${MASK}@`)
    case 'confirm':
      return value.includes('=') ? maskedPairs(value) : masked(value)
    // the mock's own sentences, which have names of guards before colons
    case 'x-docspace-mock-explain':
      return maskedText(value)
    default:
      return maskedValue(name, value)
  }
}

/** Path and query, as they may be shown. */
export function maskedTarget(target: string): string {
  const { path, query } = splitTarget(target)
  return maskedPath(path) + maskedPairs(query)
}

/** A path, as it may be shown: short links and the codes of second steps are parts of it. */
export function maskedPath(path: string): string {
  if (/\/(\.|%2e)/i.test(path)) {
    // what the router makes of dot segments may have a secret where the path as it was sent has none
    const resolved = displayPath(path)
    const shown = maskedPlainPath(resolved)
    if (shown !== resolved) return shown
  }
  return maskedPlainPath(path)
}

function maskedPlainPath(path: string): string {
  return inEveryEncoding(maskedText(path), (text) => {
    return maskedText(text).replace(SECOND_STEP, (_, parent) => parent + MASK)
  })
}

/** Masks the remaining secrets in a JSON log line, such as those in the message of an error. The result is JSON. */
export function maskedLine(line: string): string {
  const shown = maskedText(maskedQuotedMembers(line))
  return shown === line || isJson(shown) ? shown : maskedShapes(line)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A token without a name may end in `=`. */
function maskedCookie(pair: string): string {
  if (/^(;\s*)?$/.test(pair)) return pair
  const [, name, value = ''] = /^([^=]{1,64})=(?!=?$)(.*)$/s.exec(pair) ?? []
  if (name === undefined) return /^[^=]{1,40}=$/.test(pair) ? pair : masked(pair)
  return `${maskedText(name)}=${isSecretName(name) ? maskedSecret(name, value) : masked(value)}`
}
