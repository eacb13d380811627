import t from 'tap'
import { escapeJson, toJson } from '../../src/wire/json.ts'

t.test('escapes as .NET’s relaxed encoder does (facts §4.1)', async (t) => {
  const cases: [text: string, expected: string][] = [
    ['plain', 'plain'],
    ["& < > ' + / `", "& < > ' + / `"],
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['\b\t\n\f\r', '\\b\\t\\n\\f\\r'],
    ['\0\x01\x1f', '\\u0000\\u0001\\u001F'],
    ['\x7f\x80\x9f', '\\u007F\\u0080\\u009F'],
    ['ÄÖÜ äöü ß é Ж 漢字 ½ € ™', 'ÄÖÜ äöü ß é Ж 漢字 ½ € ™'],
    ['e\u0301', 'e\u0301'],
    ['\u00a0\u2003\u3000', '\\u00A0\\u2003\\u3000'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\ue000', '\\uE000'],
    ['\uffff', '\\uFFFF'],
    ['\u{1f600}', '\\uD83D\\uDE00'],
    ['\u{10000}', '\\uD800\\uDC00'],
    ['a\u{10ffff}b', 'a\\uDBFF\\uDFFFb'],
    ['\ud83d', '\\uD83D'],
    ['\\u00e9', '\\\\u00e9'],
    ['\\\u001f', '\\\\\\u001F'],
    ['\\\\u001f', '\\\\\\\\u001f'],
  ]
  for (const [text, expected] of cases) {
    t.equal(toJson(text), `"${expected}"`, expected)
    t.equal(JSON.parse(toJson(text)), text, 'and reads as it was')
    t.equal(escapeJson(JSON.stringify(text)), toJson(text))
  }
})

t.test('writes without indentation, undefined members left out, names escaped too', async (t) => {
  t.equal(toJson({ a: undefined, b: null, c: [1, 'x'], d: { e: false } }), '{"b":null,"c":[1,"x"],"d":{"e":false}}')
  t.equal(toJson({ '\u{1f600}': 1 }), '{"\\uD83D\\uDE00":1}')
  t.equal(toJson(3), '3')
  t.equal(toJson(''), '""')
})
