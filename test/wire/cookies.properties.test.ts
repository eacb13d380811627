import fc from 'fast-check'
import t from 'tap'
import { expiredCookie, readCookie } from '../../src/wire/cookies.ts'
import { anyText, holds } from '../properties.ts'

const name = fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/)
const cookies = fc.array(fc.tuple(name, anyText))

t.test(
  'the last cookie of a name is read, in any letter case of the name',
  holds(
    fc.property(
      cookies,
      name,
      anyText,
      cookies,
      fc.constantFrom('; ', ';', ' ; '),
      (before, name, value, after, separator) => {
        const wanted = name.toLowerCase()
        const others = after.filter(([other]) => other.toLowerCase() !== wanted)
        const pairs = [...before, [name, value] as const, ...others]
        const header = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(separator)
        return readCookie(header, wanted) === value
      },
    ),
  ),
)

t.test(
  'a cookie that isn’t there isn’t read',
  holds(
    fc.property(cookies, name, (cookies, name) => {
      fc.pre(!cookies.some(([other]) => other.toLowerCase() === name.toLowerCase()))
      const header = cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ')
      return readCookie(header, name.toLowerCase()) === undefined
    }),
  ),
)

t.test(
  'no header is an exception',
  holds(fc.property(anyText, (header) => ['string', 'undefined'].includes(typeof readCookie(header, 'asc_auth_key')))),
)

t.test(
  'a cookie that is taken away is empty',
  holds(fc.property(name, (name) => readCookie(expiredCookie(name), name.toLowerCase()) === '')),
)
