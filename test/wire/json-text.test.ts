import t from 'tap'
import { JsonTextError } from '../../src/wire/json-checker.ts'
import { type JsonNode, readJsonText } from '../../src/wire/json-text.ts'

const read = (text: string) => readJsonText(Buffer.from(text))

/** The value as JSON.parse would have given it. */
function plain(node: JsonNode): unknown {
  if (node.kind === 'object') {
    return Object.fromEntries(Array.from(node.members(), ({ name, value }) => [name, plain(value)]))
  }
  if (node.kind === 'array') return Array.from(node.items(), plain)
  if (node.kind === 'string') return node.text
  if (node.kind === 'number') return Number(node.text)
  return node.kind === 'null' ? null : node.kind === 'true'
}

t.test('what JSON.parse reads is read the same', async (t) => {
  const texts = [
    '{}',
    '[]',
    ' {"a": 1 , "b":[true,false,null],\r\n\t"c":{"d":"e"}} ',
    '"\\u00e9\\n\\"\\\\\\/é😀"',
    '-0.5e+10',
    '[[[[1]]]]',
    '0',
  ]
  for (const text of texts) t.strictSame(plain(read(text)), JSON.parse(text), text)
})

t.test('where tokens end', async (t) => {
  const node = read('{"a":"é",\n  "b": [12]}')
  t.strictSame(node.end, { line: 0, byte: 1 })
  const values = Array.from(node.members(), ({ value }) => value.end)
  t.strictSame(values, [
    { line: 0, byte: 9 },
    { line: 1, byte: 8 },
  ])
})

/** Texts that are no JSON, with the words of .NET's reader, the path, and the line and byte (facts §8). */
const wrong: [text: string, message: string, path: string, line: number, byte: number][] = [
  [
    '{',
    'Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.',
    '$',
    0,
    1,
  ],
  [
    '{"employeeType":1,}',
    'The JSON object contains a trailing comma at the end which is not supported in this mode. Change the reader options.',
    '$',
    0,
    18,
  ],
  ['{"employeeType":1} x', "'x' is invalid after a single JSON value. Expected end of data.", '$', 0, 19],
  ['x', "'x' is an invalid start of a value.", '$', 0, 0],
  ['[é]', "'0xC3' is an invalid start of a value.", '$[0]', 0, 1],
  ['[1é]', "'0xC3' is invalid after a value. Expected either ',', '}', or ']'.", '$', 0, 2],
  ['{"a":\nx}', "'x' is an invalid start of a value.", '$.a', 1, 0],
  ['{a:1}', `'a' is an invalid start of a property name. Expected a '"'.`, '$', 0, 1],
  ['{"a" 1}', "'1' is invalid after a property name. Expected a ':'.", '$.a', 0, 5],
  ['[1 2]', "'2' is invalid after a value. Expected either ',', '}', or ']'.", '$', 0, 3],
  ['"a', 'Expected end of string, but instead reached end of data.', '$', 0, 2],
  ['"a\nb"', "'0x0A' is invalid within a JSON string. The string should be correctly escaped.", '$', 0, 2],
  ['"\\x"', "'x' is an invalid escapable character within a JSON string.", '$', 0, 1],
  ['[tru]', "'tru]' is an invalid JSON literal. Expected the literal 'true'.", '$[0]', 0, 1],
  ['01', "'1' is an invalid end of a number. Expected a delimiter.", '$', 0, 2],
]

t.test('what is no JSON is refused in the words of .NET', async (t) => {
  for (const [text, message, path, line, byte] of wrong) {
    t.throws(() => read(text), { name: 'JsonTextError', message, path, position: { line, byte } }, text)
    t.throws(() => JSON.parse(text), SyntaxError, `${text}: JSON.parse agrees`)
  }
})

t.test('depth has a bound', async (t) => {
  t.doesNotThrow(() => read('['.repeat(64) + ']'.repeat(64)))
  t.throws(() => read('['.repeat(65) + ']'.repeat(65)), JsonTextError)
  t.throws(() => read('['.repeat(1_000_000)), JsonTextError)
})

t.test('text that is no UTF-8 is no text', async (t) => {
  const node = readJsonText(Buffer.from('"\xff"', 'latin1'))
  t.strictSame([node.kind, node.text, node.end], ['string', null, { line: 0, byte: 3 }])
})
