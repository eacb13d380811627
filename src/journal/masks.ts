import { percentDecode } from '../wire/percent.ts'
import { splitTarget } from '../wire/target.ts'

/** What stands in the place of a secret, with the end of a long one behind it. */
export const MASK = '…'

/** How much of a secret is shown, so that two can be told apart. */
const SHOWN = 4

/** Secrets of which the end may be shown are at least this long: the rest of them is still out of anybody's reach. */
const LONG = 20

/** Names of members, parameters and headers that hold secrets: in lower case, letters and digits only. */
const SECRET_NAMES =
  /^(key|code|codechallenge|pass|pwd|tfakey|confirm)$|password|secret|token|apikey|authkey|confirmkey|authorization|signature|cookie|credential|verifier|assertion/

/** Names that look like those of secrets and aren't. */
const OPEN_NAMES = /endpoint|supported|settings|url$|^tokentype$|^accesscontrol/

/** A member of what Python prints of a dict, and some take for JSON. */
const PYTHON_MEMBER = /'(\w+)'(\s*:\s*)'([^']*)'?/g

/** Texts that let whoever has them in, wherever they stand. */
const SECRET_TEXTS: readonly [pattern: RegExp, mask: (match: string, ...groups: string[]) => string][] = [
  [/\bsk-[0-9a-f]{8,}/gi, (key) => `sk-${masked(key)}`],
  // what has no dots behind it is passed over as a whole, or it would be looked through again from each of its words
  [/\beyJ[\w-]{4,}(\.[\w-]*\.[\w.-]*)?/g, (token, rest) => (rest === undefined ? token : masked(token))],
  // short links, which invite
  [/(\/s\/+)([\w-]{10,})/gi, (_, path = '', id = '') => path + masked(id)],
  // a URL may be in JSON, which writes an & as an escape, or in another URL
  [
    /([?&;]|\\u0026|%3f|%26)([\w.-]+)(=|%3d)((?:(?!%26|\\)[^&;\s"'<>#])+)/gi,
    (pair, mark = '', name = '', equals = '', value = '') =>
      isSecretName(name) ? mark + name + equals + masked(value) : pair,
  ],
]

/** Whether what is called so is a secret. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return SECRET_NAMES.test(plain) && !OPEN_NAMES.test(plain)
}

/** A secret, as it may be shown. */
export function masked(secret: string): string {
  return secret.length < LONG ? MASK : MASK + secret.slice(-SHOWN)
}

/** A value, as it may be shown under its name. */
export function maskedValue(name: string, value: string): string {
  if (value === '') return value
  const plain = name.toLowerCase()
  if (/pass|pwd/.test(plain) && isSecretName(name)) return MASK
  return isSecretName(name) ? masked(value) : maskedText(value)
}

/** A text without what lets people in. */
export function maskedText(text: string): string {
  return SECRET_TEXTS.reduce((result, [pattern, mask]) => result.replace(pattern, mask), text)
}

/** A header's value, as it may be shown: its scheme, the names of its cookies or parameters, and the ends of secrets. */
export function maskedHeader(name: string, value: string): string {
  switch (name.toLowerCase()) {
    case 'authorization':
    case 'proxy-authorization':
      return maskedAuthorization(value)
    case 'cookie':
      return value
        .split(/(;\s*)/)
        .map(maskedCookie)
        .join('')
    case 'set-cookie':
      return value.replace(/^[^;]*/, maskedCookie)
    case 'confirm':
      return maskedQuery(value)
    default:
      return maskedValue(name, value)
  }
}

/** Path and query, as they may be shown. */
export function maskedTarget(target: string): string {
  const { path, query } = splitTarget(target)
  return maskedPath(path) + maskedQuery(query)
}

/** A path, as it may be shown: short links and the codes of second steps are parts of it. */
export function maskedPath(path: string): string {
  const shown = maskedText(path)
  return shown.replace(
    /(\/authentication\/+)(?!(?:logout|confirm|sendsms|setphone)\/*$)([^/]+)/i,
    (_, parent) => parent + MASK,
  )
}

/** A query, with its question mark or without, as it may be shown. */
export function maskedQuery(query: string): string {
  // each match begins where a name can, or a long text without an equals sign would be searched from each of its characters
  return query.replace(/(?<![^?&=])([^?&=]+)=([^&]*)/g, (_, name: string, value: string) => {
    return `${name}=${isSecretName(percentDecode(name)) ? maskedValue(percentDecode(name), value) : maskedText(value)}`
  })
}

/** A body, as it may be shown. Whether it is JSON, a form or neither is seen from itself: what it is said to be may be wrong. */
export function maskedBody(body: string): string {
  return maskedText(maskedForm(maskedMembers(body)))
}

function maskedAuthorization(value: string): string {
  const [, scheme = '', credential = value] = /^(Basic|Bearer|Digest|Token)(?: +(.*))?$/is.exec(value) ?? []
  if (scheme === '') return masked(value)
  // the end of a Basic login is that of a password
  return `${scheme} ${/^basic$/i.test(scheme) ? MASK : masked(credential)}`
}

/** A token without a name may end in `=`. */
function maskedCookie(pair: string): string {
  const [, name, value = ''] = /^([^=]{1,40})=(?!=?$)(.*)$/s.exec(pair) ?? []
  if (name !== undefined) return `${name}=${masked(value)}`
  return /^(;\s*|[^=]{0,40}=?)$/.test(pair) ? pair : masked(pair)
}

/** A member of an object, or a string that is none: strings have to be passed over whole, for what may stand in them. */
const MEMBER = /"((?:[^"\\]|\\.)*)("?)(?:(\s*:\s*)("(?:[^"\\]|\\.)*(?:"|$)|[^\s"{}[\],]+))?/gs

/** Masks the members of JSON, of which the end may be missing, and leaves all else as it is. */
function maskedMembers(json: string): string {
  const masked = json.replace(MEMBER, (text, escaped: string, quote: string, colon?: string, value?: string) => {
    if (colon === undefined || value === undefined || /^(null|true|false)$/.test(value)) return text
    const name = unescaped(escaped)
    if (!isSecretName(name)) return text
    const bare = value.replace(/^"|"$/g, '')
    return `"${escaped}${quote}${colon}"${maskedValue(name, bare)}"`
  })
  return masked.replace(PYTHON_MEMBER, (text, name: string, colon: string, value: string) => {
    return isSecretName(name) ? `'${name}'${colon}'${maskedValue(name, value)}'` : text
  })
}

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The fields of a form, in either encoding. */
function maskedForm(form: string): string {
  if (/^[\w.%+-]+=[^\s{]*$/.test(form)) return maskedQuery(form)
  // a line of its own begins each part
  const [line] = /^--[^\r\n]{1,200}/m.exec(form) ?? []
  if (line === undefined) return form
  const boundary = `\n${line}`
  return `\n${form}`.split(boundary).map(maskedPart).join(boundary).slice(1)
}

/** A part of a form: its headers, an empty line, its value. */
function maskedPart(part: string): string {
  const [head = '', gap] = part.split(/(\r?\n\r?\n)/, 2)
  const [, name = ''] = /\bname="?([^"\r\n;]+)/i.exec(head) ?? []
  if (gap === undefined || !isSecretName(name)) return part
  const value = part.slice(head.length + gap.length).replace(/\r$/, '')
  return head + gap + maskedValue(name, value) + part.slice(head.length + gap.length + value.length)
}
