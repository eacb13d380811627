import fc from 'fast-check'
import t from 'tap'
import { Query } from '../../src/wire/query.ts'
import { anyText, holds } from '../properties.ts'

const pairs = fc.array(fc.tuple(fc.oneof(fc.constantFrom('key', 'KEY', 'fields[]', '\u212aey'), anyText), anyText))

/** Names are the same where they differ in the case of ASCII's letters. */
function folded(name: string): string {
  return [...name].map((letter) => (letter >= 'A' && letter <= 'Z' ? letter.toLowerCase() : letter)).join('')
}

t.test(
  'every name has the values that URLSearchParams wrote, in their order',
  holds(
    fc.property(pairs, (pairs) => {
      const query = new Query(`?${new URLSearchParams(pairs)}`)
      return pairs.every(([name]) => {
        const values = pairs.filter(([other]) => folded(other) === folded(name)).map(([, value]) => value)
        return JSON.stringify(query.all(name)) === JSON.stringify(values) && query.first(name) === values[0]
      })
    }),
  ),
)

t.test(
  'a name that isn’t there has no value',
  holds(
    fc.property(pairs, anyText, (pairs, name) => {
      fc.pre(!pairs.some(([other]) => folded(other) === folded(name)))
      return new Query(String(new URLSearchParams(pairs))).all(name) === undefined
    }),
  ),
)

t.test(
  'a prefix is there where a name is it, or begins with it and a dot',
  holds(
    fc.property(fc.array(fc.constantFrom('inDto', 'INDTO.key', 'inDtoX', 'x.inDto', 'inDto.')), (names) => {
      const expected = names.some((name) => /^indto(\.|$)/i.test(name))
      return new Query(names.map((name) => `${name}=1`).join('&')).hasPrefix('inDto') === expected
    }),
  ),
)

t.test(
  'no query is an exception',
  holds(
    fc.property(anyText, (text) => {
      const query = new Query(text)
      return query.all('key')?.every((value) => typeof value === 'string') ?? true
    }),
  ),
)
