import t from 'tap'
import { userResponse } from '../../src/wire/user.ts'

const info = JSON.stringify({
  id: '1',
  firstName: 'Jörg \u{1f600}',
  birthDate: '1990-04-10T02:30:00Z',
  workFromDate: '2026-06-30T12:13:11.25Z',
  lastModified: '2026-06-30T10:13:12Z',
  createDate: '2026-06-30T10:13:11.5Z',
  notes: '2026-06-30T10:13:11Z',
})

t.test('dates carry a Z where PostgreSQL has them (facts §0 P8)', async (t) => {
  t.equal(
    userResponse(info, 'postgresql'),
    '{"id":"1","firstName":"Jörg \\uD83D\\uDE00","birthDate":"1990-04-10T02:30:00Z","workFromDate":"2026-06-30T12:13:11.25Z","lastModified":"2026-06-30T10:13:12Z","createDate":"2026-06-30T10:13:11.5Z","notes":"2026-06-30T10:13:11Z"}',
  )
})

t.test('dates are whole seconds without a zone where MySQL has them', async (t) => {
  t.equal(
    userResponse(info, 'mysql'),
    '{"id":"1","firstName":"Jörg \\uD83D\\uDE00","birthDate":"1990-04-10T02:30:00","workFromDate":"2026-06-30T12:13:11","lastModified":"2026-06-30T10:13:12","createDate":"2026-06-30T10:13:11","notes":"2026-06-30T10:13:11Z"}',
  )
})
