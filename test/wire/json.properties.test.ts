import fc from 'fast-check'
import t from 'tap'
import { successEnvelope } from '../../src/wire/envelope.ts'
import { escapeJson, toJson } from '../../src/wire/json.ts'
import { anyText, holds } from '../properties.ts'

const anyValue = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  anyText,
  fc.string({ unit: fc.constantFrom('\\', 'u00e9', '\ud800', '\udc00', '"', '\u2028') }),
)

t.test(
  'what was written is read again',
  holds(fc.property(anyValue, (value) => JSON.stringify(JSON.parse(toJson(value))) === JSON.stringify(value))),
)

t.test(
  'it is written in characters of the basic plane that can be seen',
  holds(
    fc.property(
      anyValue,
      (value) =>
        !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{10000}-\u{10ffff}]|\\u[0-9A-F]{0,3}[a-f]/u.test(
          toJson(value).replaceAll('\\\\', ''),
        ),
    ),
  ),
)

t.test(
  'what has the form keeps it',
  holds(fc.property(anyValue, (value) => escapeJson(toJson(value)) === toJson(value))),
)

t.test(
  'an envelope holds the result and the request',
  holds(
    fc.property(
      fc.option(anyValue, { nil: undefined }),
      anyText,
      fc.constantFrom('GET', 'POST'),
      (value, href, action) => {
        const envelope = successEnvelope({ href, action }, value === undefined ? undefined : toJson(value))
        const expected = {
          response: value,
          count: value === undefined ? 0 : 1,
          links: [{ href, action }],
          status: 0,
          statusCode: 200,
        }
        return JSON.stringify(JSON.parse(envelope)) === JSON.stringify(expected)
      },
    ),
  ),
)
