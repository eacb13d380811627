import t from 'tap'
import { sameSecret } from '../../src/domain/same-secret.ts'

t.test('secrets are equal or not', async (t) => {
  const cases: [given: string, expected: string, equal: boolean][] = [
    ['secret', 'secret', true],
    ['', '', true],
    ['pä', 'pä', true],
    ['secret', 'secreT', false],
    ['secre', 'secret', false],
    ['secret', 'secre', false],
    ['', 'secret', false],
    // as many characters, but not as many bytes
    ['pä', 'pa', false],
  ]
  for (const [given, expected, equal] of cases) t.equal(sameSecret(given, expected), equal, `${given} ${expected}`)
})
