import fc from 'fast-check'
import t from 'tap'
import { EmployeeType, type EmployeeTypeName, parseEmployeeType } from '../../src/domain/employee-type.ts'
import { anyText, blanks, holds } from '../properties.ts'

const name = fc.constantFrom(...(Object.keys(EmployeeType) as EmployeeTypeName[]))
const number = fc.integer({ min: -2, max: 9 })

/** A role as it may be written, and its flags. */
const part = fc
  .tuple(fc.oneof(name, number), blanks, blanks, fc.boolean())
  .map(([role, before, after, upper]): [text: string, flags: number] => {
    const text = upper ? String(role).toUpperCase() : String(role)
    return [before + text + after, typeof role === 'number' ? role : EmployeeType[role]]
  })

t.test(
  'names and numbers are flags, which a comma joins',
  holds(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      const flags = parts.reduce((all, [, own]) => all | own, 0)
      const reading = parseEmployeeType(parts.map(([text]) => text).join(','))
      return flags >= 0 && flags < 8
        ? 'value' in reading && reading.value === flags
        : 'refused' in reading && reading.refused === 'outOfRange'
    }),
  ),
)

t.test(
  'a word that is no role spoils all others',
  holds(
    fc.property(
      fc.array(part, { maxLength: 2 }),
      fc.stringMatching(/^[A-Za-z]{1,12}!$/),
      fc.nat(2),
      (parts, word, at) => {
        const texts = parts.map(([text]) => text).toSpliced(at, 0, word)
        const reading = parseEmployeeType(texts.join(','))
        return 'refused' in reading && reading.refused === 'unknown'
      },
    ),
  ),
)

t.test(
  'any text is a role or refused',
  holds(
    fc.property(anyText, (text) => {
      const reading = parseEmployeeType(text)
      return 'refused' in reading || (Number.isInteger(reading.value) && reading.value >= 0 && reading.value < 8)
    }),
  ),
)
