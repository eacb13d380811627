import fc from 'fast-check'
import t from 'tap'
import {
  checkConfirmationKey,
  congratulationsSubject,
  createConfirmationKey,
} from '../../src/domain/confirmation-key.ts'
import { anyText, holds, mutated } from '../properties.ts'

const HOUR = 60 * 60 * 1000

const subject = fc.uuid().map(congratulationsSubject)
const issuer = fc.record({ tenantId: fc.integer({ min: 1 }), machineKey: fc.string({ minLength: 1 }) })
const now = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) })

const age = fc.oneof(fc.constantFrom(HOUR, HOUR + 1), fc.integer({ min: -HOUR, max: 2 * HOUR }))

t.test(
  'a key holds to the last millisecond of its hour, and not a millisecond longer',
  holds(
    fc.property(subject, issuer, now, age, (subject, issuer, now, age) => {
      const key = createConfirmationKey(subject, issuer, now)
      return checkConfirmationKey(key, subject, issuer, now + age, HOUR) === (age <= HOUR ? 'ok' : 'expired')
    }),
  ),
)

t.test(
  'a fraction of a millisecond is no part of a key',
  holds(
    fc.property(
      subject,
      issuer,
      now,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (subject, issuer, now, fraction) => {
        const key = createConfirmationKey(subject, issuer, now + fraction)
        return (
          key === createConfirmationKey(subject, issuer, now) &&
          checkConfirmationKey(key, subject, issuer, now + fraction, HOUR) === 'ok'
        )
      },
    ),
  ),
)

t.test(
  'a key is good for nobody else, and in no other portal',
  holds(
    fc.property(subject, subject, issuer, issuer, now, (subject, other, issuer, otherIssuer, now) => {
      const key = createConfirmationKey(subject, issuer, now)
      const validity = checkConfirmationKey(key, other, otherIssuer, now, HOUR)
      const isSame =
        subject === other && issuer.tenantId === otherIssuer.tenantId && issuer.machineKey === otherIssuer.machineKey
      return validity === (isSame ? 'ok' : 'invalid')
    }),
  ),
)

t.test(
  'a key is good for its own tenant and machine key only',
  holds(
    fc.property(subject, issuer, now, fc.constantFrom('tenantId', 'machineKey'), (subject, issuer, now, member) => {
      const changed = { ...issuer, [member]: member === 'tenantId' ? issuer.tenantId - 1 : `${issuer.machineKey}!` }
      const key = createConfirmationKey(subject, issuer, now)
      return checkConfirmationKey(key, subject, changed, now, HOUR) === 'invalid'
    }),
  ),
)

t.test(
  'a key with another character in it is none',
  holds(
    fc.property(
      subject,
      issuer,
      now,
      fc.nat(),
      fc.constantFrom(...'0123456789AZ+/=.- '),
      (subject, issuer, now, at, character) => {
        const key = mutated(createConfirmationKey(subject, issuer, now), at, character)
        return key === null || checkConfirmationKey(key, subject, issuer, now, HOUR) === 'invalid'
      },
    ),
  ),
)

t.test(
  'dots and zeros around a key are no part of it, nor is the letter case of its hash',
  holds(
    fc.property(
      subject,
      issuer,
      now,
      fc.stringMatching(/^\.{0,3}$/),
      fc.nat(3),
      (subject, issuer, now, dots, zeros) => {
        const [time = '', hash = ''] = createConfirmationKey(subject, issuer, now).split('.')
        const padded = time.startsWith('-') ? time : '0'.repeat(zeros) + time
        const key = `${dots}${padded}.${dots}${hash.toLowerCase()}${dots}`
        return checkConfirmationKey(key, subject, issuer, now, HOUR) === 'ok'
      },
    ),
  ),
)

t.test(
  'no other text is a key',
  holds(
    fc.property(
      fc.oneof(
        anyText,
        fc.tuple(fc.bigInt(), fc.stringMatching(/^[0-9A-Z]{36,43}$/)).map((parts) => parts.join('.')),
      ),
      subject,
      issuer,
      now,
      (text, subject, issuer, now) => checkConfirmationKey(text, subject, issuer, now, HOUR) === 'invalid',
    ),
  ),
)
