import { percentDecode } from './percent.ts'

/**
 * The value of a cookie as ASP.NET reads it: names are compared without regard to case, the last of two counts, the
 * value is percent-decoded, and quotes around it belong to it.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let value: string | undefined
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim().toLowerCase() === name) value = pair.slice(equals + 1).trim()
  }
  return value === undefined ? undefined : percentDecode(value)
}

/**
 * The header that takes a cookie away.
 *
 * @param path the one that it was set for
 */
export function expiredCookie(name: string, path = '/'): string {
  return `${name}=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=${path}`
}
