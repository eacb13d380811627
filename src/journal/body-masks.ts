import { maskedMembers, maskedQuotedMembers } from './json-masks.ts'
import { isSecretName, mayNameSecrets } from './secret-names.ts'
import { inEveryEncoding, maskedSecret, maskedText, plainText } from './secret-texts.ts'

/** How deep nested texts are searched: JSON in a field of a form in a JSON string. */
const DEPTH = 4

/** The first pair of a form or a query. */
const FORM = /^\??[\w.%+[\]-]+=/

/** The line that begins each part of a form. */
const BOUNDARY = /^--[^\r\n]{1,200}/m

/** An element of XML and its text. */
const ELEMENT = /(<([\w:.-]+)(?:\s[^<>]*)?>)(?:(\s*<!\[CDATA\[)((?:[^\]]|\](?!\]>))*)|([^<]+))/g

/** An attribute of an element. */
const ATTRIBUTE = /(\s([\w:.-]{1,64})\s*=\s*)(?:"([^"<>]*)|'([^'<>]*))/g

/** Masks a body. Its format is detected from its content, since its type may be wrong. */
export function maskedBody(body: string, depth = 0): string {
  // UTF-16 and UTF-32 have such bytes between the characters of names
  const plain = body.includes('\0') ? body.replaceAll('\0', '') : body
  const shown = maskedPlain(plain, depth)
  return shown === plain ? body : shown
}

function maskedPlain(body: string, depth: number): string {
  if (depth >= DEPTH || !mayNameSecrets(plainText(body))) return maskedText(body)
  return inEveryEncoding(body, (text) => maskedText(maskedElements(maskedQuotedMembers(maskedStructure(text, depth)))))
}

function maskedStructure(text: string, depth: number): string {
  if (FORM.test(text)) return maskedPairs(text, depth)
  const [line] = BOUNDARY.exec(text) ?? []
  if (line !== undefined) return maskedParts(text, `\n${line}`, depth)
  return maskedMembers(text, (inner) => maskedBody(inner, depth + 1))
}

/** Masks a query, with or without its question mark, or a form. */
export function maskedPairs(query: string, depth = 0): string {
  return query
    .split('&')
    .map((pair, i) => {
      const equals = pair.indexOf('=')
      if (equals === -1) return maskedText(pair)
      const [begin, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
      const name = i === 0 ? begin.replace(/^\?/, '') : begin
      return `${maskedText(begin)}=${maskedField(name, value, depth)}`
    })
    .join('&')
}

/** Masks the value of a field, whose name may be percent-encoded. */
export function maskedField(given: string, value: string, depth = 0): string {
  const name = plainText(given)
  return isSecretName(name) ? maskedSecret(name, value) : maskedBody(value, depth + 1)
}

function maskedElements(text: string): string {
  if (!/<[\w/]/.test(text)) return text
  return text
    .replace(ELEMENT, (element, tag: string, name: string, mark = '', data = '', value = '') => {
      return isSecretName(withoutPrefix(name)) ? tag + mark + maskedSecret(name, data + value) : element
    })
    .replace(ATTRIBUTE, (attribute, begin: string, name: string, value?: string, quoted = '') => {
      if (!isSecretName(withoutPrefix(name))) return attribute
      return value === undefined ? `${begin}'${maskedSecret(name, quoted)}` : `${begin}"${maskedSecret(name, value)}`
    })
}

function withoutPrefix(name: string): string {
  return name.replace(/^.*:/, '')
}

function maskedParts(form: string, boundary: string, depth: number): string {
  const parts = `\n${form}`.split(boundary)
  return parts
    .map((part) => maskedPart(part, depth))
    .join(boundary)
    .slice(1)
}

/** A part of a form: its headers, an empty line, its value. */
function maskedPart(part: string, depth: number): string {
  const [head = '', gap] = part.split(/(\r?\n\r?\n)/, 2)
  if (gap === undefined) return part
  const [, name = ''] = /\bname="?([^"\r\n;]+)/i.exec(head) ?? []
  const value = part.slice(head.length + gap.length).replace(/\r$/, '')
  const end = part.slice(head.length + gap.length + value.length)
  return head + gap + maskedField(name, value, depth) + end
}
