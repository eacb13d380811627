import t from 'tap'
import { utcDate } from '../../src/domain/utc-date.ts'

t.test('writes UTC with Z, a fraction only where it isn’t zero (facts §5.3)', async (t) => {
  const cases: [moment: number | string, expected: string][] = [
    ['2026-06-30T10:13:11Z', '2026-06-30T10:13:11Z'],
    ['2026-06-30T10:13:10.000Z', '2026-06-30T10:13:10Z'],
    ['2026-06-30T10:00:00Z', '2026-06-30T10:00:00Z'],
    ['2026-06-30T00:00:00Z', '2026-06-30T00:00:00Z'],
    ['2026-06-30T10:13:11.5Z', '2026-06-30T10:13:11.5Z'],
    ['2026-06-30T10:13:11.250Z', '2026-06-30T10:13:11.25Z'],
    ['2026-06-30T10:13:11.007Z', '2026-06-30T10:13:11.007Z'],
    ['2026-06-30T12:13:11+02:00', '2026-06-30T10:13:11Z'],
    ['2026-06-30T23:30:00-01:00', '2026-07-01T00:30:00Z'],
    [0, '1970-01-01T00:00:00Z'],
    [Date.UTC(2026, 5, 30, 10, 13, 11, 120), '2026-06-30T10:13:11.12Z'],
  ]
  for (const [moment, expected] of cases) t.equal(utcDate(moment), expected, String(moment))
})
