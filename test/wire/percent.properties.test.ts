import fc from 'fast-check'
import t from 'tap'
import { percentDecode } from '../../src/wire/percent.ts'
import { anyText, holds } from '../properties.ts'

t.test(
  'whatever was encoded is decoded',
  holds(fc.property(anyText, (text) => percentDecode(encodeURIComponent(text)) === text)),
)

/** Writes every byte of a text as an escape. */
function escaped(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '%$&')
}

/** Pieces of a text and what each is decoded to. None makes a character together with the next one. */
const piece = fc.oneof(
  anyText.map((text): [given: string, decoded: string] => [escaped(text), text]),
  fc.constantFrom('%ff', '%C0%80', '%80', '%ed%a0%80', '%F5', '%_', '%4_', '%zz').map((text) => [text, text]),
)

t.test(
  'what can’t be decoded stays, and keeps nothing else from being decoded',
  holds(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.map(([given]) => given).join('')
      return percentDecode(text) === pieces.map(([, decoded]) => decoded).join('')
    }),
  ),
)

t.test(
  'where decodeURIComponent decodes, this decodes the same',
  holds(
    fc.property(
      fc.string({ unit: fc.constantFrom('%', '%', 'c3', 'a9', 'F0', '9f', '98', '80', '41', 'g', '+') }),
      (text) => {
        const decoded = percentDecode(text)
        try {
          return decoded === decodeURIComponent(text)
        } catch {
          return decoded.length <= text.length
        }
      },
    ),
  ),
)
