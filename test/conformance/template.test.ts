import t from 'tap'
import { normalized, shown } from '../../src/conformance/matcher.ts'
import { spelled, spelledText } from '../../src/conformance/template.ts'

const GUID = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'

/** What a case says, what comes, and whether that is right. */
const cases: [template: unknown, received: unknown, right: boolean][] = [
  ['as it is', 'as it is', true],
  ['as it is', 'As it is', false],
  [null, null, true],
  [0, '0', false],
  ['<a text>', '', true],
  ['<a text>', 'two\nlines', true],
  ['<a text>', 1, false],
  ['<a GUID>', GUID, true],
  ['<a GUID>', GUID.toUpperCase(), false],
  ['<a GUID>', `${GUID} `, false],
  ['/s/<a key of 15 characters>', '/s/nfb9WKBF8vh3GH7', true],
  ['/s/<a key of 15 characters>', '/x/nfb9WKBF8vh3GH7', false],
  ['/s/<a key of 15 characters>', '/s/nfb9WKBF8vh3GH77', false],
  ['a.b?<a GUID>', `aXb?${GUID}`, false],
  ['<a moment>', '2026-06-30T10:13:11.1234567Z', true],
  ['<a moment>', '2026-06-30T10:13:11.1234567+02:00', true],
  ['<a moment>', '2026-06-30T10:13:11Z', false],
  ['<a date and time>', '2026-06-30T10:13:11', true],
  ['<a date and time in a zone>', '2026-06-30T10:13:11', false],
  ['<a zoned date-time>', '2026-06-30T10:13:11.123456789Z', true],
  ['<a zoned date-time>', '2026-06-30T10:13:11', false],
  ['<a GUID, or null>', null, true],
  ['<a GUID, or null>', GUID, true],
  ['<a GUID, or null>', 'text', false],
  ['<a GUID, or null>', undefined, false],
  ['<a client secret>', 'aB3'.repeat(12), true],
  ['<a client secret>', 'aB3'.repeat(13), false],
  ["<a client secret that can't be read>", 'aB3'.repeat(12), false],
  ["<a client secret that can't be read>", `${'aB3'.repeat(14)}=`, true],
  ['<a JSON Web Token>', 'e30.e30.a-_', true],
  ['<a JSON Web Token>', 'e30.e30', false],
  ['path=/; <secure; over HTTPS>httponly', 'path=/; httponly', true],
  ['path=/; <secure; over HTTPS>httponly', 'path=/; secure; httponly', true],
  ['path=/; <secure; over HTTPS>httponly', 'path=/; x; httponly', false],
  ['<a whole number>', 3, true],
  ['<a whole number>', 3.5, false],
  ['<a whole number>', '3', false],
  ['<a number>', 3.5, true],
  ['<true or false>', false, true],
  ['<true or false>', null, false],
  ['<texts>', ['a', ''], true],
  ['<texts>', ['a', 1], false],
  ['<an object>', {}, true],
  ['<an object>', [], false],
  ['<nothing known>', '<nothing known>', true],
  ['<nothing known>', 'anything', false],
  [{ 'a?': 1, b: 2 }, { b: 2 }, true],
  [{ 'a?': 1, b: 2 }, { a: 1, b: 2 }, true],
  [{ 'a?': 1, b: 2 }, { a: 2, b: 2 }, false],
  [{ 'a?': 1, b: 2 }, { a: 1 }, false],
  [{ 'a?': 1, b: 2 }, { b: 2, c: 3 }, false],
  [{ a: 1 }, null, false],
  [{ a: 1 }, [1], false],
  [[1, '<a whole number>'], [1, 5], true],
  [[1, '<a whole number>'], [1], false],
  [['<a whole number>', '…'], [], true],
  [['<a whole number>', '…'], [1, 2, 3], true],
  [['<a whole number>', '…'], [1, '2'], false],
  [['<a whole number>', '…'], 'none', false],
  ['<parameters of password hashes>', { size: 256, iterations: 1, salt: '0a' }, true],
  ['<parameters of password hashes>', { size: 256, iterations: 1 }, false],
]

for (const [template, received, right] of cases) {
  t.test(`${JSON.stringify(template)} and ${JSON.stringify(received)}`, async (t) => {
    const expected = spelled(template, received)
    t.equal(JSON.stringify(normalized(received, expected)) === JSON.stringify(shown(expected)), right)
  })
}

t.test('a shape is shown member by member', async (t) => {
  t.strictSame(shown(spelled({ hash: '<parameters of password hashes>' }, {})), {
    hash: { size: '<a whole number>', iterations: '<a whole number>', salt: '<a text>' },
  })
})

t.test('a text without anything that varies stays one', async (t) => {
  t.equal(spelledText('no-cache,no-store'), 'no-cache,no-store')
  t.equal(spelledText('<unknown>'), '<unknown>')
})
