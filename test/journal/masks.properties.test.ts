import fc from 'fast-check'
import t from 'tap'
import { maskedBody, maskedHeader, maskedTarget } from '../../src/journal/masks.ts'
import { anyText, holds } from '../properties.ts'

const secret = fc.stringMatching(/^[A-Za-z0-9_-]{24,80}$/)
const name = fc.constantFrom('password', 'passwordHash', 'Key', 'token', 'client_secret', 'code', 'refresh_token')

t.test(
  'a secret is not seen in JSON, whatever stands beside it and wherever it is cut off',
  holds(
    fc.property(secret, name, fc.jsonValue(), fc.double({ min: 0, max: 1, noNaN: true }), (value, key, other, part) => {
      const json = JSON.stringify({ other, nested: [{ [key]: value }], [key]: value })
      const cut = json.slice(0, Math.ceil(json.length * part))
      return !maskedBody(json).includes(value) && !maskedBody(cut).includes(value)
    }),
  ),
)

t.test(
  'a secret is not seen in a query, a form, or a header',
  holds(
    fc.property(secret, name, anyText, (value, key, other) => {
      const query = `other=${encodeURIComponent(other)}&${key}=${value}&more=${encodeURIComponent(other)}`
      const shown = [
        maskedTarget(`/path?${query}`),
        maskedBody(query),
        maskedHeader('confirm', query),
        maskedHeader('Authorization', `Bearer ${value}`),
        maskedHeader('Authorization', value),
        maskedHeader('Cookie', `a=b; asc_auth_key=${value}`),
        maskedHeader('X-Api-Key', value),
      ]
      return shown.every((text) => !text.includes(value))
    }),
  ),
)

t.test(
  'masking anything gives a text, and masking it again changes nothing',
  holds(
    fc.property(anyText, (text) => {
      const once = [maskedBody(text), maskedTarget(text), maskedHeader('Cookie', text)]
      return once[0] === maskedBody(once[0] ?? '') && once.every((shown) => typeof shown === 'string')
    }),
  ),
)
