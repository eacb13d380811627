import t from 'tap'
import { parseInteger } from '../../src/domain/number.ts'

t.test('reads whole numbers as leniently as .NET', async (t) => {
  const cases: [text: string, bits: 32 | 64, expected: bigint | null][] = [
    ['0', 32, 0n],
    ['-0', 32, 0n],
    ['42', 32, 42n],
    ['+42', 32, 42n],
    ['-42', 32, -42n],
    ['00042', 32, 42n],
    [' \t42\r\n', 32, 42n],
    ['2147483647', 32, 2147483647n],
    ['2147483648', 32, null],
    ['-2147483648', 32, -2147483648n],
    ['-2147483649', 32, null],
    ['2147483648', 64, 2147483648n],
    ['9223372036854775807', 64, 9223372036854775807n],
    ['9223372036854775808', 64, null],
    ['-9223372036854775808', 64, -9223372036854775808n],
    ['-9223372036854775809', 64, null],
    [`${'0'.repeat(1000)}42`, 32, 42n],
    [`-${'0'.repeat(1000)}`, 64, 0n],
    ['9'.repeat(20), 64, null],
    ['', 32, null],
    [' ', 32, null],
    ['+', 32, null],
    ['--1', 32, null],
    ['+-1', 32, null],
    ['- 1', 32, null],
    ['1 2', 32, null],
    ['1.0', 32, null],
    ['1e3', 32, null],
    ['0x10', 32, null],
    ['1_000', 32, null],
    ['abc', 32, null],
    ['٤٢', 32, null],
    ['\u00a042', 32, null],
    ['42\ufeff', 32, null],
  ]
  for (const [text, bits, expected] of cases) t.equal(parseInteger(text, bits), expected, `${bits}: ${text}`)
})
