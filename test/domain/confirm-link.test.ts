import t from 'tap'
import {
  CONFIRM_INTERVAL,
  type ConfirmSubject,
  checkConfirmLinkKey,
  createConfirmLink,
  readLinkEmail,
} from '../../src/domain/confirm-link.ts'
import { createConfirmationKey } from '../../src/domain/confirmation-key.ts'
import { NOW, people } from '../helper.ts'

const issuer = { tenantId: 1, machineKey: '1123askdasjklasbnd' }
const activation: ConfirmSubject = { type: 'EmailActivation', email: 'Owner+1@example.com', askedAt: null }
const change: ConfirmSubject = { type: 'PasswordChange', email: 'owner@example.com', askedAt: NOW + 999 }

function queryOf(link: string): URLSearchParams {
  return new URL(link).searchParams
}

t.test('a link names what it is for, its key, the address for the portal only, and the person', async (t) => {
  const link = createConfirmLink(activation, people.owner, issuer, 'http://localhost:8092', NOW)
  const { origin, pathname, searchParams } = new URL(link)
  t.equal(`${origin}${pathname}`, 'http://localhost:8092/confirm/EmailActivation')
  t.same([...searchParams.keys()], ['type', 'key', 'encemail', 'uid'])
  t.equal(searchParams.get('type'), 'EmailActivation')
  t.equal(searchParams.get('uid'), people.owner)
  t.notMatch(link, /example|=&|%/)
  const encrypted = searchParams.get('encemail') ?? ''
  t.match(encrypted, /^[\w-]+$/)
  t.equal(readLinkEmail(encrypted, issuer.machineKey), activation.email)
})

t.test('an address is read where it is one of this machine key’s', async (t) => {
  for (const text of ['', 'x', '%zz', 'b5COc6kRm3veeYqA72sOfA', '★'])
    t.equal(readLinkEmail(text, issuer.machineKey), null)
})

t.test('nobody has no address', async (t) => {
  const link = createConfirmLink({ ...activation, email: '' }, people.owner, issuer, 'http://a', NOW)
  t.same([...queryOf(link).keys()], ['type', 'key', 'uid'])
  t.equal(queryOf(link).get('key'), createConfirmationKey('EmailActivation', issuer, NOW))
})

t.test('the key is made of address and type, and for a password of the second in which it was asked for', async (t) => {
  const keyOf = (subject: ConfirmSubject) =>
    queryOf(createConfirmLink(subject, people.owner, issuer, 'http://a', NOW)).get('key')
  t.equal(keyOf(activation), createConfirmationKey('Owner+1@example.comEmailActivation', issuer, NOW))
  t.equal(keyOf(change), createConfirmationKey('owner@example.comPasswordChange2026-06-30T10:00:00', issuer, NOW))
})

t.test('a key holds seven days, for what it was made for', async (t) => {
  const cases: [what: string, subject: ConfirmSubject, age: number, validity: string][] = [
    ['a new one', activation, 0, 'ok'],
    ['one of seven days ago', activation, CONFIRM_INTERVAL, 'ok'],
    ['one a millisecond older', activation, CONFIRM_INTERVAL + 1, 'expired'],
    ['one from the future', activation, -CONFIRM_INTERVAL, 'ok'],
    ['the address in other letters', { ...activation, email: 'owner+1@EXAMPLE.com' }, 0, 'ok'],
    ['another address', { ...activation, email: 'other@example.com' }, 0, 'invalid'],
    ['for something else', { ...activation, type: 'PasswordChange' }, 0, 'invalid'],
    ['asked for', { ...activation, askedAt: NOW }, 0, 'invalid'],
  ]
  for (const [what, subject, age, validity] of cases) {
    const key = queryOf(createConfirmLink(activation, people.owner, issuer, 'http://a', NOW)).get('key') ?? ''
    t.equal(checkConfirmLinkKey(key, subject, issuer, NOW + age), validity, what)
    t.equal(checkConfirmLinkKey(key, subject, { ...issuer, tenantId: 2 }, NOW + age), 'invalid', `${what}, elsewhere`)
  }
  const key = queryOf(createConfirmLink(change, people.owner, issuer, 'http://a', NOW)).get('key') ?? ''
  t.equal(checkConfirmLinkKey(key, { ...change, askedAt: NOW }, issuer, NOW), 'ok', 'the same second')
  t.equal(checkConfirmLinkKey(key, { ...change, askedAt: NOW + 1000 }, issuer, NOW), 'invalid', 'the next')
  t.equal(checkConfirmLinkKey(key, { ...change, askedAt: null }, issuer, NOW), 'invalid', 'never')
})
