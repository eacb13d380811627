/** The id of nobody, `Guid.Empty`: what .NET binds a missing id to. */
export const EMPTY_GUID = '00000000-0000-0000-0000-000000000000'

const DIGITS = /^[0-9a-f]{32}$/
const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HEX_GROUPS =
  /^\{0x([0-9a-f]{1,8}),0x([0-9a-f]{1,4}),0x([0-9a-f]{1,4}),\{((?:0x[0-9a-f]{1,2},){7}0x[0-9a-f]{1,2})\}\}$/

/**
 * Reads a GUID in any of the forms that .NET's `Guid.TryParse` takes: `N` (32 digits), `D` (dashed), `B` (in braces),
 * `P` (in parentheses) and `X` (hexadecimal groups), in any letter case, with blanks around it.
 *
 * @returns the lower-case dashed form, or `null` where the text is no GUID
 */
export function parseGuid(text: string): string | null {
  if (DASHED.test(text)) return text
  const guid = text.trim().toLowerCase()
  if (DASHED.test(guid)) return guid
  if (DIGITS.test(guid)) return dashed(guid)
  const enclosed = /^\{(.*)\}$|^\((.*)\)$/.exec(guid)
  const inner = enclosed?.[1] ?? enclosed?.[2] ?? ''
  if (DASHED.test(inner)) return inner
  return parseHexGroups(guid)
}

/** Writes a GUID in .NET's `N` form: 32 digits, no dashes. */
export function undashed(guid: string): string {
  return guid.replaceAll('-', '')
}

function parseHexGroups(text: string): string | null {
  const groups = HEX_GROUPS.exec(text.replace(/\s/g, ''))
  if (groups === null) return null
  const [, a = '', b = '', c = '', bytes = ''] = groups
  const tail = bytes.split(',').map((byte) => byte.slice(2).padStart(2, '0'))
  return dashed(a.padStart(8, '0') + b.padStart(4, '0') + c.padStart(4, '0') + tail.join(''))
}

function dashed(digits: string): string {
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  )
}
