import { createCipheriv } from 'node:crypto'
import t from 'tap'
import { instanceKey } from '../../src/domain/instance-crypto.ts'
import { createSessionToken, readSessionToken, type SessionToken } from '../../src/domain/session-token.ts'

const MACHINE_KEY = '1123askdasjklasbnd'
const OWNER = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'

/** The vector of facts §2.9. */
const PLAIN =
  '$1$$EsoXtJryKJQ28wPgFmAwoh5SXSZuIJJnQzgBqP1AcaA=$66faa6e4f13311eab12600ffeec8b4ef$0$2027-01-01 00:00:00,000$0$1'
const TOKEN =
  '1FR2TsR3kXu2zor7fModuf/3nBJRPI4I7LG5x3ODzTVVgFmUd3NguHEmVqDNMJkNlM+UnOAKsud4mvCJIyIU5eIT71fPrIfOjJ/Vc38vVRDPuoc5' +
  'tq8ZMrv2QfYjF5qfO2FGVB27Ef7oQ7A4u2gxGw=='
const read: SessionToken = {
  tenantId: 1,
  userId: OWNER,
  tenantIndex: 0,
  expires: Date.UTC(2027, 0, 1),
  userIndex: 0,
  loginEventId: 1,
}

/** Encrypts any text as a token, so that odd ones can be read. */
function encrypt(plain: string, machineKey = MACHINE_KEY): string {
  const cipher = createCipheriv('aes-256-cbc', instanceKey(machineKey), Buffer.alloc(16))
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

t.test('the AES key comes from the last four bytes of the machine key (facts §2.9)', async (t) => {
  const cases = {
    [MACHINE_KEY]: 'e3749c2091f034c3429a2d1d207c6e1f8c3c7cb21e696c5181855dae0e2d3781',
    a: 'a5da577099d1bc94c1247750cbaf681f5e406f7e2a6505f3769f5ed8210ea61d',
    ab: '2d8282d97636b9cbc96e55eb5d1c77d35959bb6269fbaa9e0ac88f93f2cb81a9',
    zzzz: '25d5b6c81d51ef195a7e7a2112ad86c789062d342f2535745ef737ccbcec34e3',
  }
  for (const [machineKey, key] of Object.entries(cases))
    t.equal(instanceKey(machineKey).toString('hex'), key, machineKey)
  t.strictSame(instanceKey('what came before and zzzz'), instanceKey('zzzz'))
  t.strictSame(instanceKey('schlüssel €'), instanceKey('x €'), 'bytes, not characters')
})

t.test('makes the server’s token', async (t) => {
  t.equal(encrypt(PLAIN), TOKEN)
  t.equal(createSessionToken(read, MACHINE_KEY, '127.0.0.1'), TOKEN)
  t.equal(createSessionToken(read, MACHINE_KEY), TOKEN, 'the address is the loopback one unless given')
  t.not(createSessionToken(read, MACHINE_KEY, '203.0.113.7'), TOKEN)
})

t.test('reads the server’s token, and any that it has made', async (t) => {
  const tokens: SessionToken[] = [
    read,
    { ...read, tenantId: 2147483647, tenantIndex: 3, userIndex: 17, loginEventId: 0 },
    { ...read, expires: Date.UTC(2026, 1, 28, 23, 59, 59, 999) },
  ]
  t.strictSame(readSessionToken(TOKEN, MACHINE_KEY), read)
  for (const token of tokens) {
    t.strictSame(readSessionToken(createSessionToken(token, MACHINE_KEY), MACHINE_KEY), token)
  }
})

t.test('a token without an end is written as one of the end of time', async (t) => {
  const token = createSessionToken({ ...read, expires: null }, MACHINE_KEY)

  t.equal(readSessionToken(token, MACHINE_KEY)?.expires, Date.UTC(9999, 11, 31, 23, 59, 59, 999))
})

t.test('reads a token however it was sent (facts §2.9)', async (t) => {
  const cases: Record<string, string> = {
    'percent-encoded': encodeURIComponent(TOKEN),
    'percent-encoded in lower case': encodeURIComponent(TOKEN).replace(/%../g, (code) => code.toLowerCase()),
    'blanks for pluses': TOKEN.replaceAll('+', ' '),
    'line breaks inside': `${TOKEN.slice(0, 76)}\r\n${TOKEN.slice(76)}`,
  }
  for (const [name, text] of Object.entries(cases)) t.strictSame(readSessionToken(text, MACHINE_KEY), read, name)
})

t.test('reads the fields leniently (facts §2.9)', async (t) => {
  const shortest = { ...read, expires: null, loginEventId: 0 }
  const cases: Record<string, [plain: string, expected: SessionToken]> = {
    'nothing behind the user': ['$1$$$66faa6e4f13311eab12600ffeec8b4ef', shortest],
    'nothing behind the expiry': [
      '$1$$$66faa6e4f13311eab12600ffeec8b4ef$5$2027-01-01 00:00:00,000',
      { ...read, tenantIndex: 5, loginEventId: 0 },
    ],
    'an empty login event': [`${PLAIN.slice(0, -1)}`, { ...read, loginEventId: 0 }],
    'fields behind the last': [`${PLAIN}$more$and more`, read],
    'a dashed user id': [PLAIN.replace('66faa6e4f13311eab12600ffeec8b4ef', OWNER.toUpperCase()), read],
    'a user id in braces': [PLAIN.replace('66faa6e4f13311eab12600ffeec8b4ef', `{${OWNER}}`), read],
    'blanks and signs': ['$ +1 $$$66faa6e4f13311eab12600ffeec8b4ef$ -0$2027-01-01 00:00:00,000$ 0 $+1', read],
    'anything in the fields that don’t count': [PLAIN.replace('$1$$EsoXtJryKJQ28wPg', 'x$1$y$'), read],
  }
  for (const [name, [plain, expected]] of Object.entries(cases)) {
    t.strictSame(readSessionToken(encrypt(plain), MACHINE_KEY), expected, name)
  }
})

t.test('refuses what is no token', async (t) => {
  const cases: Record<string, string> = {
    nothing: '',
    'a word': 'garbage',
    'missing padding': TOKEN.slice(0, -2),
    'the URL-safe alphabet': TOKEN.replaceAll('/', '_').replaceAll('+', '-'),
    'an invalid escape': `${TOKEN}%zz`,
    'no whole block': Buffer.from('short').toString('base64'),
    'a block that is no padding': Buffer.alloc(32, 7).toString('base64'),
    'one of another machine key': encrypt(PLAIN, 'zzzz'),
    'no fields': encrypt('no dollars'),
    'no tenant': encrypt('$$$$66faa6e4f13311eab12600ffeec8b4ef'),
    'a tenant that is no number': encrypt(PLAIN.replace('$1$', '$one$')),
    'a tenant beyond 32 bits': encrypt(PLAIN.replace('$1$', '$2147483648$')),
    'no user': encrypt('$1'),
    'a user that is no id': encrypt(PLAIN.replace('66faa6e4', 'nobody')),
    'an index that is no number': encrypt(PLAIN.replace('b4ef$0$', 'b4ef$x$')),
    'an empty index': encrypt(PLAIN.replace('b4ef$0$', 'b4ef$$')),
    'a user’s index that is no number': encrypt(PLAIN.replace(',000$0$', ',000$1.5$')),
    'a login event that is no number': encrypt(`${PLAIN}x`),
    'an empty expiry': encrypt(PLAIN.replace('2027-01-01 00:00:00,000', '')),
    'an ISO expiry': encrypt(PLAIN.replace('2027-01-01 00:00:00,000', '2027-01-01T00:00:00.000Z')),
    'an expiry without its fraction': encrypt(PLAIN.replace(',000', '')),
    'an expiry with a blank': encrypt(PLAIN.replace('2027-01-01 ', ' 2027-01-01 ')),
    'a day that no calendar has': encrypt(PLAIN.replace('2027-01-01', '2027-02-29')),
    'a month that no calendar has': encrypt(PLAIN.replace('2027-01-01', '2027-13-01')),
    'an hour that no clock has': encrypt(PLAIN.replace('00:00:00', '24:00:00')),
  }
  for (const [name, text] of Object.entries(cases)) t.equal(readSessionToken(text, MACHINE_KEY), null, name)
})
