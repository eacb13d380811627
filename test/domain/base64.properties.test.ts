import fc from 'fast-check'
import t from 'tap'
import { decodeBase64 } from '../../src/domain/base64.ts'
import { anyText, blanks, holds } from '../properties.ts'

t.test(
  'whatever was encoded is decoded, with blanks anywhere in it',
  holds(
    fc.property(fc.uint8Array(), fc.nat(), blanks, (bytes, at, blank) => {
      const text = Buffer.from(bytes).toString('base64')
      const place = text === '' ? 0 : at % text.length
      return decodeBase64(text.slice(0, place) + blank + text.slice(place))?.equals(bytes) === true
    }),
  ),
)

/** `atob` takes more white space than .NET, and texts without their padding; else they agree. */
function asAtob(text: string): string | null {
  if (text.includes('\f') || text.replace(/[ \t\r\n]/g, '').length % 4 !== 0) return null
  try {
    return atob(text)
  } catch {
    return null
  }
}

t.test(
  'of all other texts those are decoded that atob decodes',
  holds(
    fc.property(
      fc.oneof(fc.string({ unit: fc.constantFrom(...'AZaz09+/=== \t\n\f-_é'), maxLength: 12 }), anyText),
      (text) => (decodeBase64(text)?.toString('latin1') ?? null) === asAtob(text),
    ),
    3000,
  ),
)
