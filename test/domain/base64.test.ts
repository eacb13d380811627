import t from 'tap'
import { decodeBase64 } from '../../src/domain/base64.ts'

t.test('reads what .NET reads (facts §2.2, §2.9)', async (t) => {
  const cases: [given: string, expected: string][] = [
    ['', ''],
    ['YTpi', 'a:b'],
    ['YTpiYw==', 'a:bc'],
    ['YTpiY2Q=', 'a:bcd'],
    ['Y Tp\tiY\r\nw = =', 'a:bc'],
    [' YTpi ', 'a:b'],
  ]
  for (const [given, expected] of cases) t.equal(decodeBase64(given)?.toString(), expected, JSON.stringify(given))
  t.strictSame(decodeBase64('+/+/'), Buffer.from([0xfb, 0xff, 0xbf]))
})

t.test('refuses what .NET refuses', async (t) => {
  const cases = {
    'missing padding': 'YTpiYw',
    'half the padding': 'YTpiYw=',
    'too much padding': 'YTpi====',
    'padding of three': 'Y===',
    'padding inside': 'YT=piYw=',
    'two texts in a row': 'YTpiYw==YTpiYw==',
    'the URL-safe alphabet': '-_-_',
    'another character': 'YT!i',
    'a vertical tab': 'YTpi\v',
    'a letter beyond ASCII': 'YTpé',
    'one character too many': 'YTpiY',
  }
  for (const [name, text] of Object.entries(cases)) t.equal(decodeBase64(text), null, name)
})
