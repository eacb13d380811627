import fc from 'fast-check'
import t from 'tap'
import { displayPath, routingTarget, splitTarget } from '../../src/wire/target.ts'
import { anyText, holds } from '../properties.ts'

const PATH = '/api/2.0/portal/users/invite/User'

/** Spells some of the characters of a text as escapes. Slashes are none when they are escaped. */
function spelled(text: string, escaped: readonly number[]): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16)}`
  return [...text]
    .map((character, i) => (escaped.includes(i) && character !== '/' ? percent(character) : character))
    .join('')
}

t.test(
  'every spelling of a path leads to the same route, with the query as it was',
  holds(
    fc.property(
      fc.array(fc.nat(PATH.length)),
      fc.constantFrom('', '/', '//', '/./', '/x/../', '/x//..//'),
      fc.constantFrom('', '/', '//', 'http://localhost', 'http://localhost//', '//@w1//'),
      fc.constantFrom('', '?a=%41&b=/../'),
      (escaped, end, start, query) => {
        const target = start + spelled(PATH, escaped) + end + query
        return routingTarget(target) === PATH + query && splitTarget(routingTarget(target)).query === query
      },
    ),
  ),
)

t.test(
  'a target in the one spelling stays',
  holds(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom('a', '%41', '%2f', '..', '.'), anyText.map(encodeURIComponent))),
      (segments) => {
        const target = routingTarget(`/${segments.filter((segment) => segment !== '').join('/')}`)
        return routingTarget(target) === target
      },
    ),
  ),
)

t.test(
  'no target that Node lets through is an exception',
  holds(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)) }),
      (target) => {
        return typeof routingTarget(target) === 'string' && typeof displayPath(splitTarget(target).path) === 'string'
      },
    ),
  ),
)
