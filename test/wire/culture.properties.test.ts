import fc from 'fast-check'
import t from 'tap'
import { localized } from '../../src/wire/culture.ts'
import { anyText, holds } from '../properties.ts'

const text = fc.constantFrom('userNotFound' as const, 'ipRestricted' as const)

t.test(
  'a region or a script behind a language changes nothing',
  holds(
    fc.property(
      text,
      fc.constantFrom('en', 'de', 'fr'),
      fc.stringMatching(/^(-[A-Za-z]{2,4}){1,2}$/),
      (text, language, rest) => {
        return localized(text, language + rest) === localized(text, language)
      },
    ),
  ),
)

t.test(
  'every other language reads English',
  holds(
    fc.property(text, anyText, (text, culture) => {
      fc.pre(!/^(de|fr)/i.test(culture))
      return localized(text, culture) === localized(text, 'en')
    }),
  ),
)
