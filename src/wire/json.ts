/** Characters outside ASCII that .NET's relaxed encoder escapes: all that are no letters, marks, digits or signs. */
const ESCAPED = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}|[\u{10000}-\u{10ffff}]/gu

/**
 * Writes JSON the way the real server does: no indentation, members that are `undefined` left out, letters of the
 * basic plane as they are, characters beyond it as pairs of `\uXXXX`, hex digits in upper case.
 */
export function toJson(value: unknown): string {
  return escapeJson(JSON.stringify(value))
}

/** Brings JSON that `JSON.stringify` wrote into the form of {@link toJson}. */
export function escapeJson(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('\\u')) return text
  return text
    .replace(/(\\\\)|\\u([0-9a-f]{4})/g, (match, backslash, hex) => (backslash ? match : `\\u${hex.toUpperCase()}`))
    .replace(ESCAPED, (character) =>
      Array.from({ length: character.length }, (_, i) => escapeUnit(character, i)).join(''),
    )
}

function escapeUnit(text: string, index: number): string {
  return `\\u${text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`
}
