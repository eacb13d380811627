// fewer characters than \s has: .NET skips only these around a number
const INTEGER = /^[\t-\r ]*[+-]?\d+[\t-\r ]*$/

/** The sign and the digits of an integer, without leading zeros. */
const DIGITS = /(-?)\+?0*(?=\d)(\d+)/

/** The digits of the largest integer of 64 bits. */
const MOST_DIGITS = 19

/**
 * Reads a whole number as .NET's `int.Parse` and `long.Parse` do: blanks around it, a sign and leading zeros are fine.
 *
 * @param bits 32 or 64: the size of the signed integer that it has to fit
 * @returns the number, or `null` where the text is none or doesn't fit
 */
export function parseInteger(text: string, bits: 32 | 64): bigint | null {
  if (!INTEGER.test(text)) return null
  const [, sign = '', digits = '0'] = DIGITS.exec(text) ?? []
  // BigInt() takes quadratic time
  if (digits.length > MOST_DIGITS) return null
  const number = BigInt(sign + digits)
  return BigInt.asIntN(bits, number) === number ? number : null
}
