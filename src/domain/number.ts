// fewer characters than \s has: .NET skips only these around a number
const INTEGER = /^[\t-\r ]*[+-]?\d+[\t-\r ]*$/

/**
 * Reads a whole number as .NET's `int.Parse` and `long.Parse` do: blanks around it, a sign and leading zeros are fine.
 *
 * @param bits 32 or 64: the size of the signed integer that it has to fit
 * @returns the number, or `null` where the text is none or doesn't fit
 */
export function parseInteger(text: string, bits: 32 | 64): bigint | null {
  if (!INTEGER.test(text)) return null
  const number = BigInt(text.trim().replace(/^\+/, ''))
  return BigInt.asIntN(bits, number) === number ? number : null
}
