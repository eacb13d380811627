import fc from 'fast-check'
import t from 'tap'
import { parseInteger } from '../../src/domain/number.ts'
import { blanks, holds } from '../properties.ts'

const bits = fc.constantFrom(32 as const, 64 as const)

function fits(number: bigint, size: 32 | 64): boolean {
  return number >= -(2n ** BigInt(size - 1)) && number < 2n ** BigInt(size - 1)
}

t.test(
  'a number is read where it fits, with a sign, zeros and blanks',
  holds(
    fc.property(
      fc.oneof(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), fc.bigInt({ min: -(2n ** 33n), max: 2n ** 33n })),
      bits,
      fc.nat(3),
      blanks,
      blanks,
      (number, size, zeros, before, after) => {
        const sign = number < 0n ? '-' : '+'
        const digits = '0'.repeat(zeros) + String(number).replace('-', '')
        return parseInteger(before + sign + digits + after, size) === (fits(number, size) ? number : null)
      },
    ),
  ),
)

// documented of NumberStyles.AllowLeadingWhite and AllowTrailingWhite
const WHITE = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20].map((code) => String.fromCharCode(code))

/** What .NET makes of a text, character by character. */
function asDotNet(text: string): bigint | null {
  const characters = [...text]
  while (WHITE.includes(characters[0] ?? '')) characters.shift()
  while (WHITE.includes(characters.at(-1) ?? '')) characters.pop()
  const sign = ['+', '-'].includes(characters[0] ?? '') ? characters.shift() : '+'
  const isNumber = characters.length > 0 && characters.every((character) => '0123456789'.includes(character))
  return isNumber ? BigInt(characters.join('')) * (sign === '-' ? -1n : 1n) : null
}

t.test(
  'every other text is read as .NET reads it',
  holds(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0019+- \t\v\f\n.ex_,\u00a0\u0085\ufeff\u0662'), maxLength: 6 }),
      bits,
      (text, size) => parseInteger(text, size) === asDotNet(text),
    ),
    3000,
  ),
)
