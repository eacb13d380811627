import t from 'tap'
import {
  checkConfirmationKey,
  congratulationsSubject,
  createConfirmationKey,
  type KeyValidity,
} from '../../src/domain/confirmation-key.ts'
import { CONGRATULATIONS_INTERVAL } from '../../src/domain/congratulations.ts'
import { EMPTY_GUID } from '../../src/domain/guid.ts'

const OWNER = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'
const issuer = { tenantId: 1, machineKey: '1123askdasjklasbnd' }
const MADE_AT = Date.UTC(2010, 0, 1) + 500_000_000_000
const SUBJECT = congratulationsSubject(OWNER)
const HASH = 'P2TDLUSTFNSNKYNS4GORZM5SDFERCUUPR200NCGRNXG'
const KEY = `500000000000.${HASH}`

t.test('makes the keys that the server makes (facts §5.1, §5.5)', async (t) => {
  const cases: [subject: string, key: string][] = [
    [SUBJECT, KEY],
    [congratulationsSubject(EMPTY_GUID), '500000000000.ED78QB7JUD7DWG6A0CY2CSAJ3MSSIC7SSDW50L2D25Y'],
    [`LinkInvite4${OWNER}localhost`, '500000000000.8GOIVG2AOC2RZ2JDMIW24102YTZBGIP5CQ5BVRHK'],
  ]
  for (const [subject, key] of cases) t.equal(createConfirmationKey(subject, issuer, MADE_AT), key, subject)
})

t.test('everything but the letter case of the subject is part of a key', async (t) => {
  t.equal(createConfirmationKey(SUBJECT.toUpperCase(), issuer, MADE_AT), KEY)
  t.not(createConfirmationKey(SUBJECT, { ...issuer, tenantId: 2 }, MADE_AT), KEY)
  t.not(createConfirmationKey(SUBJECT, { ...issuer, machineKey: '1123ASKDASJKLASBND' }, MADE_AT), KEY)
  t.not(createConfirmationKey(SUBJECT, issuer, MADE_AT + 1).split('.')[1], HASH)
})

t.test('a fraction of a millisecond is no part of a key', async (t) => {
  t.equal(createConfirmationKey(SUBJECT, issuer, MADE_AT + 0.9), KEY)
  t.equal(checkConfirmationKey(KEY, SUBJECT, issuer, MADE_AT + 0.9, 0), 'ok')
})

t.test('characters outside ASCII count as question marks, each half of a pair by itself (facts §5.5)', async (t) => {
  const key = (subject: string) => createConfirmationKey(subject, issuer, MADE_AT)

  t.equal(key('läöß'), key('l???'))
  t.equal(key('\u{1f600}'), key('??'))
  t.not(key('ä'), key('a'))
})

t.test('a hash has 36 to 43 characters of [0-9A-Z]', async (t) => {
  const keys = Array.from({ length: 500 }, (_, ms) => createConfirmationKey(SUBJECT, issuer, MADE_AT + ms))

  t.strictSame(
    keys.filter((key) => !/^\d{12}\.[0-9A-Z]{36,43}$/.test(key)),
    [],
  )
  t.equal(new Set(keys).size, 500)
})

t.test('reads a key as leniently as the server (facts §5.5)', async (t) => {
  const cases: Record<string, [key: string, expected: KeyValidity]> = {
    'as it was made': [KEY, 'ok'],
    'lower case': [KEY.toLowerCase(), 'ok'],
    'extra dots': [`..500000000000...${HASH}..`, 'ok'],
    'leading zeros': [`000500000000000.${HASH}`, 'ok'],
    'a plus': [`+500000000000.${HASH}`, 'ok'],
    'blanks around the time': [` 500000000000 .${HASH}`, 'ok'],
    'no dot': [`500000000000${HASH}`, 'invalid'],
    'the time alone': ['500000000000.', 'invalid'],
    'the hash alone': [`.${HASH}`, 'invalid'],
    'three parts': [`500000000000.${HASH}.x`, 'invalid'],
    nothing: ['', 'invalid'],
    'dots alone': ['..', 'invalid'],
    'a time that is no number': [`abc.${HASH}`, 'invalid'],
    'a time beyond 64 bits': [`9223372036854775808.${HASH}`, 'invalid'],
    'another time': [`500000000001.${HASH}`, 'invalid'],
    'a wrong hash': [`500000000000.${HASH.slice(0, -1)}H`, 'invalid'],
    'a cut hash': [`500000000000.${HASH.slice(0, -1)}`, 'invalid'],
    'blanks around the hash': [`500000000000. ${HASH} `, 'invalid'],
  }
  for (const [name, [key, expected]] of Object.entries(cases)) {
    t.equal(checkConfirmationKey(key, SUBJECT, issuer, MADE_AT, CONGRATULATIONS_INTERVAL), expected, name)
  }
})

t.test('a key holds for its interval, inclusive, and any time before', async (t) => {
  const HOUR = 60 * 60 * 1000
  const cases: [now: number, expected: KeyValidity][] = [
    [MADE_AT, 'ok'],
    [MADE_AT + HOUR, 'ok'],
    [MADE_AT + HOUR + 1, 'expired'],
    [MADE_AT + 61 * 60 * 1000, 'expired'],
    [MADE_AT - 1000 * HOUR, 'ok'],
  ]
  for (const [now, expected] of cases) {
    t.equal(checkConfirmationKey(KEY, SUBJECT, issuer, now, CONGRATULATIONS_INTERVAL), expected, String(now - MADE_AT))
  }
})

t.test('an old key that is also wrong is wrong, not expired', async (t) => {
  t.equal(checkConfirmationKey(KEY, SUBJECT, { ...issuer, tenantId: 2 }, MADE_AT + 1e10, 1), 'invalid')
})

t.test('a time before 2010 is a number like any other', async (t) => {
  const now = Date.UTC(2009, 11, 31)
  const key = createConfirmationKey(SUBJECT, issuer, now)

  t.match(key, /^-86400000\./)
  t.equal(checkConfirmationKey(key, SUBJECT, issuer, now, 1000), 'ok')
})
