import fc from 'fast-check'
import t from 'tap'
import { createSessionToken, readSessionToken, type SessionToken } from '../../src/domain/session-token.ts'
import { anyText, holds } from '../properties.ts'

const int32 = fc.integer()

const sessionToken: fc.Arbitrary<SessionToken> = fc.record({
  tenantId: int32,
  userId: fc.uuid(),
  tenantIndex: int32,
  expires: fc.option(fc.integer({ min: 0, max: Date.UTC(9000, 0, 1) })),
  userIndex: int32,
  loginEventId: int32,
})

/** Only the last four bytes of a machine key count. */
const machineKey = fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 20 })

/**
 * Blocks of a token of tenant 1 in which a bit may be turned over to no effect: nobody reads the hash of the client's
 * address, and the user's id may be in any letter case.
 */
const UNREAD = { begin: 16, end: 48 }

function isEqual(a: SessionToken | null, b: SessionToken): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

t.test(
  'what was written is read, percent-encoded or not',
  holds(
    fc.property(sessionToken, machineKey, fc.ipV4(), fc.boolean(), (token, key, address, encoded) => {
      const text = createSessionToken(token, key, address)
      const read = readSessionToken(encoded ? encodeURIComponent(text) : text, key)
      return isEqual(read, { ...token, expires: token.expires ?? Date.UTC(9999, 11, 31, 23, 59, 59, 999) })
    }),
    300,
  ),
)

t.test(
  'another machine key reads nothing',
  holds(
    fc.property(sessionToken, machineKey, machineKey, (token, key, other) => {
      fc.pre(key.slice(-4) !== other.slice(-4))
      return readSessionToken(createSessionToken(token, key), other) === null
    }),
    300,
  ),
)

t.test(
  'a bit that was turned over makes it another token or none',
  holds(
    fc.property(sessionToken, machineKey, fc.nat(), fc.nat(7), (token, key, at, bit) => {
      const written = { ...token, tenantId: 1, expires: 0 }
      const bytes = Buffer.from(createSessionToken(written, key), 'base64')
      const place = at % bytes.length
      fc.pre(place < UNREAD.begin || place >= UNREAD.end)
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
      return !isEqual(readSessionToken(bytes.toString('base64'), key), written)
    }),
    300,
  ),
)

t.test(
  'a token that was cut short is none',
  holds(
    fc.property(sessionToken, machineKey, fc.nat(), (token, key, length) => {
      const text = createSessionToken(token, key)
      return readSessionToken(text.slice(0, length % text.length), key) === null
    }),
    300,
  ),
)

t.test(
  'no other text is a token',
  holds(
    fc.property(
      fc.oneof(
        anyText,
        fc.base64String(),
        fc.uint8Array({ minLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      ),
      machineKey,
      (text, key) => {
        return readSessionToken(text, key) === null
      },
    ),
    300,
  ),
)
