import t from 'tap'
import { percentDecode } from '../../src/wire/percent.ts'

t.test('decodes UTF-8, and leaves what is no encoding as it is (facts §1.8)', async (t) => {
  const cases: [text: string, expected: string][] = [
    ['', ''],
    ['plain+text', 'plain+text'],
    ['%41%62', 'Ab'],
    ['%2f%2F', '//'],
    ['%25zz', '%zz'],
    ['%2541', '%41'],
    ['%', '%'],
    ['%4', '%4'],
    ['%zz', '%zz'],
    ['%zz%41', '%zzA'],
    ['%ff', '%ff'],
    ['%FF%41', '%FFA'],
    ['%41%ff%42', 'A%ffB'],
    ['%c3%a9', 'é'],
    ['%C3', '%C3'],
    ['%C3%C3%A9', '%C3é'],
    ['%A9%C3', '%A9%C3'],
    ['%e2%82%ac', '€'],
    ['%e2%82', '%e2%82'],
    ['%e2%82%41', '%e2%82A'],
    ['%f0%9f%98%80', '\u{1f600}'],
    ['%ff%f0%9f%98%80%ff', '%ff\u{1f600}%ff'],
    ['%c0%af', '%c0%af'],
    ['%ed%a0%80', '%ed%a0%80'],
    ['%00', '\0'],
    ['é%41', 'éA'],
  ]
  for (const [text, expected] of cases) t.equal(percentDecode(text), expected, text)
})

t.test('takes a long run of wrong escapes in its stride', async (t) => {
  const run = '%ff'.repeat(20_000)

  t.equal(percentDecode(run), run)
  t.equal(percentDecode(`${run}%41`), `${run}A`)
})
