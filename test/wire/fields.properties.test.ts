import fc from 'fast-check'
import t from 'tap'
import { readFields, selectFields } from '../../src/wire/fields.ts'
import { Query } from '../../src/wire/query.ts'
import { holds } from '../properties.ts'

const name: fc.Arbitrary<string> = fc.constantFrom('id', 'email', 'ID', 'a', 'b')
const object = fc.dictionary(
  name,
  fc.oneof(fc.string(), fc.integer(), fc.dictionary(name, fc.string()), fc.array(fc.nat())),
)
const field = fc.oneof(
  name,
  fc.tuple(name, name).map((names) => names.join('.')),
)

t.test(
  'what was asked for is kept as it was, in its place, and all else is left out',
  holds(
    fc.property(object, fc.array(name), (value, fields) => {
      const kept = Object.entries(value).filter(([name]) => fields.includes(name))
      return JSON.stringify(selectFields(value, fields)) === JSON.stringify(Object.fromEntries(kept))
    }),
  ),
)

t.test(
  'a member of a member is kept alone',
  holds(
    fc.property(fc.dictionary(name, fc.string()), name, (inner, field) => {
      const kept = JSON.stringify(selectFields({ outer: inner, out: inner }, [`outer.${field}`]))
      return kept === JSON.stringify({ outer: Object.hasOwn(inner, field) ? { [field]: inner[field] } : {} })
    }),
  ),
)

t.test(
  'a second selection of the same fields leaves nothing more out',
  holds(
    fc.property(object, fc.array(field), (value, fields) => {
      const once = selectFields(value, fields)
      return JSON.stringify(selectFields(once, fields)) === JSON.stringify(once)
    }),
  ),
)

t.test(
  'one list with commas is as good as many parameters, which in turn hold no lists',
  holds(
    fc.property(fc.array(name, { minLength: 1 }), fc.constantFrom('fields', 'Fields'), (names, key) => {
      const query = (pairs: [name: string, value: string][]) => new Query(String(new URLSearchParams(pairs)))
      const listed = readFields(query([[key, names.join(',')]]))
      const repeated = readFields(query(names.map((name) => [`${key}[]`, name])))
      const unsplit = readFields(query([[`${key}[]`, names.join(',')]]))
      return String(listed) === String(names) && String(repeated) === String(names) && unsplit?.length === 1
    }),
  ),
)
