import t from 'tap'
import { jsonMistake } from '../../src/domain/json-mistake.ts'

const texts: [text: string, mistake: string | RegExp][] = [
  ['{\n  "userName": "a",\n  "password": owner-password\n}\n', "Unexpected token 'o' in line 3"],
  ['{"password": hunter2}', "Unexpected token 'h'"],
  ['hunter2', "Unexpected token 'h'"],
  ['x: 1234567890\n'.repeat(9), "Unexpected token 'x'"],
  ['{"a": "hunter2', /^Unterminated string in JSON at position \d+/],
  ['{"a": "hunter2" "b"}', /^Expected ',' or '}' after property value in JSON at position 16/],
  ['', 'Unexpected end of JSON input'],
]

for (const [text, mistake] of texts) {
  t.test(`${JSON.stringify(text).slice(0, 40)}: ${mistake}`, async (t) => {
    let told = ''
    try {
      JSON.parse(text)
    } catch (error) {
      told = jsonMistake(error as Error, text)
    }
    t.match(told, mistake)
    t.notMatch(told, /hunter2|owner-p/)
  })
}

t.test('a text that JSON.parse quotes as a whole', async (t) => {
  t.equal(jsonMistake(new SyntaxError('"undefined" is not valid JSON'), 'undefined'), 'no value')
})
