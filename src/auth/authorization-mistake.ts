import { API_KEY_PREFIX } from '../domain/api-key.ts'
import { decodeBase64 } from '../domain/base64.ts'
import { readSessionToken } from '../domain/session-token.ts'

const API_KEY = /(?<![\w-])sk-[\w*…]/
const TOKEN = /(?<![\w-])eyJ[\w-]+\.[\w-]+\./
const QUOTES = /^["'`“‘<]$/

/** What clients send whose variable was never set. */
const UNSET = /^(?:\w+\s+)?(undefined|null|None|nil|NaN|\[object \w+\])$/

/** What examples have where the credential belongs. */
const PLACEHOLDER = /^(?:\w+\s+)?(\{.*\}|<.*>|\$\{?\w+\}?|%\w+%|YOUR[_ -].*)$/i

const SCHEME = /^(\S+)\s+(\S.*)$/s

/**
 * Names the mistake in an Authorization header, or in another place of a session token, that no guard can use.
 *
 * @returns `null` where it looks like a session token
 */
export function authorizationMistake(header: string, machineKey: string): string | null {
  if (isJoined(header)) return JOINED
  const text = header.trim()
  const [, variable] = UNSET.exec(text) ?? []
  if (variable !== undefined) return `the credential is the word ${variable}: the client's variable is not set`
  if (/^(Bearer|Basic)$/i.test(text)) return `nothing follows ${text}`
  return (
    misplaced(header, API_KEY, 'an API key', `Bearer ${API_KEY_PREFIX}…`) ??
    misplaced(header, TOKEN, 'an access token', 'Bearer eyJ…') ??
    (PLACEHOLDER.test(text) ? 'a placeholder where the credential belongs' : null) ??
    otherScheme(text, machineKey)
  )
}

/** What is wrong with a credential that {@link isJoined}. */
export const JOINED = 'several Authorization lines, which a real portal joins with commas; send one'

/** Whether a credential is that of several Authorization lines, joined with commas. */
export function isJoined(credential: string): boolean {
  return /,(Basic|Bearer) /.test(credential)
}

/** A credential that nothing but `Bearer` and one blank may precede. */
function misplaced(header: string, pattern: RegExp, what: string, right: string): string | null {
  const found = pattern.exec(header)
  if (found === null) return null
  const before = header.slice(0, found.index)
  const remedy = `send ${right}`
  if (QUOTES.test(before.slice(-1))) return `${what} in quotes; ${remedy} without them`
  if (before === 'Bearer ') return `${what} with something behind it; ${remedy} alone`
  const words = before.trim().split(/\s+/)
  if (words.every((word) => word === '')) return `${what} without a scheme; ${remedy}`
  if (words.every((word) => word === 'Bearer')) {
    return `${what} after ${words.length > 1 ? 'a second Bearer' : 'more than one blank'}; ${remedy}`
  }
  if (words.length === 1 && words[0] === 'Basic') return `${what} after Basic; ${remedy}`
  const isLetterCase = words.length === 1 && words[0]?.toLowerCase() === 'bearer'
  return `${what} after an unknown scheme; ${remedy}${isLetterCase ? ': letter case counts' : ''}`
}

function otherScheme(text: string, machineKey: string): string | null {
  const [, scheme = '', rest = ''] = SCHEME.exec(text) ?? []
  const bare = (rest || text).replace(/^asc_auth_key=/, '').replace(/^["']|["']$/g, '')
  if (bare !== text && scheme !== 'Bearer' && readSessionToken(bare, machineKey) !== null) {
    const where =
      scheme === '' ? 'with something around it' : `after ${scheme === 'Basic' ? 'Basic' : 'an unknown scheme'}`
    return `a session token ${where}; send it alone, after Bearer, or as the cookie asc_auth_key`
  }
  if (['', 'Bearer', 'Basic'].includes(scheme)) return null
  if (scheme.toLowerCase() === 'basic' && isLogin(rest))
    return 'a login after an unknown scheme; send Basic: letter case counts'
  return 'an unknown scheme; DocSpace takes Bearer, Basic, or a session token alone'
}

function isLogin(payload: string): boolean {
  return decodeBase64(payload)?.includes(':') === true
}
